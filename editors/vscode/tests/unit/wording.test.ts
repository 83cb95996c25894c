import { describe, expect, test } from "vitest";

import type { EffectDocument } from "../../src/shared/api.js";
import { effectInRun, effectOf, listed, previewOf, sentence, shown } from "../../src/host/wording.js";

const line: EffectDocument = {
  line: 7,
  target: "L5D739",
  ids: ["L5D739"],
  value: "off",
  enabled: true,
  effect: "on",
  message: null,
  coefficient: 4.904,
  becomes: 0,
  run: "intervened",
};

describe("what a line does", () => {
  test.each<[Partial<EffectDocument>, string]>([
    [{}, "on: 4.90 → 0.00"],
    [{ coefficient: null, becomes: null }, "on"],
    [{ effect: "off", enabled: false, becomes: null }, "disabled: 4.90"],
    [{ effect: "none" }, "no effect here: 4.90"],
    [{ effect: "none", coefficient: null }, "no effect here"],
    [{ effect: "error", message: "there is no layer 9" }, "error: there is no layer 9"],
  ])("%j", (change, text) => {
    expect(effectOf({ ...line, ...change })).toBe(text);
  });
});

test("a line is of its run, which is named if there are several", () => {
  const other = { ...line, run: "weak" };
  expect(effectInRun(line, [line])).toBe("on: 4.90 → 0.00");
  expect(effectInRun(other, [line, other])).toBe("weak: on: 4.90 → 0.00");
});

test("a few ids are written out, many are counted", () => {
  expect(listed(["L1D1", "L1D2", "L1D3", "L1D4"])).toBe("L1D1, L1D2, L1D3, L1D4");
  expect(listed(["L1D1", "L1D2", "L1D3", "L1D4", "L1D5"])).toBe("L1D1, L1D2, L1D3 and 2 more");
});

test("numbers have a minus sign, except zero", () => {
  expect([shown(-1.234), shown(-0.001), shown(2)]).toEqual(["−1.23", "0.00", "2.00"]);
});

describe("what comes next", () => {
  const guess = (id: number, token: string, p: number) => ({ id, token, p });

  const none = { shown: null, compared: null };

  test("one run alone", () => {
    expect(previewOf([{ run: "baseline", next: [guess(1, " brain", 0.071)] }], none)).toBe(
      "next: ␣brain 0.07",
    );
  });

  test("with what it was before, as far as that is known", () => {
    const next = [
      { run: "baseline", next: [guess(1, " brain", 0.5), guess(2, "\n", 0.2)] },
      { run: "intervened", next: [guess(2, "\n", 0.6), guess(3, " heart", 0.1)] },
    ];
    expect(previewOf(next, none)).toBe("next: ⏎ 0.20 → 0.60  ·  ␣heart < → 0.10");
  });

  test("of two runs out of more, those that are asked for", () => {
    const next = ["baseline", "weak", "strong"].map((run, index) => ({
      run,
      next: [guess(1, " heart", 0.1 * (index + 1))],
    }));
    expect(previewOf(next, { shown: "strong", compared: "weak" })).toBe("next: ␣heart 0.20 → 0.30");
    expect(previewOf(next, { shown: "strong", compared: null })).toBe("next: ␣heart 0.10 → 0.30");
  });

  test("nothing without a prompt", () => {
    expect(previewOf([], none)).toBe("");
  });
});

test.each([
  ["the file names no model", "The file names no model."],
  ["no model is called mine", "No model is called mine."],
  ["it is on.", "It is on."],
  // The first word is an id, whose case is part of it.
  ["openai-community/gpt2 is not on this computer", "openai-community/gpt2 is not on this computer."],
  ["starter has no layer 9", "starter has no layer 9."],
  ["food, illness: two names", "food, illness: two names."],
])("an error is a sentence: %s", (message, wanted) => {
  expect(sentence(message)).toBe(wanted);
});
