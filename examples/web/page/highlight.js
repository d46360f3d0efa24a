// Marks words behind the text that is being typed. The marks lie in a layer under the text field
// that breaks its lines in the same places; the places are UTF-16 units, as in any JS string.

import { make, strength } from "./elements.js";
import { towards } from "./wording.js";

export function highlight(layer, text, marks) {
  const pieces = [];
  let at = 0;
  for (const { start, end, desk } of marks) {
    const name = `${towards(desk)} ${strength(desk)}`;
    pieces.push(text.slice(at, start), make("mark", name, text.slice(start, end)));
    at = end;
  }
  // Without a character behind it, a line's end at the very end would take no room.
  layer.replaceChildren(...pieces, text.slice(at), "\u200b");
}
