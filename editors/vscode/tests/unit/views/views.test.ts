import { describe, expect, it } from "vitest";

import type { GenerateDocument } from "../../../src/shared/documents.js";
import { interventionLine } from "../../../src/shared/line.js";
import { firstParting, fromDocument, withPiece } from "../../../src/views/generation/continuation.js";
import { Asks } from "../../../src/views/parts/asks.js";
import { fromTheMiddle } from "../../../src/views/parts/card/order.js";

describe("asks", () => {
  it("run one at a time, and the newest waits alone", () => {
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
  it("take no answer twice, nor one that was dropped", () => {
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
  const document = (runs: Partial<GenerateDocument["runs"][0]>[]): GenerateDocument => ({
    experiment: null,
    problems: [],
    prompt_ids: [1, 2],
    expect: [],
    runs: runs.map((run) => ({
      name: "baseline",
      ids: [],
      text: "",
      bytes: null,
      stopped: "length",
      logprobs: [],
      diverges_at: null,
      ...run,
    })),
  });

  it("streams, and says where the runs part as soon as it can", () => {
    let runs = withPiece([], "baseline", [1], " a");
    runs = withPiece(runs, "baseline", [2], " b");
    runs = withPiece(runs, "intervened", [1], " a");
    expect(firstParting(runs)).toBeNull();
    runs = withPiece(runs, "intervened", [3], " c");
    expect(firstParting(runs)).toBe(1);
    expect(runs.map((run) => run.tokens.map((token) => token.text).join(""))).toEqual([" a b", " a c"]);
  });

  it("adds text without ids to the token before", () => {
    let runs = withPiece([], "baseline", [1], "");
    runs = withPiece(runs, "baseline", [], "\ufffd");
    expect(runs[0]?.tokens.map((token) => token.text)).toEqual(["\ufffd"]);
  });

  it("takes texts from the trace, else from the stream, else whole", () => {
    const one = document([{ ids: [5, 6], text: " x y", logprobs: [Math.log(0.5), Math.log(0.25)] }]);
    const token = (id: number, text: string) => ({
      position: 2,
      id,
      text,
      bytes: null,
      start: null,
      end: null,
      logprob: null,
      rank: 3,
    });
    const traced = fromDocument(one, [{ run: "baseline", tokens: [token(5, " x"), token(6, " y")] }], []);
    expect(traced[0]?.tokens.map(({ text, rank }) => [text, rank])).toEqual([
      [" x", 3],
      [" y", 3],
    ]);
    expect(traced[0]?.tokens[1]?.p).toBeCloseTo(0.25);
    const streamed = withPiece(withPiece([], "baseline", [5], " x"), "baseline", [6], " y");
    expect(fromDocument(one, [], streamed)[0]?.tokens.map((t) => t.text)).toEqual([" x", " y"]);
    // A stream that was of another text is not taken.
    expect(fromDocument(one, [], withPiece([], "baseline", [9], " z"))[0]?.tokens.map((t) => t.text)).toEqual(
      [" x y"],
    );
  });
});

describe("a dragged line", () => {
  it("is an entry of the list, with words that a comment can carry", () => {
    expect(interventionLine("L5D662", [" disease", " patient", "\n"])).toBe(
      "  - L5D662: { scale: 2 }  # disease, patient\n",
    );
    expect(interventionLine("my food", [])).toBe('  - "my food": { scale: 2 }\n');
  });
});

describe("a cloud", () => {
  it("has its largest word in the middle", () => {
    expect(fromTheMiddle([1, 2, 3, 4, 5])).toEqual([4, 2, 1, 3, 5]);
  });
});
