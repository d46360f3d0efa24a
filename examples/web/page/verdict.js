// Shows the answer to one inquiry.

import { byId, make, strength } from "./elements.js";
import { DESKS, percent, reviewSentence, rounded, tiersOf, towards, weight } from "./wording.js";

export function showVerdict(answer) {
  byId("waiting").hidden = true;
  byId("answer").hidden = false;
  byId("desk").textContent = DESKS[answer.desk];
  byId("desk").className = answer.desk;
  byId("sure").textContent = `${percent(answer.probability)} sure`;
  const technical = answer.desk === "technical" ? answer.probability : 1 - answer.probability;
  byId("needle").style.left = `${100 * technical}%`;
  byId("review").textContent = reviewSentence(answer.review);
  byId("review").classList.toggle("needed", answer.review !== null);
  byId("tier").textContent = `tier ${answer.tier}`;
  byId("tiers").replaceChildren(...tiersOf(answer.desk).map((meaning, index) => tier(answer, meaning, index)));
  showWords(answer);
}

export function showNothing() {
  byId("waiting").hidden = false;
  byId("answer").hidden = true;
}

/** The answer in one breath, for those who hear the page. */
export function spoken(answer) {
  const words = answer.words.slice(0, 3).map((word) => `${word.text}, towards ${towards(word.desk)}`);
  const because = words.length ? ` Heaviest words: ${words.join("; ")}.` : "";
  return `${DESKS[answer.desk]}, ${percent(answer.probability)} sure, tier ${answer.tier}. `
    + reviewSentence(answer.review) + because;
}

function tier(answer, meaning, index) {
  const share = answer.tier_probabilities[index];
  const bar = make("span", "bar");
  bar.style.width = `${100 * share}%`;
  const chosen = index + 1 === answer.tier;
  const item = make("li", chosen ? "chosen" : "",
    make("span", "meaning", make("b", "", `${index + 1}`), ` ${meaning}`),
    make("span", "share", rounded(share)), make("span", "track", bar));
  if (chosen) item.setAttribute("aria-current", "true");
  return item;
}

function showWords(answer) {
  const heaviest = Math.max(1, ...answer.words.map((word) => Math.abs(word.desk)));
  byId("words").replaceChildren(...answer.words.map((word) => row(word, heaviest)));
  byId("words").parentElement.hidden = answer.words.length === 0;
  byId("none").hidden = answer.words.length > 0;
  byId("bias").textContent = weight(answer.bias);
  byId("margin").textContent = weight(answer.margin);
}

function row(word, heaviest) {
  const desk = towards(word.desk);
  const bar = make("span", `bar ${desk}`);
  bar.style.width = `${100 * Math.abs(word.desk) / heaviest}%`;
  const marked = make("mark", `${desk} ${strength(word.desk)}`, word.text);
  const heading = make("th", "", marked);
  heading.scope = "row";
  return make("tr", "", heading, make("td", "", desk),
    make("td", "number", weight(word.desk), make("span", "track", bar)));
}
