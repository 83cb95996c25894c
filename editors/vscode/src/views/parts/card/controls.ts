// A card's controls: suppress, amplify, set by a slider or a number, name, add to the file.
// The file's line is the truth: the slider shows its value, and moving the slider asks for another line.

import type { NextDocument, VectorDocument } from "../../../shared/api.js";
import type { Intervention, InterventionValue, Movement } from "../../../shared/messages.js";
import { nextTable } from "../column/next.js";
import { button, h } from "../dom.js";
import { plain, signed } from "../numbers.js";
import { rangeOf } from "./range.js";

export interface ControlsContext {
  /** The line on this vector alone, if the file has one. */
  line: Intervention | null;
  /** The run that the controls change, if the file has lines of others too. */
  run: string | null;
  /** Why nothing can be edited; null if it can. */
  locked: string | null;
  /** The coefficient at the chosen token, in the file's first run, if known. */
  coefficient: number | null;
  /** The coefficient that the server offers; null without a prompt file. */
  strength: number | null;
  intervene(value: InterventionValue, movement: Movement): void;
  name(): void;
  add: (() => void) | null;
}

export class Controls {
  readonly element: HTMLElement;
  readonly #buttons: HTMLElement;
  readonly #state: HTMLElement;
  readonly #slider: HTMLInputElement;
  readonly #number: HTMLInputElement;
  readonly #preview: HTMLElement;
  #context: ControlsContext;
  #frame = 0;
  /** True from the slider's first movement to its end. */
  #held = false;

  constructor(
    private readonly card: VectorDocument,
    context: ControlsContext,
  ) {
    this.#context = context;
    this.#buttons = h("div", { class: "buttons" });
    this.#state = h("p", { class: "line-state" });
    this.#slider = h("input", { type: "range", class: "slider", "aria-label": `Coefficient of ${card.id}` });
    this.#number = h("input", {
      type: "number",
      class: "number-field",
      step: "any",
      "aria-label": `Coefficient of ${card.id}, as a number`,
    });
    this.#preview = h("div", { class: "preview", "aria-live": "off" });
    this.#slider.addEventListener("input", () => this.#moving());
    this.#slider.addEventListener("change", () => this.#set(Number(this.#slider.value), "released"));
    // A number that is typed replaces the one that is offered.
    this.#number.addEventListener("focus", () => this.#number.select());
    this.#number.addEventListener("change", () => {
      if (this.#number.value !== "" && Number.isFinite(this.#number.valueAsNumber))
        this.#set(this.#number.valueAsNumber, null);
    });
    const setter = h(
      "div",
      { class: "setter" },
      h("span", { class: "setter-label" }, "set"),
      this.#slider,
      this.#number,
    );
    this.element = h("div", { class: "controls" }, this.#buttons, setter, this.#state, this.#preview);
    this.update(context);
  }

  update(context: ControlsContext): void {
    this.#context = context;
    const { line, locked, coefficient, strength } = context;
    const known = line?.becomes ?? line?.number ?? coefficient ?? strength;
    const value = known ?? 0;
    // Not while it is being moved.
    if (!this.#held) {
      const range = rangeOf(this.card.activation, [value, coefficient]);
      Object.assign(this.#slider, {
        min: String(range.least),
        max: String(range.most),
        step: String(range.step),
      });
      this.#slider.value = String(value);
    }
    if (document.activeElement !== this.#number) this.#number.value = known === null ? "" : plain(value);
    this.#slider.disabled = this.#number.disabled = locked !== null;
    this.#drawButtons();
    this.#state.replaceChildren(...this.#sentence());
  }

  /** The next tokens of the runs in view. */
  preview(next: readonly NextDocument[]): void {
    this.#preview.replaceChildren(
      ...(next.length === 0 ? [] : [h("h4", {}, "Next after the prompt"), nextTable(next, 5)]),
    );
  }

  #moving(): void {
    this.#held = true;
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#set(Number(this.#slider.value), "moving");
    });
  }

  #set(value: number, movement: Movement): void {
    if (movement !== "moving") {
      this.#held = false;
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
    }
    this.#number.value = plain(value);
    this.#slider.value = String(value);
    this.#context.intervene({ set: Number(value.toPrecision(6)) }, movement);
  }

  #drawButtons(): void {
    const { line, locked, add } = this.#context;
    const disabled = locked !== null;
    const had =
      document.activeElement instanceof HTMLElement && this.#buttons.contains(document.activeElement)
        ? document.activeElement.dataset["do"]
        : undefined;
    const make = (what: string, text: string, title: string, run: () => void, extra = ""): HTMLElement => {
      const one = button(text, run, { class: `button ${extra}`.trimEnd(), title, disabled });
      one.dataset["do"] = what;
      return one;
    };
    const act = (value: InterventionValue) => () => this.#context.intervene(value, null);
    const list: HTMLElement[] = [];
    if (add !== null && line === null)
      list.push(
        make("add", "Add to the prompt file", "Write a line for this vector into the file", add, "primary"),
      );
    list.push(
      make("suppress", "Suppress", "Set its coefficient to 0 everywhere: off", act("off")),
      make("amplify", "Amplify", "Double its coefficient everywhere: { scale: 2 }", act({ scale: 2 })),
    );
    if (line !== null) {
      list.push(
        line.enabled
          ? make("disable", "Disable", "Turn its line into a comment", act("disable"))
          : make("enable", "Enable", "Turn the comment back into a line", act("enable")),
        make("remove", "Remove", "Delete its line", act("remove")),
      );
    }
    list.push(
      make("name", this.card.name === null ? "Name…" : "Rename…", "A name works wherever its id does", () =>
        this.#context.name(),
      ),
    );
    this.#buttons.replaceChildren(...list);
    if (had !== undefined) list.find((one) => one.dataset["do"] === had)?.focus();
  }

  #sentence(): (Node | string)[] {
    const { line, run, locked, coefficient, strength } = this.#context;
    if (locked !== null) return [locked];
    if (line === null) {
      const none = `The file has no line for it${run === null ? "" : ` in ${run}`}`;
      if (coefficient !== null) return [`${none}; at the chosen token it is ${signed(coefficient)}.`];
      const offered =
        strength === null ? "" : ` The slider starts at the offered value, ${signed(strength)}.`;
      return [`${none}.${offered}`];
    }
    const effects = {
      on: "acts",
      off: "is a comment and does nothing",
      none: "changes nothing here",
      error: "cannot be used",
    };
    const parts: (Node | string)[] = [
      `Line ${line.line}${run === null ? "" : ` (${run})`}: `,
      h("code", {}, line.value),
      ` ${effects[line.effect]}`,
    ];
    if (line.message !== null) parts.push(`: ${line.message}`);
    else if (line.effect === "on" && line.coefficient !== null && line.becomes !== null) {
      parts.push(`: ${signed(line.coefficient)} → ${signed(line.becomes)} after the prompt.`);
    } else parts.push(".");
    return parts;
  }
}
