import { describe, expect, it } from "vitest";

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { GenerateDocument } from "../../../src/shared/api.js";
import { draggedTarget, interventionLine } from "../../../src/shared/line.js";
import { shownRuns, summaryOf } from "../../../src/views/generation/compared.js";
import {
  firstParting,
  fromDocument,
  partings,
  type RunText,
  withPiece,
} from "../../../src/views/generation/continuation.js";
import { Asks } from "../../../src/views/parts/asks.js";
import { fromTheMiddle } from "../../../src/views/parts/card/order.js";

describe("questions", () => {
  it("run one at a time, and only the newest waits", () => {
    const sent: [number, string][] = [];
    const asks = new Asks<string>((ask, what) => sent.push([ask, what]));
    asks.ask("a");
    asks.ask("b");
    asks.ask("c");
    expect(sent.map(([, what]) => what)).toEqual(["a"]);
    expect(asks.answered(sent[0]?.[0] ?? 0)).toEqual({ what: "a", newest: false });
    expect(sent.map(([, what]) => what)).toEqual(["a", "c"]);
    expect(asks.answered(sent[1]?.[0] ?? 0)).toEqual({ what: "c", newest: true });
    expect(asks.waiting).toBe(false);
  });
  it("are answered once, and not after they were dropped", () => {
    const sent: number[] = [];
    const asks = new Asks<string>((ask) => sent.push(ask));
    asks.ask("a");
    asks.drop();
    expect(asks.answered(sent[0] ?? 0)).toBeNull();
    asks.ask("b");
    expect(asks.answered(sent[1] ?? 0)?.what).toBe("b");
    expect(asks.answered(sent[1] ?? 0)).toBeNull();
  });
});

describe("a generation", () => {
  const document = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../views/fixtures/generate.json"), "utf8"),
  ) as GenerateDocument;
  const run = (name: string, ids: number[], stopped: RunText["stopped"] = null): RunText => ({
    name,
    stopped,
    tokens: ids.map((id) => ({ id, text: ` ${id}`, bytes: undefined, p: null })),
  });
  const places = (runs: RunText[]): (number | null)[] => partings(runs, runs[0]?.name ?? null);

  it("streams, and says where the runs part as soon as it can", () => {
    let runs = withPiece([], "baseline", [1], " a");
    runs = withPiece(runs, "baseline", [2], " b");
    runs = withPiece(runs, "intervened", [1], " a");
    expect(firstParting(places(runs))).toBeNull();
    runs = withPiece(runs, "intervened", [3], " c");
    expect(firstParting(places(runs))).toBe(1);
    expect(runs.map((run) => run.tokens.map((token) => token.text).join(""))).toEqual([" a b", " a c"]);
  });

  it("adds text without ids to the token before", () => {
    let runs = withPiece([], "baseline", [1], "");
    runs = withPiece(runs, "baseline", [], "\ufffd");
    expect(runs[0]?.tokens.map((token) => token.text)).toEqual(["\ufffd"]);
  });

  it("takes its tokens from the document, with their probabilities", () => {
    const [baseline] = fromDocument(document);
    expect(baseline?.tokens.map(({ text }) => text).join("")).toBe(document.runs[0]?.text);
    expect(baseline?.tokens[1]).toMatchObject({ id: 1188, text: " United" });
    expect(baseline?.tokens[1]?.p).toBeCloseTo(Math.exp(-3.3692453));
  });

  it("parts where the document says", () => {
    expect(places(fromDocument(document)).slice(1)).toEqual(
      document.runs.slice(1).map((one) => one.diverges_at),
    );
  });

  it("parts where a finished run goes on after another has ended", () => {
    expect(places([run("a", [1, 2], "eos"), run("b", [1, 2, 3], "length")])).toEqual([2, 2]);
    expect(places([run("a", [1, 2]), run("b", [1, 2, 3])])).toEqual([null, null]);
  });

  const four = [
    run("baseline", [1, 2, 3], "length"),
    run("intervened", [1, 4, 5], "length"),
    run("weak", [1, 2, 6], "length"),
    run("same", [1, 2, 3], "length"),
  ];

  it("compares all runs with the first one, or with another", () => {
    const all = shownRuns(four, { shown: null, compared: null }, true);
    expect(all.map(({ parts, isBase }) => [parts, isBase])).toEqual([
      [1, true],
      [1, false],
      [2, false],
      [null, false],
    ]);
    expect(summaryOf(all)).toBe(
      "compared with baseline: intervened differs from token 2 on, weak differs from token 3 on, same is the same",
    );
    const others = shownRuns(four, { shown: null, compared: "weak" }, true);
    expect(others.map(({ parts }) => parts)).toEqual([2, 1, 1, 2]);
  });

  it("shows two runs out of four", () => {
    const two = shownRuns(four, { shown: "weak", compared: "intervened" }, false);
    expect(two.map(({ name, parts }) => [name, parts])).toEqual([
      ["intervened", 1],
      ["weak", 1],
    ]);
    expect(summaryOf(two)).toBe("the runs differ from token 2 on");
  });
});

describe("a dragged line", () => {
  it("is an entry of the list, with words that a comment can carry", () => {
    expect(interventionLine("L5D662", [" disease", " patient", "\n"])).toBe(
      "  - L5D662: { scale: 2 }  # disease, patient\n",
    );
    expect(interventionLine("my food", [])).toBe('  - "my food": { scale: 2 }\n');
  });
  it("names its target", () => {
    for (const target of ["L5D662", "food", "my food", "it's #1"])
      expect(draggedTarget(interventionLine(target, [" disease"]))).toBe(target);
    for (const text of ["L5D662", "- L5D662: off", "a text"]) expect(draggedTarget(text)).toBeNull();
  });
});

describe("a cloud", () => {
  it("has its largest word in the middle", () => {
    expect(fromTheMiddle([1, 2, 3, 4, 5])).toEqual([4, 2, 1, 3, 5]);
  });
});
