// The edit that makes a prompt file name a model: its line `model:` is changed, or one is added. Text in, an edit out; whether
// the file then says what is wanted, the server decides.

import type { StructureDocument, TextChange } from "../shared/api.js";

type Known = Pick<StructureDocument, "front_matter" | "prompt">;

/** A key of the front matter begins its line; what is below a key is indented. A comment behind the value stays. */
const LINE = /^(model[ \t]*:)(?:[ \t]+(?!#)((?:(?!\s#).)*))?/;
/** What YAML reads as the text that it is. */
const PLAIN = /^[A-Za-z~./][\w~./@-]*$/;

export function modelEdit(text: string, { front_matter, prompt }: Known, model: string): TextChange {
  const value = PLAIN.test(model) ? model : JSON.stringify(model);
  if (front_matter === null) {
    return at(prompt.start.line, prompt.start.character, 0, `---\nmodel: ${value}\n---\n`);
  }
  const lines = text.split(/\r\n|\r|\n/);
  const first = front_matter.start.line + 1;
  for (let line = first; line < front_matter.end.line; line += 1) {
    const found = LINE.exec(lines[line] ?? "");
    if (found === null) continue;
    const [whole, key = "", old = ""] = found;
    const begin = old === "" ? key.length : whole.length - old.length;
    const length = old === "" ? 0 : old.trimEnd().length;
    return at(line, begin, length, old === "" ? ` ${value}` : value);
  }
  return at(first, 0, 0, `model: ${value}\n`);
}

function at(line: number, character: number, length: number, newText: string): TextChange {
  const range = { start: { line, character }, end: { line, character: character + length } };
  return { range, newText };
}

/** The text with the edit. */
export function edited(text: string, { range, newText }: TextChange): string {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  const offset = ({ line, character }: TextChange["range"]["start"]): number =>
    Math.min(text.length, (starts[line] ?? text.length) + character);
  return text.slice(0, offset(range.start)) + newText + text.slice(offset(range.end));
}
