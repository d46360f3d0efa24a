// Elements of the page, found and made.

export const byId = (id) => document.getElementById(id);

/** An element with a class and what is in it; text stays text. */
export function make(name, className, ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** Shows a sentence in a place that is hidden while it has none. */
export function tell(id, sentence) {
  byId(id).textContent = sentence;
  byId(id).hidden = !sentence;
}

/** How strongly a weight, in thousandths of log-odds, is marked. */
export function strength(desk) {
  const heavy = Math.abs(desk);
  if (heavy < 100) return "faint";
  return heavy < 600 ? "weak" : heavy < 1500 ? "middling" : "strong";
}
