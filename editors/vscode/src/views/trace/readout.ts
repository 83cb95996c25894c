// The line under the heat map: the cell under the pointer, or else the chosen one, and the meaning of the marks.

import { h, token } from "../parts/dom.js";
import { probability } from "../parts/numbers.js";
import { popover } from "../parts/popover.js";
import type { Cells } from "./cells.js";
import type { Cell } from "./window.js";

export class Readout {
  readonly element: HTMLElement;
  readonly #text: HTMLElement;
  readonly #differs: HTMLElement[] = [];

  constructor() {
    // For eyes only: cells have labels of their own.
    this.#text = h("div", { class: "readout-text", "aria-hidden": "true" });
    const legend = h("div", { class: "map-legend", "aria-hidden": "true" }, ...this.#legend());
    // In a low panel the layers have the room that the legend takes.
    const folded = popover(
      "Legend",
      { id: "legend", title: "What the marks of the map mean", upwards: true },
      h("div", { class: "map-legend-box" }, ...this.#legend()),
    );
    folded.classList.add("map-legend-folded");
    this.element = h("div", { class: "readout" }, this.#text, legend, folded);
  }

  #legend(): HTMLElement[] {
    const differs = legendItem("differs", "differs between the runs");
    this.#differs.push(differs);
    const scale = h("span", { class: "legend-item" }, "p 0", h("span", { class: "ramp" }), "1");
    return [legendItem("settles", "top token fixed from here on"), differs, scale];
  }

  show(cell: Cell, maps: readonly Cells[]): void {
    const [first] = maps;
    if (first === undefined) {
      this.#text.replaceChildren();
      return;
    }
    const layer = first.grid.layers[cell.row] ?? cell.row;
    const parts: (Node | string)[] = [
      h("span", { class: "quiet" }, `layer ${layer}${first.isOutput(cell.row) ? ", output" : ""}, after `),
      token(first.tokenText(cell.column)),
      h("span", { class: "quiet" }, ` at ${cell.column}: `),
    ];
    maps.forEach((cells, index) => {
      const facts = cells.facts(cell.column, cell.row);
      if (index > 0) parts.push(h("span", { class: "arrow" }, facts.differs ? " ⇒ " : " → "));
      parts.push(token(facts.text), ` ${probability(facts.p)}`);
      parts.push(h("span", { class: "quiet" }, ` KL ${facts.kl.toFixed(2)}`));
    });
    this.#text.replaceChildren(...parts);
  }

  set compared(yes: boolean) {
    for (const item of this.#differs) item.hidden = !yes;
  }
}

function legendItem(kind: string, text: string): HTMLElement {
  return h("span", { class: "legend-item" }, h("span", { class: `sample ${kind}` }), text);
}
