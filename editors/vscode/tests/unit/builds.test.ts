import { describe, expect, test } from "vitest";

import type { IndexBuild, StatusParams } from "../../src/shared/api.js";
import { BuildTeller, buildOf, percentOf, phaseFor, type StatusOfFile } from "../../src/shared/builds.js";

function build(model: string, done = 0): IndexBuild {
  return { model, done, all: 200 };
}

const byDefault = "starter";

describe("of two builds, a file is told of its own model's", () => {
  const starter = build("starter", 50);
  const large = build("openai-community/gpt2-large", 10);
  const folder = build("mine");
  test.each<[string | null, IndexBuild[], IndexBuild | null]>([
    ["openai-community/gpt2-large", [starter, large], large],
    ["openai-community/gpt2-large@main", [starter, large], large],
    ["gpt2-large", [starter, large], large],
    ["../models/mine/", [starter, folder], folder],
    ["models\\mine", [starter, folder], folder],
    [null, [large, starter], starter],
    // Not of another model, of another owner's, or of another revision.
    ["mine", [starter, large], null],
    ["somebody/gpt2-large", [starter, large], null],
    ["openai-community/gpt2-large@old", [starter, large], null],
    ["starter", [], null],
  ])("%s", (named, builds, found) => {
    expect(buildOf(builds, { named, byDefault, others: [] })).toBe(found);
  });

  test("the model's own name wins over another way to write it", () => {
    const named = build("gpt2-large");
    expect(buildOf([large, named], { named: "gpt2-large", byDefault, others: [] })).toBe(named);
  });
});

test("a file without a model has the build that no file names, as a settings file may set the default", () => {
  const [mine, theirs] = [build("mine"), build("theirs")];
  expect(buildOf([theirs, mine], { named: null, byDefault, others: ["./theirs"] })).toBe(mine);
  expect(buildOf([theirs], { named: null, byDefault, others: ["./theirs"] })).toBeNull();
});

test("the percentage ends with the last value vector", () => {
  expect([build("a"), build("a", 51), build("a", 199), build("a", 200)].map(percentOf)).toEqual([
    0,
    25,
    99,
    null,
  ]);
  expect(percentOf({ model: "a", done: 0, all: 0 })).toBeNull();
});

describe("what the server does for a file", () => {
  const ready: StatusParams = { health: "ok", busy: false, message: "", phase: "ready" };
  const missing = { message: "it is not here", fetch: "a/b" };
  const broken = { message: "it is broken", fetch: null };
  const own = build("starter");
  test.each<[string, Partial<StatusParams>, Partial<StatusOfFile>, StatusParams["phase"]]>([
    ["its index is built", { phase: "indexing" }, { build: own }, "indexing"],
    ["another's index is built", { phase: "indexing" }, {}, "ready"],
    ["a command runs", { phase: "indexing", busy: true }, {}, "working"],
    ["its model is loaded", { phase: "loading", busy: true, subject: "starter" }, { build: own }, "loading"],
    ["another's model is loaded", { phase: "loading", busy: true, subject: "large" }, {}, "ready"],
    ["its model is missing", { phase: "missing", health: "warning" }, { problem: missing }, "missing"],
    ["its model is broken", { phase: "missing", health: "warning" }, { problem: broken }, "failed"],
    ["another's model is missing", { phase: "missing", health: "warning" }, {}, "ready"],
    ["another's model is broken", { phase: "failed", health: "error" }, {}, "ready"],
  ])("%s", (_, change, file, phase) => {
    const model = { named: null, byDefault, others: ["large"] };
    expect(phaseFor({ ...ready, ...change }, { model, build: null, problem: null, ...file })).toBe(phase);
  });
});

describe("a view", () => {
  function teller() {
    const told: (number | null)[] = [];
    let ended = 0;
    const one = new BuildTeller(
      (own) => told.push(own === null ? null : own.done),
      () => {
        ended += 1;
      },
    );
    return { one, told, ended: () => ended };
  }

  test("is told of each change once, also while another model is loaded", () => {
    const { one, told } = teller();
    const other = build("large", 7);
    for (const done of [0, 50, 50]) one.update(build("starter", done), [build("starter", done), other]);
    one.update(build("starter", 60), [build("starter", 60)]);
    expect(told).toEqual([0, 50, 60]);
  });

  test("reads its card again when its build has ended, not when another file is shown", () => {
    const { one, told, ended } = teller();
    const [starter, large] = [build("starter"), build("large")];
    one.update(starter, [starter, large]);
    one.update(large, [starter, large]);
    one.update(null, [starter, large]);
    expect(ended()).toBe(0);
    one.update(starter, [starter, large]);
    one.update(null, [large]);
    expect(ended()).toBe(1);
    expect(told).toEqual([0, 0, null, 0, null]);
  });

  test("is told again when it is new", () => {
    const { one, told } = teller();
    one.update(null, []);
    one.update(null, []);
    one.forget();
    one.update(null, []);
    expect(told).toEqual([null, null]);
  });
});
