// The words for what the model answers.

export const DESKS = { service: "Customer service", technical: "Technical support" };

const TIERS = {
  service: [
    "information, a standard change or return",
    "needs authority: a disputed charge, an exception",
    "needs management: lawyer, regulator, fraud, injury",
  ],
  technical: [
    "a script or a help article solves it",
    "needs diagnosis or expert knowledge",
    "needs engineering: outage, defect, lost data",
  ],
};

const REVIEWS = {
  "empty": "there is no word in it.",
  "not-english": "it does not read like English.",
  "unfamiliar": "the model knows none of its words.",
  "no-inquiry": "nothing seems to be asked of either desk.",
  "both-desks": "both desks are asked for.",
  "too-close": "the desks are too close to call.",
};

/** What each tier means at a desk. */
export const tiersOf = (desk) => TIERS[desk];

/** Whether a person should look, as a sentence. */
export function reviewSentence(reason) {
  return reason ? `A person should look: ${REVIEWS[reason] ?? reason}` : "No need for a person to look first.";
}

/** Rounded down: nothing is quite certain. */
export const percent = (share) => `${Math.min(99, Math.floor(100 * share))}%`;

export const rounded = (share) => `${Math.round(100 * share)}%`;

/** A weight in log-odds, with its sign. */
export function weight(thousandths) {
  const sign = thousandths < 0 ? "−" : "+";
  return sign + (Math.abs(thousandths) / 1000).toFixed(2);
}

/** The desk that a weight speaks for. */
export const towards = (desk) => (desk > 0 ? "technical" : "service");

/** "1 row", "2,000 rows". */
export const counted = (number, thing) =>
  `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
