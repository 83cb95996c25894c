import { describe, expect, it } from "vitest";

import type { GuessDocument, UpdateDocument } from "../../../src/shared/api.js";
import { apart, axis, FLOOR } from "../../../src/views/parts/column/axis.js";
import { nextRows, updateRows } from "../../../src/views/parts/column/merge.js";
import { rangeOf } from "../../../src/views/parts/card/range.js";

const guess = (id: number, p: number): GuessDocument => ({ id, token: ` t${id}`, p });
const update = (id: string, coefficient: number, norm = 1): UpdateDocument => ({
  id,
  layer: 0,
  dim: 0,
  coefficient,
  norm,
  score: Math.abs(coefficient) * norm,
  effects: [],
  name: null,
  words: [],
});

describe("next tokens of two runs", () => {
  it("stand in the second run's order, with how they changed", () => {
    const rows = nextRows([
      [guess(1, 0.5), guess(2, 0.3), guess(3, 0.1)],
      [guess(2, 0.6), guess(3, 0.1), guess(4, 0.05)],
    ]);
    expect(rows.map(({ id, change }) => [id, change])).toEqual([
      [2, "up"],
      [3, "same"],
      [4, "new"],
      [1, "gone"],
    ]);
    expect(rows[3]).toMatchObject({ p: [0.5, null] });
  });
  it("have no change where there is one run", () => {
    expect(nextRows([[guess(1, 0.5)]]).map((row) => row.change)).toEqual(["same"]);
  });
  it("are the same if no digit shows the change", () => {
    const change = (from: number, to: number): string | undefined =>
      nextRows([[guess(1, from)], [guess(1, to)]])[0]?.change;
    expect(change(0.5, 0.51)).toBe("same");
    expect(change(0.0001, 0.0004)).toBe("same");
    expect(change(0.5, 0.4)).toBe("down");
  });
});

describe("sub-updates of two runs", () => {
  it("are one row a vector, the largest score in either run first", () => {
    const rows = updateRows([
      [update("a", 1), update("b", -3)],
      [update("a", 5), update("c", 2)],
    ]);
    expect(rows.map((row) => [row.id, ...row.updates.map((one) => one?.coefficient ?? null)])).toEqual([
      ["a", 1, 5],
      ["b", -3, null],
      ["c", null, 2],
    ]);
  });
  it("have the words of the end that acts in the last run that has them", () => {
    const acting = (id: string, coefficient: number): UpdateDocument => ({
      ...update(id, coefficient),
      end: coefficient < 0 ? "bottom" : "top",
      words: coefficient < 0 ? [" night"] : [" day"],
    });
    const rows = updateRows([
      [acting("a", 4), acting("b", -3)],
      [acting("a", -5), acting("c", 2)],
    ]);
    expect(rows.map((row) => [row.id, row.words])).toEqual([
      ["a", [" night"]],
      ["b", [" night"]],
      ["c", [" day"]],
    ]);
  });
});

describe("axes", () => {
  it("go up to a round number that holds the largest", () => {
    expect(axis("linear", 0.07).marks.map((mark) => mark.text)).toEqual(["0", "0.05", "0.1"]);
    expect(axis("linear", 0.93).at(1)).toBe(1);
    expect(axis("linear", 0).at(0)).toBe(0);
  });
  it("have a floor where they are logarithmic", () => {
    const log = axis("log", 0.07);
    expect(log.at(1)).toBe(1);
    expect(log.at(1e-3)).toBeCloseTo(0.5);
    expect(log.at(FLOOR)).toBeCloseTo(0);
    expect(log.at(0)).toBeCloseTo(0);
  });
  it("keep labels apart, within their height, in the order given", () => {
    expect(apart([50, 10, 51], 13, 100)).toEqual([50, 10, 63]);
    expect(apart([99, 100, 98], 13, 100)).toEqual([87, 100, 74]);
  });
});

describe("a slider's range", () => {
  const activation = (values: number[]) => ({
    count: 1,
    mean: 0,
    deviation: 1,
    quantiles: values.map((value, index) => ({ share: index / 10, value })),
  });
  it("holds twice what text reaches, and zero", () => {
    expect(rangeOf(activation([-0.17, 3.64]), [])).toEqual({ least: -4, most: 8, step: 0.1 });
  });
  it("holds what the file says", () => {
    const range = rangeOf(null, [60, -70, null]);
    expect(range.most).toBeGreaterThanOrEqual(60);
    expect(range.least).toBeLessThanOrEqual(-70);
  });
});
