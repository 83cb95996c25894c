// The bar below a list with selected value vectors: how many, a button that names them together, and one that clears the
// selection.

import { announce, button, h, refocus } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import { Selection } from "./selection.js";

export interface SelectedEvents {
  name: (ids: string[]) => void;
  /** The bar had the focus and is gone. */
  focus: () => void;
}

export class SelectedBar {
  readonly element = h("div", {
    class: "selected",
    role: "group",
    "aria-label": "Selected value vectors",
  });
  #shown: Selection | null = null;
  #named: string[] = [];
  #editable = false;

  constructor(private readonly events: SelectedEvents) {
    this.element.hidden = true;
  }

  /** A list's selection, whose changes this bar shows and tells screen readers. */
  selection(): Selection {
    const made = new Selection(() => {
      if (made !== this.#shown) return;
      this.#draw();
      const count = made.ids.length;
      announce(count === 0 ? "nothing selected" : `${counted(count, "value vector")} selected`);
    });
    return made;
  }

  /** The selection of the list that is in view; null for a list without. */
  show(selection: Selection | null): void {
    this.#shown = selection;
    this.#draw();
  }

  /** Whether there is a file whose names are meant. */
  set editable(yes: boolean) {
    this.#editable = yes;
    this.#draw();
  }

  /** Names the selected vectors, or this one where none is. */
  name(id?: string): void {
    const selected = this.#shown?.ids ?? [];
    this.#named = selected.length === 0 && id !== undefined ? [id] : selected;
    if (this.#editable && this.#named.length > 0) this.events.name(this.#named);
  }

  /** The names as they are now: a selection that has got one is done with. */
  names(all: readonly { name: string; ids: readonly string[] }[]): void {
    const asked = this.#named;
    const found = all.find(({ ids }) => asked.length > 0 && asked.every((id) => ids.includes(id)));
    if (found === undefined) return;
    this.#named = [];
    const same = this.#shown?.ids.join() === asked.join();
    if (same) this.#shown?.clear();
    announce(`${counted(asked.length, "value vector")} named ${found.name}`);
  }

  #draw(): void {
    const count = this.#shown?.ids.length ?? 0;
    const focused = this.element.contains(document.activeElement);
    this.element.hidden = count === 0;
    if (count === 0) {
      this.element.replaceChildren();
      if (focused) this.events.focus();
      return;
    }
    const name = button(`Name ${counted(count, "vector")}…`, () => this.name(), {
      class: "button primary",
      title: this.#editable ? "One name for all of them (N)" : "Open a prompt file to name vectors",
      disabled: !this.#editable,
    });
    const clear = button("Clear", () => this.#shown?.clear(), {
      title: "Select nothing (Esc)",
      label: "Clear the selection",
    });
    const at = [...this.element.querySelectorAll("button")].findIndex(
      (one) => one === document.activeElement,
    );
    this.element.replaceChildren(name, clear);
    if (focused) refocus(this.element.querySelectorAll("button")[at]);
  }
}
