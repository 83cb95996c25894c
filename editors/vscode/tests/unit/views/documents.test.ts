import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import {
  readClusters,
  readGenerate,
  readInterventions,
  readSearch,
  readTrace,
  readVector,
} from "../../../src/shared/documents.js";
import { gridOf } from "../../../src/shared/grid.js";

function fixture(name: string): Record<string, unknown> {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, "../../views/fixtures", `${name}.json`), "utf8"),
  ) as Record<string, unknown>;
}

describe("documents as the program writes them", () => {
  it("are read: a trace", () => {
    const trace = readTrace(fixture("column-history"));
    expect(trace.runs.map((run) => run.name)).toEqual(["baseline", "intervened"]);
    expect(trace.experiment?.track).toEqual([" disease", " United"]);
    const layer = trace.runs[0]?.positions[0]?.layers[5];
    expect(layer?.updates).toHaveLength(10);
    expect(layer?.updates[0]?.words).toHaveLength(4);
  });

  it("are read: a card, a search, clusters, a generation", () => {
    const card = readVector(fixture("card"));
    expect(card.activation?.quantiles).not.toHaveLength(0);
    expect(card.bottom.some((word) => word.bytes !== null)).toBe(true);
    expect(card.similar.every((near) => near.words.length > 0)).toBe(true);
    expect(readSearch(fixture("search")).hits[0]).toMatchObject({ id: "L2D343", end: "top", name: null });
    expect(readSearch(fixture("search-none")).notes).toHaveLength(1);
    expect(readClusters(fixture("clusters")).clusters[0]?.members[0]?.cosine).toBeGreaterThan(0.5);
    expect(readGenerate(fixture("generate")).runs[1]?.diverges_at).toBe(1);
  });

  it("may have fields that nobody knows yet", () => {
    const document = fixture("search");
    expect(readSearch({ ...document, later: { a: 1 } })).toEqual(readSearch(document));
  });

  it("may lack what has a default", () => {
    const read = readInterventions({
      version: 3,
      interventions: [{ line: 2, target: "food", value: "off", enabled: true, effect: "later" }],
    });
    expect(read.interventions[0]).toEqual({
      line: 2,
      target: "food",
      ids: [],
      value: "off",
      enabled: true,
      effect: "error",
      message: null,
      coefficient: null,
      intervened: null,
    });
    expect(read.next).toEqual([]);
  });

  it("are refused by the name of the field that is wrong", () => {
    const document = fixture("trace-heart");
    expect(() =>
      readTrace({ ...document, runs: [{ name: "baseline", tokens: [{ position: "0" }], positions: [] }] }),
    ).toThrow('runs[0].tokens[0].position should be a number, and is the string "0"');
    expect(() => readTrace(null)).toThrow("the answer should be an object, and is null");
    expect(() => readGenerate({})).toThrow("runs should be a list, and is missing");
  });
});

describe("a grid of a trace", () => {
  const grid = gridOf(readTrace(fixture("trace-heart")));

  it("has the last layer's prediction as the model's own", () => {
    expect(grid.complete).toBe(true);
    const [run] = grid.runs;
    const last = 7 * grid.layers.length + 5;
    expect(grid.vocabulary[run?.guess[last] ?? -1]?.token).toBe(" brain");
    expect(run?.p[last]).toBeCloseTo(0.0739, 4);
    expect(run?.saturation[7]).toBe(5);
  });

  it("marks positions that were not traced", () => {
    const document = readTrace(fixture("column-heart"));
    const part = gridOf(document);
    expect(part.runs[0]?.guess.slice(0, 6)).toEqual([-1, -1, -1, -1, -1, -1]);
    expect(part.runs[0]?.guess[7 * 6 + 5]).toBeGreaterThanOrEqual(0);
  });

  it("knows when its last row is not the output", () => {
    const document = readTrace(fixture("trace-heart"));
    for (const run of document.runs)
      for (const position of run.positions) position.layers = position.layers.slice(0, 3);
    const part = gridOf(document);
    expect(part.layers).toEqual([0, 1, 2]);
    expect(part.complete).toBe(false);
    expect(part.runs[0]?.saturation[7]).toBe(3);
  });
});
