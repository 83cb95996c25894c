// One position of a trace: its token, what comes next, tracked tokens over the layers, and every layer's FFN.
// Used beside the heat map and for a generated token. It shows what it is given and asks for nothing.

import type { Run, TraceDocument } from "../../../shared/documents.js";
import { choice, h, token } from "../dom.js";
import { probability } from "../numbers.js";
import { visible } from "../tokens.js";
import { bones } from "../state.js";
import type { Scale } from "./axis.js";
import { Curves } from "./curves.js";
import { layerList } from "./layers.js";
import type { Focus, Pair } from "./merge.js";
import { nextTable } from "./next.js";

export interface ColumnKept {
  scale: Scale;
  order: "layer" | "kl";
}

export interface ColumnEvents {
  openCard: (id: string) => void;
  /** What the file makes of a vector. */
  intervened: (id: string) => string | null;
  kept(state: ColumnKept): void;
}

export class Column {
  readonly element: HTMLElement;
  readonly #title: HTMLElement;
  readonly #next: HTMLElement;
  readonly #layers: HTMLElement;
  /** Which bars and lines are whose, where two runs are shown. */
  readonly #runsKey = h("div", { class: "runs-key", "aria-hidden": "true" });
  readonly #curves: Curves;
  readonly #kept: ColumnKept;
  readonly #open = new Set<number>();
  #shown: { pair: Pair; focus: Focus; track: string[]; chosen: number | null; taken: number | null } | null =
    null;

  constructor(
    kept: Partial<ColumnKept>,
    private readonly events: ColumnEvents,
  ) {
    this.#kept = { scale: kept.scale ?? "linear", order: kept.order ?? "layer" };
    this.#title = h("h2", { class: "column-title" });
    this.#next = h("div", { class: "next-place" });
    this.#layers = h("div", { class: "layers-place" });
    this.#curves = new Curves(this.#kept.scale, (scale) => {
      this.#kept.scale = scale;
      events.kept(this.#kept);
    });
    const orders = [
      { value: "layer" as const, text: "by layer" },
      {
        value: "kl" as const,
        text: "by KL",
        title: "The layers whose FFN moved the prediction most come first",
      },
    ];
    const order = choice("Order of the layers", orders, this.#kept.order, (value) => {
      this.#kept.order = value;
      events.kept(this.#kept);
      this.#drawLayers();
    });
    this.element = h(
      "section",
      { class: "column", "aria-label": "The chosen token" },
      this.#title,
      h(
        "div",
        { class: "column-parts" },
        h(
          "section",
          { class: "next-section", "aria-label": "What comes next" },
          h("div", { class: "heading" }, h("h3", {}, "What comes next")),
          this.#next,
        ),
        this.#curves.element,
      ),
      h(
        "section",
        { "aria-label": "What each layer's FFN did" },
        h("div", { class: "heading" }, h("h3", {}, "What each layer's FFN did"), this.#runsKey, order),
        this.#layers,
      ),
      bones("column-bones", 9),
    );
  }

  /** Shows the document's first position. `chosen` is a layer, `taken` the token that came next. */
  show(document: TraceDocument, focus: Focus, chosen: number | null, taken: number | null = null): void {
    const pair = pairOf(document);
    if (pair === null) return;
    this.element.classList.remove("stale", "waiting", "failed");
    const at = pair.first.position;
    this.#shown = {
      pair,
      focus: pair.second === null ? "first" : focus,
      track: document.experiment?.track ?? [],
      chosen,
      taken,
    };
    this.#drawTitle(document.runs, at, focus);
    const runs = document.runs.map((run) => ({ run: run.name, next: run.positions[0]?.next ?? [] }));
    this.#next.replaceChildren(nextTable(runs.slice(0, 2), 10, taken));
    this.#curves.show(pair, this.#shown.focus, chosen);
    this.choose(chosen, false);
  }

  /** Marks and opens a layer, and leads the eye to it where asked. */
  choose(layer: number | null, lead: boolean): void {
    if (this.#shown === null) return;
    const before = this.#shown.chosen;
    this.#shown.chosen = layer;
    if (before !== layer && before !== null) this.#open.delete(before);
    if (layer !== null) this.#open.add(layer);
    this.#curves.show(this.#shown.pair, this.#shown.focus, layer);
    this.#drawLayers();
    if (lead) this.#layers.querySelector<HTMLElement>(".chosen > .layer")?.focus();
  }

  /** Older than the text, until the next `show`. */
  wait(): void {
    this.element.classList.add("stale");
    this.element.classList.toggle("waiting", this.#shown === null);
  }

  /** What was asked for does not come. */
  fail(message: string): void {
    this.forget();
    this.element.classList.add("failed");
    this.#title.replaceChildren(h("span", { class: "problem", role: "alert" }, message));
  }

  /** What is shown is of another file. */
  forget(): void {
    this.#shown = null;
    this.element.classList.remove("stale", "waiting", "failed");
  }

  #drawTitle(runs: Run[], at: number, focus: Focus): void {
    const run = (focus === "first" ? runs[0] : runs.at(-1)) ?? runs[0];
    const here = run?.tokens[at];
    if (here === undefined) return;
    const parts: (Node | string)[] = [
      token(visible(here.text, here.bytes)),
      h("span", { class: "quiet" }, `position ${at}`),
    ];
    if (here.logprob !== null && here.rank !== null) {
      const text = `${probability(Math.exp(here.logprob))} here, rank ${here.rank}`;
      parts.push(h("span", { class: "quiet" }, text));
    }
    this.#title.replaceChildren(...parts);
  }

  #drawLayers(): void {
    if (this.#shown === null) return;
    const [first, second] = this.#shown.pair.names;
    const both = this.#shown.focus === "both" && second !== null;
    this.#runsKey.hidden = !both;
    this.#runsKey.replaceChildren(
      h("span", {}, h("i", {}), `${first}, above`),
      h("span", {}, h("i", {}), `${second ?? ""}, below`),
    );
    const { pair, focus, track, chosen } = this.#shown;
    const focusedLayer =
      document.activeElement?.closest<HTMLElement>(".layers [data-layer]")?.dataset["layer"];
    const focusedVector =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset["id"] : undefined;
    const list = layerList({
      pair,
      focus,
      track,
      chosen,
      order: this.#kept.order,
      open: this.#open,
      intervened: this.events.intervened,
      openCard: this.events.openCard,
    });
    this.#layers.replaceChildren(list);
    // A new trace draws the list anew: who was in it stays there.
    if (focusedLayer === undefined) return;
    const place = list.querySelector<HTMLElement>(`li[data-layer="${focusedLayer}"]`);
    const vector =
      focusedVector === undefined ? null : place?.querySelector<HTMLElement>(`[data-id="${focusedVector}"]`);
    (vector ?? place?.querySelector<HTMLElement>(".layer"))?.focus({ preventScroll: true });
  }
}

/** The first run, and the last one beside it where there are more. */
export function pairOf(document: TraceDocument): Pair | null {
  const [first] = document.runs;
  const last = document.runs.length > 1 ? document.runs.at(-1) : undefined;
  const position = first?.positions[0];
  if (first === undefined || position === undefined) return null;
  return { names: [first.name, last?.name ?? null], first: position, second: last?.positions[0] ?? null };
}
