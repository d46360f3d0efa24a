// Shows how far a file is, and what came of it.

import { byId, make } from "./elements.js";
import { DESKS, counted, percent } from "./wording.js";

/** How far: the bar moves all the time, the words are for the eye only. */
export function showProgress({ bytes, rows }, file) {
  byId("bar").value = file.size ? bytes / file.size : 1;
  byId("count").textContent = counted(rows, "row");
}

export function showResult(summary, blob, name) {
  byId("result").hidden = false;
  offerDownload(blob, name);
  byId("totals").replaceChildren(...totals(summary));
  showBad(summary);
  byId("rows").replaceChildren(...summary.shown.map(row));
}

function offerDownload(blob, name) {
  const link = byId("download");
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(blob);
  link.download = name.replace(/(\.[^.]*)?$/, "-labelled$1");
  link.textContent = `Download ${link.download}`;
}

function totals({ rows, bad, blank, service, technical, tiers, reviews }) {
  const labelled = Math.max(1, rows - bad);
  const share = (count) => `${count.toLocaleString("en")} (${Math.round(100 * count / labelled)}%)`;
  const review = Object.values(reviews).reduce((sum, count) => sum + count, 0);
  const reasons = Object.entries(reviews).map(([reason, count]) => `${reason} ${count.toLocaleString("en")}`);
  return [
    ...total("Rows", counted(rows, "row") + (blank ? `, ${counted(blank, "blank line")} left out` : "")),
    ...total(DESKS.service, share(service)),
    ...total(DESKS.technical, share(technical)),
    ...tiers.flatMap((count, index) => total(`Tier ${index + 1}`, share(count))),
    ...total("For a person to look at", share(review) + (review ? `: ${reasons.join(", ")}` : "")),
  ];
}

const total = (name, value) => [make("dt", "", name), make("dd", "", value)];

/** Rows that could not be read are kept, and named. */
function showBad({ bad, reported }) {
  const place = byId("bad");
  place.hidden = bad === 0;
  const lines = reported.map(({ line, cause }) => make("li", "", `Line ${line}: ${cause}`));
  if (bad > reported.length) lines.push(make("li", "", `and ${bad - reported.length} more`));
  place.replaceChildren(
    make("p", "", `${counted(bad, "row")} could not be read: kept in the file without labels, the column review says why.`),
    make("ul", "", ...lines),
  );
}

function row({ text, desk, probability, tier, also, review, because }) {
  const heading = make("th", "", text);
  heading.scope = "row";
  const cells = [also ? `${desk}, also ${also}` : desk, percent(probability), tier, review ?? "", because];
  return make("tr", "", heading, ...cells.map((cell) => make("td", "", String(cell))));
}
