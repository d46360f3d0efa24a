// Labels a file beside the page, so that the page never waits. It is asked in messages:
//   { module, file }      the compiled module and the file; answered by { columns } or { refused }
//   { subject, body }     columns by number, or null; answered by { summary } now and then, and by
//                         { summary, blob } at the end, or by { refused }

import init, { InquiryFile } from "./deskhand_web.js";

/** Milliseconds between two reports. */
const REPORT = 100;

const reader = new FileReaderSync();
let file;
let inquiries;

// The module asks for the file piece by piece, so a file of any length takes the same memory.
self.readFile = (start, length) =>
  new Uint8Array(reader.readAsArrayBuffer(file.slice(start, start + length)));

self.onmessage = async ({ data }) => {
  try {
    if (data.file) await look(data);
    else label(data);
  } catch (error) {
    postMessage({ refused: error.message ?? String(error) });
  }
};

async function look({ module, file: chosen }) {
  file = chosen;
  await init({ module_or_path: module });
  inquiries = new InquiryFile(file.name);
  postMessage({ columns: JSON.parse(inquiries.columns()) });
}

function label({ subject, body }) {
  // Blobs, so that the browser may keep a long result on disk.
  const parts = [new Blob([inquiries.begin(subject ?? undefined, body ?? undefined)])];
  let reported = performance.now();
  for (let rows = inquiries.next_rows(); rows; rows = inquiries.next_rows()) {
    parts.push(new Blob([rows]));
    if (performance.now() - reported > REPORT) {
      postMessage({ summary: summary() });
      reported = performance.now();
    }
  }
  postMessage({ summary: summary(), blob: new Blob(parts, { type: file.type || "text/csv" }) });
}

const summary = () => JSON.parse(inquiries.summary());
