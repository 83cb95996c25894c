// The heat map: tokens across, layers down; only visible cells are elements. It draws, scrolls, focuses, and tells which
// cell was chosen. cells.ts has the content of a cell.

import { type Shade, stepOf } from "../parts/colour.js";
import { h, refocus } from "../parts/dom.js";
import type { Cells } from "./cells.js";
import { type Cell, moved, scrolledTo, type Span, spanOf } from "./window.js";

const CELL = { width: 84, side: 46 };
const OVER = { columns: 2, rows: 3 };

export interface HeatMapEvents {
  /** A cell became the active one, by a key, by the mouse or by its header. */
  choose(cell: Cell): void;
  /** Enter or a double click: go to the sub-updates. */
  enter(): void;
  escape(): void;
  /** The pointer is on a cell, or on none. */
  hover(cell: Cell | null): void;
  scroll(left: number, top: number): void;
  key(event: KeyboardEvent): void;
}

interface Row {
  element: HTMLElement;
  /** The layer's name, for a screen reader. */
  header: HTMLElement;
  /** The layer's number, for eyes, in the strip beside the rows: one strip that stays in place costs one surface to
   * draw on, and headers that stay in place each by itself cost three a row. */
  number: HTMLElement;
  cells: HTMLElement[];
}

export class HeatMap {
  readonly element: HTMLElement;
  readonly #canvas: HTMLElement;
  readonly #head: HTMLElement;
  readonly #corner: HTMLElement;
  readonly #side: HTMLElement;
  #heads: HTMLElement[] = [];
  #rows: Row[] = [];
  #columns: Span = { first: 0, end: 0 };
  #lines: Span = { first: 0, end: 0 };
  #cells: Cells | null = null;
  #shades: Shade[] = [];
  #active: Cell = { column: 0, row: 0 };
  #cursor: number | null = null;
  #scheduled = false;
  /** Heights, as trace.css has them for the panel's height. */
  #size = sizes();
  /** Nothing of the data was drawn yet: what can be seen comes first, what is beside it in the next frame. */
  #fresh = false;

  constructor(
    label: string,
    private readonly events: HeatMapEvents,
  ) {
    this.#corner = h("div", { class: "corner", role: "columnheader", "aria-colindex": 1 }, "layer");
    this.#head = h("div", { class: "head", role: "row", "aria-rowindex": 1 }, this.#corner);
    this.#side = h("div", { class: "side", "aria-hidden": "true" });
    this.#canvas = h("div", { class: "canvas", role: "presentation" }, this.#head, this.#side);
    this.element = h(
      "div",
      { class: "heatmap", role: "grid", "aria-label": label, "aria-readonly": "true" },
      this.#canvas,
    );
    this.element.addEventListener("scroll", () => {
      this.#schedule();
      events.scroll(this.element.scrollLeft, this.element.scrollTop);
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => this.#click(event));
    this.element.addEventListener("dblclick", (event) => {
      if (this.#under(event) !== null) events.enter();
    });
    this.element.addEventListener("pointerover", (event) => events.hover(this.#under(event)));
    this.element.addEventListener("pointerleave", () => events.hover(null));
    new ResizeObserver(() => {
      this.#reveal(this.#active);
      this.#schedule();
    }).observe(this.element);
    window.addEventListener("resize", () => this.#measure());
  }

  set label(text: string) {
    this.element.setAttribute("aria-label", text);
  }

  set shades(list: Shade[]) {
    this.#shades = list;
    this.draw(true);
  }

  /** The height at which nothing has to be scrolled. */
  get wholeHeight(): number {
    return this.#size.head + (this.#cells?.rows ?? 0) * this.#size.row;
  }

  /** Takes new data. `activate` follows, and draws: drawing where the scroll position does not stay would be in vain. */
  show(cells: Cells): void {
    this.#cells = cells;
    this.#fresh = true;
    const { columns, rows } = cells;
    this.#active = {
      column: Math.min(this.#active.column, Math.max(0, columns - 1)),
      row: Math.min(this.#active.row, Math.max(0, rows - 1)),
    };
    this.element.setAttribute("aria-colcount", String(columns + 1));
    this.element.setAttribute("aria-rowcount", String(rows + 1));
    this.#canvas.style.width = `${CELL.side + columns * CELL.width}px`;
    this.#canvas.style.height = `${this.wholeHeight}px`;
  }

  #measure(): void {
    const size = sizes();
    if (size.row === this.#size.row && size.head === this.#size.head) return;
    this.#size = size;
    this.#canvas.style.height = `${this.wholeHeight}px`;
    this.draw(true);
  }

  /** Makes a cell the active one, and brings it into view. */
  activate(cell: Cell, options: { focus?: boolean; scroll?: boolean } = {}): void {
    this.#active = cell;
    if (options.scroll !== false) this.#reveal(cell);
    this.draw(true);
    if (options.focus === true) this.focus();
  }

  /** Marks the token under the editor's cursor. */
  set cursor(column: number | null) {
    this.#cursor = column;
    this.draw(true);
  }

  focus(): void {
    (this.#element(this.#active) ?? this.element).focus({ preventScroll: true });
  }

  scrollTo(left: number, top: number): void {
    if (this.element.scrollLeft !== left) this.element.scrollLeft = left;
    if (this.element.scrollTop !== top) this.element.scrollTop = top;
  }

  /** Scrolls with another map, in the same frame. */
  follow(left: number, top: number): void {
    this.scrollTo(left, top);
    this.draw(false);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.draw(false);
    });
  }

  /** Moves the elements to the scroll position; `all` also rewrites those that stay in place. */
  draw(all: boolean): void {
    const cells = this.#cells;
    if (cells === null || this.#shades.length === 0) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.element;
    const over = this.#fresh ? { columns: 0, rows: 0 } : OVER;
    // Twice: a frame's own callbacks run before it is painted.
    if (this.#fresh) requestAnimationFrame(() => this.#schedule());
    this.#fresh = false;
    const columns = spanOf(scrollLeft, clientWidth - CELL.side, CELL.width, cells.columns, over.columns);
    const lines = spanOf(scrollTop, clientHeight - this.#size.head, this.#size.row, cells.rows, over.rows);
    const same = columns.first === this.#columns.first && columns.end === this.#columns.end;
    if (!all && same && lines.first === this.#lines.first && lines.end === this.#lines.end) return;
    const hadFocus = this.element.contains(document.activeElement);
    const [oldColumns, oldLines] = [this.#columns, this.#lines];
    this.#columns = columns;
    this.#lines = lines;
    this.#heads = shifted(
      this.#head,
      this.#heads,
      oldColumns,
      columns,
      () => newHead(),
      (head, column, fresh) => {
        if (fresh || all) this.#writeHead(cells, head, column);
      },
    );
    const kept = new Set<Row>();
    this.#rows = shifted(this.#canvas, this.#rows, oldLines, lines, newRow, (row, line, fresh) => {
      if (!fresh) kept.add(row);
      if (fresh || all) this.#writeRow(cells, row, line);
    });
    const numbers = this.#rows.map((row) => row.number);
    if (numbers.length !== this.#side.children.length || kept.size < numbers.length)
      this.#side.replaceChildren(...numbers);
    this.#rows.forEach((row, index) => {
      const line = lines.first + index;
      const whole = all || !kept.has(row);
      row.cells = shifted(row.element, row.cells, oldColumns, columns, newCell, (cell, column, fresh) => {
        if (fresh || whole) this.#writeCell(cells, cell, column, line);
      });
    });
    this.#keepFocus(hadFocus);
  }

  /** The active cell carries the tab stop; while it is not drawn, the grid itself does. */
  #keepFocus(hadFocus: boolean): void {
    const active = this.#element(this.#active);
    this.element.tabIndex = active === null ? 0 : -1;
    if (hadFocus && document.activeElement !== active) refocus(active ?? this.element);
  }

  #element({ column, row }: Cell): HTMLElement | null {
    return this.#rows[row - this.#lines.first]?.cells[column - this.#columns.first] ?? null;
  }

  #writeHead(cells: Cells, head: HTMLElement, column: number): void {
    head.style.left = `${CELL.side + column * CELL.width}px`;
    head.setAttribute("aria-colindex", String(column + 2));
    head.setAttribute("aria-label", cells.tokenLabel(column));
    head.dataset["column"] = String(column);
    head.classList.toggle("chosen", column === this.#active.column);
    head.classList.toggle("cursor", column === this.#cursor);
    const [number, text] = head.children as unknown as [HTMLElement, HTMLElement];
    number.textContent = String(column);
    text.textContent = cells.tokenText(column);
  }

  #writeRow(cells: Cells, row: Row, line: number): void {
    row.element.style.top = `${this.#size.head + line * this.#size.row}px`;
    row.element.setAttribute("aria-rowindex", String(line + 2));
    row.header.setAttribute("aria-label", cells.layerLabel(line));
    row.number.style.top = `${line * this.#size.row}px`;
    row.number.textContent = String(cells.grid.layers[line] ?? line);
    row.number.classList.toggle("output", cells.isOutput(line));
    row.number.classList.toggle("chosen", line === this.#active.row);
  }

  #writeCell(cells: Cells, cell: HTMLElement, column: number, line: number): void {
    const facts = cells.facts(column, line);
    const shade = this.#shades[stepOf(facts.p)];
    const active = column === this.#active.column && line === this.#active.row;
    cell.style.left = `${CELL.side + column * CELL.width}px`;
    cell.style.backgroundColor = shade?.background ?? "";
    cell.style.color = shade?.text ?? "";
    cell.textContent = facts.text;
    cell.className = `cell${facts.settles ? " settles" : ""}${facts.settled ? " settled" : ""}${facts.differs ? " differs" : ""}${column === this.#active.column ? " in-column" : ""}`;
    cell.setAttribute("aria-colindex", String(column + 2));
    cell.setAttribute("aria-label", facts.label);
    if (active) {
      cell.setAttribute("aria-selected", "true");
      cell.tabIndex = 0;
    } else if (cell.hasAttribute("aria-selected")) {
      cell.removeAttribute("aria-selected");
      cell.removeAttribute("tabindex");
    }
    cell.dataset["column"] = String(column);
    cell.dataset["row"] = String(line);
  }

  #reveal({ column, row }: Cell): void {
    const { element } = this;
    const { clientWidth, clientHeight } = element;
    if (clientWidth === 0 || clientHeight === 0) return;
    const left = scrolledTo(column, CELL.width, element.scrollLeft, clientWidth - CELL.side);
    const top = scrolledTo(row, this.#size.row, element.scrollTop, clientHeight - this.#size.head);
    this.scrollTo(left, top);
  }

  #under(event: Event): Cell | null {
    const found = event.target instanceof Element ? event.target.closest<HTMLElement>(".cell") : null;
    if (found === null) return null;
    return { column: Number(found.dataset["column"]), row: Number(found.dataset["row"]) };
  }

  #click(event: MouseEvent): void {
    const cell = this.#under(event);
    if (cell !== null) {
      this.activate(cell, { focus: true, scroll: false });
      this.events.choose(cell);
      return;
    }
    const head = event.target instanceof Element ? event.target.closest<HTMLElement>(".token-head") : null;
    if (head === null || this.#cells === null) return;
    const chosen = { column: Number(head.dataset["column"]), row: this.#active.row };
    this.activate(chosen, { focus: true });
    this.events.choose(chosen);
  }

  #key(event: KeyboardEvent): void {
    const cells = this.#cells;
    if (cells === null || event.altKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.events.enter();
      return;
    }
    if (event.key === "Escape") {
      this.events.escape();
      return;
    }
    const page = {
      columns: Math.max(1, Math.floor((this.element.clientWidth - CELL.side) / CELL.width)),
      rows: Math.max(1, Math.floor((this.element.clientHeight - this.#size.head) / this.#size.row)),
    };
    const to = moved(event.key, event.ctrlKey, this.#active, cells, page);
    if (to === null) {
      this.events.key(event);
      return;
    }
    event.preventDefault();
    this.activate(to, { focus: true });
    this.events.choose(to);
  }
}

/** Moves elements from the end that went out of view to the end that came into it, in the order of what they show. */
function shifted<T extends HTMLElement | Row>(
  parent: HTMLElement,
  drawn: T[],
  old: Span,
  now: Span,
  make: () => T,
  write: (item: T, index: number, fresh: boolean) => void,
): T[] {
  const element = (item: T): HTMLElement => (item instanceof HTMLElement ? item : item.element);
  const inBoth = (index: number): boolean => index >= now.first && index < now.end;
  const free = drawn.filter((_, at) => !inBoth(old.first + at));
  const firstKept = drawn.find((_, at) => inBoth(old.first + at));
  const result: T[] = [];
  let behind: Element | null = firstKept === undefined ? null : element(firstKept);
  for (let index = now.first; index < now.end; index += 1) {
    const kept = index >= old.first ? drawn[index - old.first] : undefined;
    const item = kept ?? free.pop() ?? make();
    const own = element(item);
    if (kept === undefined) parent.insertBefore(own, behind);
    behind = own.nextElementSibling;
    write(item, index, kept === undefined);
    result.push(item);
  }
  for (const item of free) element(item).remove();
  return result;
}

/** In pixels: of the row of tokens, and of a layer's row. */
function sizes(): { head: number; row: number } {
  const style = getComputedStyle(document.documentElement);
  const pixels = (name: string): number => parseFloat(style.getPropertyValue(name));
  return { head: pixels("--head"), row: pixels("--row") };
}

function newHead(): HTMLElement {
  return h(
    "div",
    { class: "token-head", role: "columnheader" },
    h("span", { class: "number" }),
    h("span", { class: "text token" }),
  );
}

function newRow(): Row {
  const header = h("div", { class: "layer-name", role: "rowheader", "aria-colindex": 1 });
  const number = h("div", { class: "layer-head" });
  return { element: h("div", { class: "row", role: "row" }, header), header, number, cells: [] };
}

const CELL_ELEMENT = h("div", { class: "cell", role: "gridcell" });

/** There are hundreds: a copy is made faster than an element. */
function newCell(): HTMLElement {
  return CELL_ELEMENT.cloneNode() as HTMLElement;
}
