import { describe, expect, test } from "vitest";

import { comparedRuns, runsInView } from "../../src/shared/runs.js";

const four = ["baseline", "intervened", "weak", "strong"];

describe("the runs in view", () => {
  test.each([
    ["by default the second and the first", four, null, null, ["baseline", "intervened"]],
    ["a chosen one, compared with the first", four, "strong", null, ["baseline", "strong"]],
    ["both chosen", four, "strong", "weak", ["weak", "strong"]],
    ["the first stands left, also if it is shown", four, "baseline", "weak", ["baseline", "weak"]],
    ["no run is compared with itself", four, "weak", "weak", ["baseline", "weak"]],
    ["the first is compared with the second", four, "baseline", null, ["baseline", "intervened"]],
    ["names that the file does not have are defaults", four, "gone", "gone", ["baseline", "intervened"]],
    ["one run alone", ["baseline"], "weak", "weak", ["baseline"]],
  ])("%s", (_, names, shown, compared, order) => {
    expect(comparedRuns(names, { shown, compared })?.order).toEqual(order);
  });

  test("the shown one and the other", () => {
    expect(comparedRuns(four, { shown: "baseline", compared: "weak" })).toMatchObject({
      shown: "baseline",
      compared: "weak",
    });
    expect(comparedRuns([], { shown: null, compared: null })).toBeNull();
  });

  test("their documents, in reading order", () => {
    const runs = four.map((run) => ({ run }));
    expect(runsInView(runs, ({ run }) => run, { shown: "weak", compared: "strong" })).toEqual([
      { run: "strong" },
      { run: "weak" },
    ]);
  });
});
