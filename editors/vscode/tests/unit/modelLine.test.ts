import { expect, test } from "vitest";

import type { StructureDocument } from "../../src/shared/api.js";
import { edited, modelEdit } from "../../src/host/modelLine.js";
import { keysOf } from "./keys.js";

/** The parts of a text as the server gives them: here the front matter is from the first `---` to the second. */
function parts(text: string): Pick<StructureDocument, "front_matter" | "keys" | "prompt"> {
  const lines = text.split("\n");
  const first = lines.indexOf("---");
  const last = lines.indexOf("---", first + 1);
  const place = (line: number) => ({ line, character: 0 });
  if (first < 0 || last < 0)
    return { front_matter: null, keys: [], prompt: { start: place(0), end: place(lines.length) } };
  return {
    front_matter: { start: place(first), end: place(last + 1) },
    keys: keysOf(lines, last),
    prompt: { start: place(last + 1), end: place(lines.length) },
  };
}

test.each([
  ["a value is replaced", "---\nmodel: starter\n---\nHi", "mine", "---\nmodel: mine\n---\nHi"],
  [
    "what is behind it stays",
    "---\nmodel: openai-community/gpt2  # small\ntrack: []\n---\nmodel: no",
    "starter",
    "---\nmodel: starter  # small\ntrack: []\n---\nmodel: no",
  ],
  ["a key without a value gets one", "---\nmodel:\n---\n", "mine", "---\nmodel: mine\n---\n"],
  ["a comment is no value", "---\nmodel: # which\n---\n", "mine", "---\nmodel: mine # which\n---\n"],
  [
    "a line is added at the top",
    "---\nconfig:\n  model: no\n---\nHi",
    "mine",
    "---\nmodel: mine\nconfig:\n  model: no\n---\nHi",
  ],
  ["front matter is added", "Hi there", "mine", "---\nmodel: mine\n---\nHi there"],
  ["a name that YAML would read in another way", "---\n---\n", "1.5", '---\nmodel: "1.5"\n---\n'],
  ["a Windows path", "---\nmodel: a\n---\n", "C:\\models\\x", '---\nmodel: "C:\\\\models\\\\x"\n---\n'],
])("%s", (_, text, model, wanted) => {
  expect(edited(text, modelEdit(parts(text), model))).toBe(wanted);
});

test("lines may end in a carriage return", () => {
  const text = "---\r\nmodel: a\r\n---\r\nHi";
  expect(edited(text, modelEdit(parts(text.replaceAll("\r", "")), "b"))).toBe("---\r\nmodel: b\r\n---\r\nHi");
});
