import { expect, test } from "vitest";

import { invalidName, namesOf } from "../../src/host/names.js";

test.each(["food", "two words", "a/b.c-d_e", "été", "L5"])("%s can be a name", (name) => {
  expect(invalidName(name)).toBeUndefined();
});

test.each(["", "  ", "L5D9", "a:b", "a#b", "[a]", "x".repeat(65), "a\tb"])("%j cannot", (name) => {
  expect(invalidName(name)).toBeTypeOf("string");
});

test("the names of a names file", () => {
  const text = [
    "# names",
    "0123456789abcdef:",
    "  food: L4D397",
    '  "two words": [L5D1, L5D2]  # why',
    "  illness: [ L5D662, L2D343 ]",
    "  broken: [",
    "  empty: []",
    "",
  ].join("\n");
  expect(namesOf(text)).toEqual([
    { name: "food", ids: ["L4D397"] },
    { name: "two words", ids: ["L5D1", "L5D2"] },
    { name: "illness", ids: ["L5D662", "L2D343"] },
  ]);
});
