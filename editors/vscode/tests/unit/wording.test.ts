import { describe, expect, test } from "vitest";

import type { Intervention } from "../../src/shared/documents.js";
import { effectOf, previewOf, shown } from "../../src/host/wording.js";

const line: Intervention = {
  line: 7,
  target: "L5D739",
  ids: ["L5D739"],
  value: "off",
  enabled: true,
  effect: "on",
  message: null,
  coefficient: 4.904,
  intervened: 0,
};

describe("what a line does", () => {
  test.each<[Partial<Intervention>, string]>([
    [{}, "on: 4.90 → 0.00"],
    [{ coefficient: null, intervened: null }, "on"],
    [{ effect: "off", enabled: false, intervened: null }, "disabled: 4.90"],
    [{ effect: "none" }, "no effect here: 4.90"],
    [{ effect: "none", coefficient: null }, "no effect here"],
    [{ effect: "error", message: "there is no layer 9" }, "error: there is no layer 9"],
  ])("%j", (change, text) => {
    expect(effectOf({ ...line, ...change })).toBe(text);
  });
});

test("numbers have a minus sign, except nothing", () => {
  expect([shown(-1.234), shown(-0.001), shown(2)]).toEqual(["−1.23", "0.00", "2.00"]);
});

describe("what comes next", () => {
  const guess = (id: number, token: string, p: number) => ({ id, token, bytes: null, p });

  test("one run alone", () => {
    expect(previewOf([{ run: "baseline", next: [guess(1, " brain", 0.071)] }])).toBe("next: ␣brain 0.07");
  });

  test("with what it was before, as far as that is known", () => {
    const next = [
      { run: "baseline", next: [guess(1, " brain", 0.5), guess(2, "\n", 0.2)] },
      { run: "intervened", next: [guess(2, "\n", 0.6), guess(3, " heart", 0.1)] },
    ];
    expect(previewOf(next)).toBe("next: ⏎ 0.20 → 0.60  ·  ␣heart < → 0.10");
  });

  test("nothing where there is no prompt", () => {
    expect(previewOf([])).toBe("");
  });
});
