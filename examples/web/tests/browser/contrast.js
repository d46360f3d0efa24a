// The texts that stand out too little: less than 4.5 to 1 against what is behind them, or 3 to 1
// where they are large (WCAG 2.2, 1.4.3).
const parts = (color) => color.match(/[\d.]+/g).map(Number);

function luminance([red, green, blue]) {
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function behind(element) {
  for (let at = element; at; at = at.parentElement) {
    const color = parts(getComputedStyle(at).backgroundColor);
    if (color.length < 4 || color[3] === 1) return color;
  }
  return [255, 255, 255];
}

function contrast(element) {
  const [one, other] = [parts(getComputedStyle(element).color), behind(element)].map(luminance);
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function needed(element) {
  const { fontSize, fontWeight } = getComputedStyle(element);
  const size = parseFloat(fontSize);
  return size >= 24 || (size >= 18.66 && fontWeight >= 700) ? 3 : 4.5;
}

const shown = (element) => element.checkVisibility() && !element.closest("[aria-hidden], .unseen, option");
const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

// The text field's own text lies over the marks behind it.
function marksUnderText() {
  const ink = luminance(parts(getComputedStyle(document.getElementById("inquiry")).color));
  return [...document.querySelectorAll("#ink mark")].map((mark) => {
    const ground = luminance(behind(mark));
    return [mark, (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)];
  });
}

const texts = [...document.body.querySelectorAll("*")].filter((element) => hasText(element) && shown(element));
const measured = [...texts.map((element) => [element, contrast(element)]), ...marksUnderText()];
return {
  measured: measured.length,
  poor: measured.filter(([element, ratio]) => ratio < needed(element))
    .map(([element, ratio]) => `${element.tagName} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 40)}`),
};
