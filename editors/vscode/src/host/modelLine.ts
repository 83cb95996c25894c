// The edit that makes a prompt file name a model: its value of `model:` is changed, or a line is added. The server
// says where the key is; whether the file then says what is wanted, it decides too.

import type { StructureDocument, TextChange, TextPosition } from "../shared/api.js";

type Known = Pick<StructureDocument, "front_matter" | "keys" | "prompt">;

/** What YAML reads as the text that it is. */
const PLAIN = /^[A-Za-z~./][\w~./@-]*$/;

export function modelEdit({ front_matter, keys, prompt }: Known, model: string): TextChange {
  const value = PLAIN.test(model) ? model : JSON.stringify(model);
  if (front_matter === null) return insertion(prompt.start, `---\nmodel: ${value}\n---\n`);
  const range = keys.find(({ name }) => name === "model")?.value_range;
  if (range === undefined) {
    return insertion({ line: front_matter.start.line + 1, character: 0 }, `model: ${value}\n`);
  }
  const { start, end } = range;
  // Without a value there may be no space behind the colon.
  const isEmpty = start.line === end.line && start.character === end.character;
  return { range, newText: isEmpty ? ` ${value}` : value };
}

function insertion(at: TextPosition, newText: string): TextChange {
  return { range: { start: at, end: at }, newText };
}

/** The text with the edit. */
export function edited(text: string, { range, newText }: TextChange): string {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  const offset = ({ line, character }: TextChange["range"]["start"]): number =>
    Math.min(text.length, (starts[line] ?? text.length) + character);
  return text.slice(0, offset(range.start)) + newText + text.slice(offset(range.end));
}
