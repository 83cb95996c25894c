// The keys of a front matter as the server gives them, for files whose keys have plain values on their own lines.

import type { KeyDocument } from "../../src/shared/api.js";

/** `end`: the line of the closing `---`. */
export function keysOf(lines: readonly string[], end: number): KeyDocument[] {
  const keys: KeyDocument[] = [];
  for (const [line, text] of lines.slice(0, end).entries()) {
    const [, head = "", value = ""] = /^(\w+:)(?:[ ]+([^#\r]*[^#\s]))?/.exec(text) ?? [];
    if (head === "") continue;
    const begin = value === "" ? head.length : text.indexOf(value, head.length);
    keys.push({
      name: head.slice(0, -1),
      range: { start: { line, character: 0 }, end: { line: line + 1, character: 0 } },
      value_range: { start: { line, character: begin }, end: { line, character: begin + value.length } },
    });
  }
  return keys;
}
