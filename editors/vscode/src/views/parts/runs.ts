// The lists from which the reader chooses the run that is shown and the run that it is compared with. For files with more
// than two runs; with two there is nothing to choose.

import { baseOf, comparedRuns, type RunChoice } from "../../shared/runs.js";
import { dropdown, h, refocus } from "./dom.js";

/** In place of a run: all of them. */
const ALL = "";

export interface RunPickerEvents {
  choose: (choice: RunChoice) => void;
  /** Null for a view that never shows more than two runs. */
  chooseAll: (() => void) | null;
}

export class RunPicker {
  readonly element = h("div", { class: "run-picker", role: "group", "aria-label": "Runs" });

  constructor(private readonly events: RunPickerEvents) {
    this.element.hidden = true;
  }

  /** `all`: every run is shown; else the chosen one and the one that it is compared with. */
  show(names: readonly string[], choice: RunChoice, all: boolean): void {
    this.element.hidden = names.length < 3;
    const runs = comparedRuns(names, choice);
    if (this.element.hidden || runs === null) return;
    const focused = [...this.element.querySelectorAll("select")].findIndex(
      (list) => list === document.activeElement,
    );
    const { choose, chooseAll } = this.events;
    const options = names.map((name) => ({ value: name, text: name }));
    const first = chooseAll === null ? [] : [{ value: ALL, text: "all runs" }];
    const others = all ? options : options.filter(({ value }) => value !== runs.shown);
    const base = (all ? baseOf(names, choice) : runs.compared) ?? ALL;
    this.element.replaceChildren(
      dropdown("Shown", [...first, ...options], all ? ALL : runs.shown, (run) => {
        if (run === ALL) chooseAll?.();
        else choose({ ...choice, shown: run });
      }),
      dropdown("Compared with", others, base, (run) => choose({ ...choice, compared: run })),
    );
    refocus(this.element.querySelectorAll("select")[focused]);
  }
}
