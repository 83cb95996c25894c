// Tabs as the ARIA pattern has them: arrows move and select, one tab stop.

import { h } from "../parts/dom.js";

export class Tabs<T extends string> {
  readonly bar: HTMLElement;
  readonly panels: ReadonlyMap<T, HTMLElement>;
  #selected: T;

  constructor(
    label: string,
    tabs: readonly { value: T; text: string }[],
    selected: T,
    private readonly changed: (value: T) => void,
  ) {
    this.#selected = selected;
    this.bar = h("div", { class: "tabs", role: "tablist", "aria-label": label });
    const panels = new Map<T, HTMLElement>();
    for (const { value, text } of tabs) {
      const tab = h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${value}`,
          "aria-controls": `panel-${value}`,
          "data-value": value,
        },
        text,
      );
      tab.addEventListener("click", () => this.select(value));
      this.bar.append(tab);
      panels.set(
        value,
        h("div", {
          class: "panel",
          role: "tabpanel",
          id: `panel-${value}`,
          "aria-labelledby": `tab-${value}`,
        }),
      );
    }
    this.panels = panels;
    this.bar.addEventListener("keydown", (event) => {
      const at = tabs.findIndex((tab) => tab.value === this.#selected);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
      if (next === undefined) return;
      event.preventDefault();
      this.select(next.value);
      this.focus();
    });
    this.#draw();
  }

  get selected(): T {
    return this.#selected;
  }

  focus(): void {
    this.bar.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }

  select(value: T): void {
    this.#selected = value;
    this.#draw();
    this.changed(value);
  }

  #draw(): void {
    for (const tab of this.bar.querySelectorAll<HTMLElement>('[role="tab"]')) {
      const on = tab.dataset["value"] === this.#selected;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    for (const [value, panel] of this.panels) panel.hidden = value !== this.#selected;
  }
}
