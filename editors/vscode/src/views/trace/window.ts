// Which cells of a long axis are drawn, and where the keys lead. Arithmetic only.

export interface Span {
  first: number;
  /** After the last one. */
  end: number;
}

/** The items of `size` that are visible between `scroll` and `scroll + viewport`, and `over` more on either side. */
export function spanOf(scroll: number, viewport: number, size: number, count: number, over: number): Span {
  const first = Math.max(0, Math.min(count, Math.floor(scroll / size) - over));
  const end = Math.min(count, Math.ceil((scroll + viewport) / size) + over);
  return { first, end: Math.max(first, end) };
}

export interface Cell {
  /** The position: tokens go across. */
  column: number;
  /** The row: layers go down. */
  row: number;
}

/** Where a key leads from a cell, as in the ARIA grid pattern; null for another key. */
export function moved(
  key: string,
  control: boolean,
  from: Cell,
  size: { columns: number; rows: number },
  page: { columns: number; rows: number },
): Cell | null {
  const { column, row } = from;
  const to = (c: number, r: number): Cell => ({
    column: Math.max(0, Math.min(size.columns - 1, c)),
    row: Math.max(0, Math.min(size.rows - 1, r)),
  });
  switch (key) {
    case "ArrowLeft":
      return to(control ? column - page.columns : column - 1, row);
    case "ArrowRight":
      return to(control ? column + page.columns : column + 1, row);
    case "ArrowUp":
      return to(column, control ? 0 : row - 1);
    case "ArrowDown":
      return to(column, control ? size.rows - 1 : row + 1);
    case "Home":
      return to(0, control ? 0 : row);
    case "End":
      return to(size.columns - 1, control ? size.rows - 1 : row);
    case "PageUp":
      return to(column, row - page.rows);
    case "PageDown":
      return to(column, row + page.rows);
    default:
      return null;
  }
}

/** The scroll position at which an item is whole within `viewport`; `scroll` if it is. */
export function scrolledTo(index: number, size: number, scroll: number, viewport: number): number {
  const start = index * size;
  if (start < scroll) return start;
  return start + size > scroll + viewport ? start + size - viewport : scroll;
}
