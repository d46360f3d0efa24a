// Starts the page once the module is there.

import init from "./deskhand_web.js";
import { tell } from "./elements.js";
import { startFile } from "./file.js";
import { startInquiry } from "./inquiry.js";

try {
  const module = await WebAssembly.compileStreaming(fetch("deskhand_web_bg.wasm"));
  await init({ module_or_path: module });
  startInquiry();
  startFile(module);
  document.documentElement.dataset.ready = "";
} catch (error) {
  tell("broken", `The page could not start: ${error.message}. It needs a browser with WebAssembly, and a server for its files.`);
}
