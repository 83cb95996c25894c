import { describe, expect, test } from "vitest";

import { numberOf, stepped, strongValue } from "../../src/host/numbers.js";

describe("the number of an intervention's line", () => {
  test.each([
    ["  - L5D901: 4.5", 4.5],
    ["  - L5D901: -2  # food", -2],
    ["  - food: 1e-3", 1e-3],
    ["  - two words: .5", 0.5],
    ["  # - L5D901: 8", 8],
    ["  - L2D13: { scale: 2, at: prompt }", 2],
    ["  - L2D13: { at: 3, add: -1.5 }", -1.5],
    ["- L2D13: {set: 0}", 0],
  ])("%s", (line, value) => {
    const found = numberOf(line);
    expect(found?.value).toBe(value);
    expect(Number(line.slice(found?.start, found?.end))).toBe(value);
  });

  test.each([
    "  - L5D901: off",
    "  - L5D901: boost",
    "  - L2D13: { off: true, at: 3 }",
    "seed: 7",
    "track: [1]",
    "",
  ])("none in %j", (line) => {
    expect(numberOf(line)).toBeNull();
  });
});

test.each([
  [4.5, 0.5, "5"],
  [0.1, 0.2, "0.3"],
  [0, -0.5, "-0.5"],
  [0.5, -0.5, "0"],
  [-0.5, 0.5, "0"],
  [2.25, 0.5, "2.75"],
  [1e-7, 0.5, "0.5"],
])("%d and a step of %d is %s", (value, step, text) => {
  expect(stepped(value, step)).toBe(text);
});

describe("what an added intervention is set to", () => {
  test("twice as strong as the layer's strongest, to half a unit", () => {
    expect(strongValue(4.389, 1.172)).toBe(7.5);
  });
  test("never too little to be seen", () => {
    expect(strongValue(0.01, 2)).toBe(1);
  });
  test("the older tool's switch where nothing is known", () => {
    expect(strongValue(NaN, 2)).toBe("boost");
    expect(strongValue(1, 0)).toBe("boost");
  });
});
