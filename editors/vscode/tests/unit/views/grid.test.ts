import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { TraceDocument } from "../../../src/shared/api.js";
import { gridOf } from "../../../src/shared/grid.js";

function fixture(name: string): TraceDocument {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, "../../views/fixtures", `${name}.json`), "utf8"),
  ) as TraceDocument;
}

describe("a grid of a trace", () => {
  const grid = gridOf(fixture("trace-heart"));

  it("has the last layer's prediction as the model's own", () => {
    expect(grid.complete).toBe(true);
    const [run] = grid.runs;
    const last = 7 * grid.layers.length + 5;
    expect(grid.vocabulary[run?.guess[last] ?? -1]?.token).toBe(" brain");
    expect(run?.p[last]).toBeCloseTo(0.0739, 4);
    expect(run?.saturation[7]).toBe(5);
  });

  it("marks positions that were not traced", () => {
    const document = fixture("column-heart");
    const part = gridOf(document);
    expect(part.runs[0]?.guess.slice(0, 6)).toEqual([-1, -1, -1, -1, -1, -1]);
    expect(part.runs[0]?.guess[7 * 6 + 5]).toBeGreaterThanOrEqual(0);
  });

  it("knows when its last row is not the output", () => {
    const document = fixture("trace-heart");
    for (const run of document.runs)
      for (const position of run.positions) position.layers = position.layers.slice(0, 3);
    const part = gridOf(document);
    expect(part.layers).toEqual([0, 1, 2]);
    expect(part.complete).toBe(false);
    expect(part.runs[0]?.saturation[7]).toBe(3);
  });
});
