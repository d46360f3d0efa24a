// One inquiry, answered as it is typed.

import { triage } from "./deskhand_web.js";
import { byId, make } from "./elements.js";
import { highlight } from "./highlight.js";
import { showNothing, showVerdict, spoken } from "./verdict.js";

/** Long enough that a typist is not talked over. */
const PAUSE = 800;

const SAMPLES = {
  "Charged twice": "I was charged twice for March. Please refund one payment, my card shows both.",
  "App crashes": "Since the update the scanner app crashes on start for everybody here.",
  "Both desks": "Two things: I want a refund for the second charge on my invoice, and the app crashes whenever I log in.",
  "Server down": "Since the update the whole office cannot log in, the server is down and data is lost.",
  "Complaint": "This is the third time I write. If the invoice is not corrected by Friday, my lawyer will write to you.",
  "Thanks": "thanks a lot!!",
  "German": "Ich habe die falsche Rechnung bekommen und möchte mein Geld zurück.",
};

let pause = 0;

export function startInquiry() {
  const field = byId("inquiry");
  const answer = () => show(field.value);
  field.addEventListener("input", answer);
  byId("samples").append(...Object.entries(SAMPLES).map(([name, text]) => sample(name, text, field)));
  answer();
}

function sample(name, text, field) {
  const button = make("button", "plain", name);
  button.type = "button";
  button.addEventListener("click", () => {
    field.value = text;
    show(text);
  });
  return button;
}

function show(text) {
  clearTimeout(pause);
  if (!text.trim()) {
    highlight(byId("ink"), text, []);
    byId("spoken").textContent = "";
    return showNothing();
  }
  const answer = JSON.parse(triage(text));
  highlight(byId("ink"), text, answer.marks);
  showVerdict(answer);
  pause = setTimeout(() => { byId("spoken").textContent = spoken(answer); }, PAUSE);
}
