// The divider between the heat map and the column, moved by the mouse or by the arrow keys.

import { h } from "../parts/dom.js";

export interface DividerOptions {
  /** Whether it is upright, between left and right. */
  upright: () => boolean;
  /** The size of the part before it, in pixels. */
  size: () => number;
  resize: (size: number) => void;
}

const STEP = 24;

export class Divider {
  readonly element: HTMLElement;

  constructor(
    label: string,
    private readonly options: DividerOptions,
  ) {
    const element = h("div", { class: "divider", role: "separator", "aria-label": label, tabindex: 0 });
    this.element = element;
    let grip: { at: number; size: number } | null = null;
    const along = (event: PointerEvent): number => (options.upright() ? event.clientX : event.clientY);
    element.addEventListener("pointerdown", (event) => {
      grip = { at: along(event), size: options.size() };
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      if (grip !== null) options.resize(grip.size + along(event) - grip.at);
    });
    element.addEventListener("lostpointercapture", () => {
      grip = null;
    });
    element.addEventListener("keydown", (event) => {
      const steps = options.upright()
        ? { ArrowLeft: -STEP, ArrowRight: STEP }
        : { ArrowUp: -STEP, ArrowDown: STEP };
      const step = new Map(Object.entries(steps)).get(event.key);
      if (step === undefined) return;
      event.preventDefault();
      options.resize(options.size() + step);
    });
  }

  /** Updates its ARIA values. */
  update(least: number, most: number): void {
    this.element.setAttribute("aria-orientation", this.options.upright() ? "vertical" : "horizontal");
    this.element.setAttribute("aria-valuemin", String(Math.round(least)));
    this.element.setAttribute("aria-valuemax", String(Math.round(most)));
    this.element.setAttribute("aria-valuenow", String(Math.round(this.options.size())));
  }
}
