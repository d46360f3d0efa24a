// Asks the module for its golden answers: `node run.mjs FILE.wasm`.
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { golden_answers, golden_mismatches } = instance.exports;
const differ = golden_mismatches();
console.log(`${golden_answers()} answers, ${differ} differ; WebAssembly, 32 bits, little-endian`);
process.exit(differ === 0 ? 0 : 1);
