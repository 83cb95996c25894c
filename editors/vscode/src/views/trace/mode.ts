// The toolbar's choice of runs: a row of buttons if there are two; lists, and whether both maps are shown, if there are
// more. It keeps the choice and tells of changes.

import { comparedRuns, type ComparedRuns, type RunChoice } from "../../shared/runs.js";
import { choice as radio, h, refocus } from "../parts/dom.js";
import { RunPicker } from "../parts/runs.js";

export interface RunModeEvents {
  /** The reader chose runs. */
  chosen(choice: RunChoice): void;
  /** The reader chose one map or two. */
  besideSet(beside: boolean): void;
  /** After either of them, or both. */
  changed(): void;
}

/** In the row of buttons, in place of a run's name. */
const BESIDE = "";

export class RunMode {
  readonly element = h("div", { class: "mode" });
  readonly #picker: RunPicker;
  #names: readonly string[] = [];
  #choice: RunChoice = { shown: null, compared: null };
  #beside: boolean;

  constructor(
    beside: boolean,
    private readonly events: RunModeEvents,
  ) {
    this.#beside = beside;
    this.#picker = new RunPicker({ choose: (choice) => this.#choose(choice), chooseAll: null });
  }

  show(names: readonly string[], choice: RunChoice): void {
    this.#names = names;
    this.#choice = choice;
    this.#draw();
  }

  /** Null without a trace. */
  get runs(): ComparedRuns | null {
    return comparedRuns(this.#names, this.#choice);
  }

  /** Whether both runs are shown in full. */
  get beside(): boolean {
    return this.#beside && this.#names.length > 1;
  }

  get compared(): string | null {
    return this.#choice.compared;
  }

  /** The next run alone; after the last one, both side by side. */
  next(): void {
    if (this.#names.length < 2) return;
    const at = this.#beside ? -1 : this.#names.indexOf(this.runs?.shown ?? "");
    const run = this.#names[at + 1];
    if (run === undefined) this.#setBeside(true);
    else this.#showAlone(run);
  }

  #showAlone(run: string): void {
    this.#beside = false;
    this.events.besideSet(false);
    this.#choose({ ...this.#choice, shown: run });
  }

  #setBeside(beside: boolean): void {
    this.#beside = beside;
    this.events.besideSet(beside);
    this.#draw();
    this.events.changed();
  }

  #choose(choice: RunChoice): void {
    this.#choice = choice;
    this.events.chosen(choice);
    this.#draw();
    this.events.changed();
  }

  #draw(): void {
    const { runs } = this;
    const focused = document.activeElement?.closest(".mode > *") ?? null;
    const had = [...this.element.children].findIndex((one) => one === focused);
    if (this.#names.length < 2 || runs === null) {
      this.element.replaceChildren(h("span", { class: "quiet" }, "no intervention is on"));
      return;
    }
    if (this.#names.length === 2) this.element.replaceChildren(this.#buttons(runs));
    else {
      this.#picker.show(this.#names, this.#choice, false);
      // The picker keeps its place, and so the focus in it.
      if (this.#picker.element.parentElement !== this.element)
        this.element.replaceChildren(this.#picker.element);
      for (const old of [...this.element.children].slice(1)) old.remove();
      this.element.append(this.#maps());
    }
    const again = this.element.children[had];
    if (again !== undefined && !again.contains(document.activeElement))
      refocus(again.querySelector<HTMLElement>('[aria-checked="true"]'));
  }

  #buttons({ shown }: ComparedRuns): HTMLElement {
    const options = [
      ...this.#names.map((name) => ({ value: name, text: name })),
      { value: BESIDE, text: "side by side" },
    ];
    return radio("Which run is shown", options, this.#beside ? BESIDE : shown, (value) => {
      if (value === BESIDE) this.#setBeside(true);
      else this.#showAlone(value);
    });
  }

  #maps(): HTMLElement {
    const options = [
      { value: "one", text: "one map" },
      { value: "two", text: "side by side" },
    ];
    return radio("Maps", options, this.#beside ? "two" : "one", (value) => this.#setBeside(value === "two"));
  }
}
