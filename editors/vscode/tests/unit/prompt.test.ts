import { describe, expect, test } from "vitest";

import {
  byteAt,
  modelNamed,
  offsetAt,
  promptEnd,
  promptOf,
  promptStart,
  tokenAt,
} from "../../src/host/prompt.js";

describe("where the prompt is", () => {
  test.each([
    ["no front matter", "The history of\n", "The history of"],
    ["front matter", "---\nbos: true\n---\nThe\n", "The"],
    ["DOS line ends", "---\r\nbos: true\r\n---\r\nThe\r\n", "The"],
    ["a closing line without an end", "---\nbos: true\n---", ""],
    ["front matter that does not close", "---\nbos: true\n", "---\nbos: true"],
    ["only one newline is no part of it", "---\n---\nThe\n\n", "The\n"],
    ["a dash line in the prompt", "---\n---\nThe\n---\nend", "The\n---\nend"],
  ])("%s", (_, text, prompt) => {
    expect(promptOf(text)).toBe(prompt);
  });

  test("an empty file has none", () => {
    expect([promptStart(""), promptEnd("")]).toEqual([0, 0]);
  });
});

describe("bytes and places", () => {
  const text = "---\n---\nä→😀b";

  test("there and back at every character", () => {
    const start = promptStart(text);
    for (const [offset, byte] of [
      [0, 0],
      [1, 2],
      [2, 5],
      [4, 9],
      [5, 10],
    ] as const) {
      expect(byteAt(text, start + offset)).toBe(byte);
      expect(offsetAt(text, byte)).toBe(start + offset);
    }
  });

  test("a byte inside a character is that character", () => {
    expect(offsetAt(text, 3)).toBe(promptStart(text) + 1);
  });

  test("the front matter has no bytes of the prompt", () => {
    expect(byteAt(text, 2)).toBeNull();
  });
});

describe("the token at a byte", () => {
  const tokens = [
    { position: 0, start: null, end: null },
    { position: 1, start: 0, end: 3 },
    { position: 2, start: 3, end: 8 },
    { position: 3, start: null, end: null },
  ];

  test.each([
    [0, 1],
    [2, 1],
    [3, 2],
    [8, 2],
    [9, null],
  ])("byte %i is in token %s", (byte, position) => {
    expect(tokenAt(tokens, byte)).toBe(position);
  });

  test("there is none without tokens of the prompt", () => {
    expect(tokenAt([], 4)).toBeNull();
  });
});

test.each([
  ["---\nmodel: starter\n---\nThe", "starter"],
  ['---\nmodel: "a/b@c" # why\n---\nThe', "a/b@c"],
  ["---\nmodel: ./m # here\n---\nThe", "./m"],
  ["---\nbos: true\n---\nmodel: no", null],
  ["model: no", null],
])("the model of %j is %s", (text, model) => {
  expect(modelNamed(text)).toBe(model);
});
