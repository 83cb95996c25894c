// One heat map, or two side by side that scroll and choose as one. The caller decides which runs they show.

import type { TraceGrid } from "../../shared/grid.js";
import type { ComparedRuns } from "../../shared/runs.js";
import { h } from "../parts/dom.js";
import { themeShades } from "../parts/theme.js";
import { Cells } from "./cells.js";
import { HeatMap, type HeatMapEvents } from "./heatmap.js";
import type { Cell } from "./window.js";

type Events = Omit<HeatMapEvents, "scroll">;

export class Maps {
  readonly element: HTMLElement;
  readonly #maps: HeatMap[];
  readonly #frames: HTMLElement[];
  readonly #titles: HTMLElement[];
  /** The map that had the focus last. */
  #current = 0;
  #cells: (Cells | null)[] = [null, null];
  #count = 1;

  constructor(events: Events) {
    this.#maps = [0, 1].map(
      (index) =>
        new HeatMap("Top predictions", {
          ...events,
          choose: (cell) => {
            this.#current = index;
            this.#maps[1 - index]?.activate(cell, { scroll: false });
            events.choose(cell);
          },
          scroll: (left, top) => {
            if (this.#count > 1) this.#maps[1 - index]?.follow(left, top);
          },
        }),
    );
    this.#titles = this.#maps.map(() => h("div", { class: "map-title" }));
    this.#frames = this.#maps.map((map, index) =>
      h("div", { class: "map-frame" }, this.#titles[index], map.element),
    );
    this.element = h("div", { class: "maps" }, ...this.#frames);
    this.shade();
  }

  /** The theme has changed. */
  shade(): void {
    const shades = themeShades();
    document.body.style.setProperty("--heat-top", shades.at(-1)?.background ?? "");
    for (const map of this.#maps) map.shades = shades;
  }

  /** The shown run, or both `beside` each other. */
  show(grid: TraceGrid, { shown, order }: ComparedRuns, beside: boolean): void {
    const names = beside ? order : [shown];
    this.#count = names.length;
    this.element.classList.toggle("both", names.length > 1);
    this.#frames.forEach((frame, index) => {
      frame.hidden = index >= names.length;
    });
    if (this.#current >= names.length) this.#current = 0;
    const runOf = (name: string | undefined) => grid.runs.find((run) => run.name === name);
    names.forEach((name, index) => {
      const own = runOf(name);
      const map = this.#maps[index];
      if (own === undefined || map === undefined) return;
      const other = runOf(order.find((one) => one !== name)) ?? null;
      const cells = new Cells(grid, own, other);
      this.#cells[index] = cells;
      const title = this.#titles[index];
      if (title !== undefined) title.textContent = own.name;
      map.label = `Top prediction after each layer, ${own.name}`;
      map.show(cells);
    });
  }

  activate(cell: Cell, options: { focus?: boolean; scroll?: boolean } = {}): void {
    this.#maps.forEach((map, index) => {
      if (index >= this.#count) return;
      map.activate(cell, { ...options, focus: options.focus === true && index === this.#current });
    });
  }

  set cursor(column: number | null) {
    for (const map of this.#maps) map.cursor = column;
  }

  focus(): void {
    this.#maps[this.#current]?.focus();
  }

  /** The cells of the maps in view. */
  facts(cell: Cell): Cells[] {
    return this.#cells
      .slice(0, this.#count)
      .filter((cells): cells is Cells => cells !== null && cell.column < cells.columns);
  }

  /** The height that shows every layer of one map, with a scroll bar. */
  get wholeHeight(): number {
    return (this.#maps[0]?.wholeHeight ?? 0) + 16;
  }
}
