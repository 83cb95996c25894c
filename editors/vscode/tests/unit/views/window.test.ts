import { describe, expect, it } from "vitest";

import { moved, scrolledTo, spanOf } from "../../../src/views/trace/window.js";

describe("the span that is drawn", () => {
  it("is what shows, and some more", () => {
    expect(spanOf(0, 100, 10, 1000, 2)).toEqual({ first: 0, end: 12 });
    expect(spanOf(505, 100, 10, 1000, 2)).toEqual({ first: 48, end: 63 });
  });
  it("ends with the items", () => {
    expect(spanOf(9900, 100, 10, 1000, 2)).toEqual({ first: 988, end: 1000 });
    expect(spanOf(0, 100, 10, 3, 2)).toEqual({ first: 0, end: 3 });
  });
  it("is empty for no items, and for a scroll that is still from a longer list", () => {
    expect(spanOf(0, 100, 10, 0, 2)).toEqual({ first: 0, end: 0 });
    const span = spanOf(5000, 100, 10, 20, 2);
    expect(span.end).toBeGreaterThanOrEqual(span.first);
    expect(span.end).toBeLessThanOrEqual(20);
  });
});

describe("keys in the grid", () => {
  const check = (key: string, control: boolean, to: [number, number] | null): void => {
    it(`${control ? "Ctrl+" : ""}${key}`, () => {
      const cell = moved(
        key,
        control,
        { column: 5, row: 3 },
        { columns: 200, rows: 48 },
        { columns: 10, rows: 12 },
      );
      expect(cell === null ? null : [cell.column, cell.row]).toEqual(to);
    });
  };
  check("ArrowLeft", false, [4, 3]);
  check("ArrowRight", false, [6, 3]);
  check("ArrowUp", false, [5, 2]);
  check("ArrowDown", false, [5, 4]);
  check("ArrowRight", true, [15, 3]);
  check("ArrowLeft", true, [0, 3]);
  check("ArrowUp", true, [5, 0]);
  check("ArrowDown", true, [5, 47]);
  check("Home", false, [0, 3]);
  check("Home", true, [0, 0]);
  check("End", false, [199, 3]);
  check("End", true, [199, 47]);
  check("PageUp", false, [5, 0]);
  check("PageDown", false, [5, 15]);
  check("x", false, null);

  it("stop at the edges", () => {
    const size = { columns: 3, rows: 2 };
    const page = { columns: 2, rows: 2 };
    expect(moved("ArrowLeft", false, { column: 0, row: 0 }, size, page)).toEqual({ column: 0, row: 0 });
    expect(moved("PageDown", false, { column: 2, row: 1 }, size, page)).toEqual({ column: 2, row: 1 });
  });
});

describe("scrolling to an item", () => {
  it("goes as far as it has to, and not where it need not", () => {
    expect(scrolledTo(5, 10, 0, 100)).toBe(0);
    expect(scrolledTo(15, 10, 0, 100)).toBe(60);
    expect(scrolledTo(2, 10, 50, 100)).toBe(20);
  });
});
