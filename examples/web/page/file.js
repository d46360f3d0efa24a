// A file of inquiries, labelled by a worker.

import { byId, make, tell } from "./elements.js";
import { showProgress, showResult } from "./result.js";
import { sealedWorker } from "./sealed_worker.js";
import { counted } from "./wording.js";

let module;
let worker;
let file;
/** Whether a file whose columns are clear is labelled at once; not after a cancel. */
let atOnce;

/** `compiled` is the module, so that each worker need not load it again. */
export function startFile(compiled) {
  module = compiled;
  byId("file").addEventListener("change", ({ target }) => target.files[0] && take(target.files[0]));
  // Else a file that was corrected and is chosen again would be no change.
  byId("file").addEventListener("click", ({ target }) => { target.value = ""; });
  byId("sample").addEventListener("click", takeSample);
  byId("cancel").addEventListener("click", cancel);
  byId("columns").addEventListener("submit", (event) => {
    event.preventDefault();
    label();
  });
  acceptDrops();
}

/** Anywhere on the page; a browser left to itself would leave the page for the file. */
function acceptDrops() {
  const over = (is) => byId("drop").classList.toggle("over", is);
  const withFile = (act) => (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    act(event);
  };
  addEventListener("dragover", withFile(() => over(true)));
  addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || over(false));
  addEventListener("drop", withFile(({ dataTransfer }) => {
    over(false);
    take(dataTransfer.files[0]);
  }));
}

async function takeSample() {
  try {
    const sample = await fetch("tickets.csv");
    take(new File([await sample.blob()], "tickets.csv", { type: "text/csv" }));
  } catch {
    tell("refused", "The sample could not be loaded; is the server of this page still there?");
  }
}

function take(chosen) {
  file = chosen;
  atOnce = true;
  reset();
  byId("columns").hidden = true;
  open();
}

/** A new worker for the file; the one before is ended in whatever it does. */
function open() {
  tell("refused", "");
  worker?.terminate();
  const mine = worker = sealedWorker("./worker.js");
  // What an ended worker still had to say is of no interest.
  const heard = (said) => mine === worker && hear(said);
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = () => heard({ refused: "it could not be labelled. Please report this with the file." });
  worker.postMessage({ module, file });
}

function hear({ columns, summary, blob, refused }) {
  if (refused) return refuse(refused);
  if (columns) return offer(columns);
  if (!blob) return showProgress(summary, file);
  byId("progress").hidden = true;
  const bad = summary.bad ? `, ${summary.bad.toLocaleString("en")} could not be` : "";
  say(`${file.name}: ${counted(summary.rows - summary.bad, "row")} labelled${bad}.`);
  showResult(summary, blob, file.name);
}

function refuse(sentence) {
  reset();
  tell("refused", `${file.name}: ${sentence}`);
}

/** Shows which columns hold the text; begins if that is clear. */
function offer({ names, examples, subject, body, clear }) {
  const options = names.map((name, index) => option(index, name, examples[index]));
  byId("body").replaceChildren(option("", "none"), ...options);
  byId("subject").replaceChildren(option("", "none"), ...options.map((one) => one.cloneNode(true)));
  byId("body").value = body ?? "";
  byId("subject").value = subject ?? "";
  byId("columns").hidden = false;
  byId("unclear").hidden = clear;
  if (clear) return atOnce && label();
  byId("body").focus();
}

function option(value, name, example) {
  const label = name || `column ${value + 1}`;
  const choice = make("option", "", example ? `${label} – “${example}”` : label);
  choice.value = value;
  return choice;
}

function label() {
  reset();
  tell("refused", "");
  byId("unclear").hidden = true;
  showProgress({ bytes: 0, rows: 0 }, file);
  byId("progress").hidden = false;
  const chosen = (id) => (byId(id).value === "" ? null : Number(byId(id).value));
  worker.postMessage({ subject: chosen("subject"), body: chosen("body") });
}

function cancel() {
  atOnce = false;
  reset();
  open();
  say("Cancelled; nothing was kept.");
  byId("columns").querySelector("button").focus();
}

/** Forgets what came of the last file. */
function reset() {
  byId("progress").hidden = true;
  byId("result").hidden = true;
  say("");
}

function say(sentence) {
  byId("state").textContent = sentence;
}
