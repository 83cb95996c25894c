import { expect, test } from "vitest";

import { stepped } from "../../src/host/steps.js";

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
