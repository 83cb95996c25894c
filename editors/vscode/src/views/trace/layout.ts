// The places of the map, the column and the card: below each other in a tall panel, beside each other in a wide one such
// as the editor's bottom panel, and in a low, narrow one below each other in a page that scrolls. Sizes only.

import { h } from "../parts/dom.js";
import { Divider } from "./divider.js";

export interface Sizes {
  /** The map's height where it is above the column, and its width where it is beside; null until the divider is moved. */
  height: number | null;
  width: number | null;
}

export interface Wishes {
  /** The height that shows every layer of one map. */
  mapHeight: number;
  /** Number of maps. */
  maps: number;
}

const READOUT = 34;
/** The same as in trace.css. */
const low = window.matchMedia("(max-height: 420px)");

export class Layout {
  readonly content: HTMLElement;
  readonly #area: HTMLElement;
  readonly #divider: Divider;
  #wide = false;

  constructor(
    private readonly maps: HTMLElement,
    readout: HTMLElement,
    private readonly details: HTMLElement,
    private readonly sizes: Sizes,
    private readonly wishes: () => Wishes,
    resized: (sizes: Sizes) => void,
  ) {
    this.#area = h("div", { class: "map-area" }, maps, readout);
    this.#divider = new Divider("Size of the map", {
      upright: () => this.#wide,
      size: () => (this.#wide ? this.#area.clientWidth : this.#area.clientHeight),
      resize: (size) => {
        const { least, most } = this.#limits();
        const kept = Math.max(least, Math.min(most, size));
        if (this.#wide) sizes.width = kept;
        else sizes.height = kept;
        resized(sizes);
        this.fit();
      },
    });
    this.content = h("div", { class: "content" }, this.#area, this.#divider.element, details);
    new ResizeObserver(() => this.fit()).observe(this.content);
  }

  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.content;
    if (width === 0 || height === 0) return;
    this.#wide = low.matches ? width >= 560 : width >= 860 && height < 560;
    const flows = low.matches && !this.#wide;
    this.content.classList.toggle("wide", this.#wide);
    this.content.classList.toggle("flows", flows);
    const { mapHeight, maps } = this.wishes();
    const { least, most } = this.#limits();
    if (this.#wide) {
      this.#area.style.height = "";
      this.#area.style.width = `${Math.max(least, Math.min(most, this.sizes.width ?? width * 0.5))}px`;
    } else if (flows) {
      this.#area.style.width = "";
      this.#area.style.height = `${Math.min(height, mapHeight + READOUT)}px`;
    } else {
      const stacked = maps > 1 && width < 640;
      const whole = (mapHeight + (maps > 1 ? 24 : 0)) * (stacked ? 2 : 1) + READOUT;
      this.#area.style.width = "";
      this.#area.style.height = `${Math.max(least, Math.min(most, whole, this.sizes.height ?? height * 0.5))}px`;
    }
    this.maps.classList.toggle("stacked", maps > 1 && this.#area.clientWidth < 640);
    this.details.classList.toggle("narrow", this.details.clientWidth < 720);
    this.#divider.update(least, most);
  }

  #limits(): { least: number; most: number } {
    const { clientWidth, clientHeight } = this.content;
    return this.#wide ? { least: 240, most: clientWidth - 320 } : { least: 120, most: clientHeight - 120 };
  }
}
