import { describe, expect, test } from "vitest";

import type { TextRange } from "../../src/shared/api.js";
import { keysOf } from "./keys.js";
import { mayOffer, offersAt } from "../../src/host/offers.js";

/** The labels at the `|` of a text, and how much is replaced; as VS Code asks: by the line first, then by the structure. */
function offered(marked: string): [string[], number] | null {
  const lines = marked.split("\n");
  const line = lines.findIndex((text) => text.includes("|"));
  const character = (lines[line] ?? "").indexOf("|");
  lines[line] = (lines[line] ?? "").replace("|", "");
  if (!mayOffer((lines[line] ?? "").slice(0, character))) return null;
  const first = lines.indexOf("---");
  const last = lines.indexOf("---", first + 1);
  const front_matter: TextRange | null =
    first < 0 || last < 0
      ? null
      : { start: { line: first, character: 0 }, end: { line: last + 1, character: 0 } };
  const keys = front_matter === null ? [] : keysOf(lines, last);
  const found = offersAt(lines, { kind: "prompt", front_matter, keys }, line, character);
  return found === null ? null : [found.offers.map(({ label }) => label), found.typed];
}

const VALUES = ["off", "boost", "set", "scale", "add"];

describe("snippets are offered", () => {
  test.each<[string, string, [string[], number]]>([
    ["for a whole file where there is nothing", "|", [["prompt"], 0]],
    ["for a whole file behind its first dashes", "---|\n", [["prompt"], 3]],
    ["for keys", "---\nco|\ntrack: []\n---\n", [["interventions", "runs", "config", "expect"], 2]],
    ["for entries", "---\ninterventions:\n  - |\n---\n", [VALUES, 0]],
    ["for entries without a dash", "---\ninterventions:\n  o|\n---\n", [VALUES, 1]],
    ["for a run's entries", "---\nruns:\n  weak:\n    - of|\n---\n", [VALUES, 2]],
    ["for values", "---\ninterventions:\n  - illness: |\n---\n", [["set", "scale", "add"], 0]],
    ["for the value of a disabled line", "---\ninterventions:\n  # - illness: bo|\n---\n", [VALUES, 2]],
  ])("%s", (_, text, wanted) => {
    expect(offered(text)).toEqual(wanted);
  });
});

describe("no snippets are offered", () => {
  test.each([
    ["in the prompt", "---\ntrack: []\n---\nThe e|"],
    ["at the first word of the prompt", "---\ntrack: []\n---\ne|"],
    ["in a list of the prompt", "---\ninterventions:\n---\n- food: |"],
    ["in a prompt without front matter", "The heart\nco|"],
    ["on the lines of dashes", "---\ntrack: []\n---|\n"],
    ["below another key", "---\nexpect:\n  - |\n---\n"],
    ["for the name of a run", "---\nruns:\n  we|\n---\n"],
    ["inside a value", "---\ninterventions:\n  - illness: { s|\n---\n"],
  ])("%s", (_, text) => {
    expect(offered(text)).toBeNull();
  });
});

test("a foreign file has none", () => {
  expect(offersAt([""], { kind: "foreign", front_matter: null, keys: [] }, 0, 0)).toBeNull();
});

test("an entry's vector comes before the places of its value", () => {
  const lines = ["---", "interventions:", "  - ", "---"];
  const front_matter = { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } };
  const keys = keysOf(lines, 3);
  const { offers } = offersAt(lines, { kind: "prompt", front_matter, keys }, 2, 4) ?? { offers: [] };
  expect(offers.map(({ body }) => body).at(-1)).toBe(
    "${1:L5D739}: { add: ${2:3}, at: ${3|all,prompt,last,generated|} }",
  );
});
