// Why a generated token was chosen: the trace of the token before it, under the texts.

import type { TraceDocument } from "../../shared/api.js";
import type { ComparedRuns } from "../../shared/runs.js";
import { Asks } from "../parts/asks.js";
import { Column, type ColumnKept } from "../parts/column/column.js";
import { button, h, token } from "../parts/dom.js";
import { visible } from "../parts/tokens.js";
import type { GeneratedToken } from "./continuation.js";

/** A token of a run. */
export interface Place {
  run: string;
  index: number;
}

export interface WhyEvents {
  ask(ask: number, place: Place): void;
  openCard(id: string): void;
  close(): void;
  kept(column: ColumnKept): void;
}

export class Why {
  readonly element: HTMLElement;
  readonly #note = h("p", { class: "quiet" });
  readonly #column: Column;
  readonly #asks: Asks<Place>;

  constructor(kept: Partial<ColumnKept>, events: WhyEvents) {
    this.#asks = new Asks((ask, place) => events.ask(ask, place));
    this.#column = new Column(kept, {
      openCard: (id) => events.openCard(id),
      intervened: () => null,
      kept: (column) => events.kept(column),
    });
    const close = button("Close", () => events.close(), { class: "button quiet-button" });
    this.element = h(
      "section",
      { class: "why", tabindex: -1, "aria-label": "Why this token" },
      h("div", { class: "why-head" }, this.#note, close),
      this.#column.element,
    );
    this.element.hidden = true;
  }

  ask(place: Place): void {
    this.element.hidden = false;
    this.#note.textContent = "Asking the model…";
    this.#column.wait();
    this.#asks.ask(place);
  }

  /** The place that an answer is about, if it is the newest one. */
  answered(ask: number): Place | null {
    const answered = this.#asks.answered(ask);
    return answered?.newest === true ? answered.what : null;
  }

  show({ run, index }: Place, one: GeneratedToken, document: TraceDocument, runs: ComparedRuns): void {
    this.#note.replaceChildren(
      "Why ",
      token(visible(one.text, one.bytes)),
      ` as token ${index + 1} of ${run}: the trace of the token before it.`,
    );
    this.#column.show(document, { runs, beside: false, layer: null, taken: one.id });
    this.element.scrollIntoView({ block: "nearest" });
  }

  fail(message: string): void {
    this.#note.textContent = "";
    this.#column.fail(message);
  }

  close(): void {
    this.element.hidden = true;
    this.#asks.drop();
  }
}
