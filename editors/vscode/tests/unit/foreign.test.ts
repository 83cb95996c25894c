import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

import { describe, expect, test } from "vitest";

import type { EntryDocument } from "../../src/shared/api.js";
import { beginsAsPrompt, isAssociated, isPrompt } from "../../src/host/foreignText.js";

const root = resolve(import.meta.dirname, "../..");

describe("by its first lines", () => {
  test.each<[string, string]>([
    ["a key", "---\ntrack: []\n---\nThe heart"],
    ["a key behind others", "---\nname: heart\ninterventions:\n  - L5D739: off\n---\n"],
    ["a quoted key", '---\n"model": starter\n---\n'],
    ["CRLF, a byte order mark and a comment", "\uFEFF--- # mine\r\nexpect:\r\n---\r\n"],
  ])("%s makes a prompt file", (_, text) => {
    expect(beginsAsPrompt(text)).toBe(true);
  });

  test.each<[string, string]>([
    ["nothing", ""],
    ["prose", "The heart\n---\ntrack: []\n---\n"],
    ["another program's keys", "---\nname: heart\ndescription: x\n---\ntrack: []\n"],
    ["a key that is not at the top", "---\nx:\n  track: []\n---\n"],
    ["a fence that is not closed", "---\ntrack: []\n"],
    ["a rule", "----\ntrack: []\n---\n"],
  ])("%s does not", (_, text) => {
    expect(beginsAsPrompt(text)).toBe(false);
  });
});

describe("the server's word", () => {
  const place = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const entry: EntryDocument = {
    target_range: place,
    value: "off",
    line: 3,
    range: place,
    value_range: place,
    run: "intervened",
    target: "L5D739",
    enabled: true,
    number: null,
  };
  test.each<["prompt" | "foreign" | "names", string[], number, boolean]>([
    ["prompt", ["model", "track"], 0, true],
    ["prompt", ["name", "interventions"], 1, true],
    ["prompt", ["name", "model"], 0, false],
    ["prompt", [], 0, false],
    ["foreign", ["model"], 0, false],
  ])("of a %s file with the keys %j and %i interventions", (kind, names, count, is) => {
    const keys = names.map((name) => ({ name, range: place, value_range: place }));
    expect(isPrompt({ kind, keys, interventions: Array<EntryDocument>(count).fill(entry) })).toBe(is);
  });
});

test.each<[string, boolean]>([
  ["*.prompt", true],
  ["experiments/*.prompt", true],
  ["heart.prompt", true],
  ["heart.*", true],
  ["*.txt", false],
  ["heart-prompt", false],
])("%s is the user's own choice for heart.prompt: %s", (pattern, is) => {
  expect(isAssociated("heart.prompt", { [pattern]: "yaml" })).toBe(is);
});

test("the keys are those of the server", () => {
  execFileSync(process.execPath, [join(root, "keys.mjs"), "--check"], { stdio: "pipe" });
});
