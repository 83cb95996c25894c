import { describe, expect, test } from "vitest";

import { byteAt, offsetAt, tokenAt } from "../../src/host/prompt.js";

describe("bytes and offsets", () => {
  const text = "---\n---\nä→😀b";
  const start = 8;

  test("there and back at every character", () => {
    for (const [offset, byte] of [
      [0, 0],
      [1, 2],
      [2, 5],
      [4, 9],
      [5, 10],
    ] as const) {
      expect(byteAt(text, start, start + offset)).toBe(byte);
      expect(offsetAt(text, start, byte)).toBe(start + offset);
    }
  });

  test("a byte inside a character is that character", () => {
    expect(offsetAt(text, start, 3)).toBe(start + 1);
  });

  test("the front matter has no bytes of the prompt", () => {
    expect(byteAt(text, start, 2)).toBeNull();
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
