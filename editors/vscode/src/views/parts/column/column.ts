// One position of a trace: its token, what comes next, tracked tokens over the layers, and every layer's FFN.
// Used beside the heat map and for a generated token. It shows what it is given and asks for nothing.

import type { RunDocument, TraceDocument } from "../../../shared/api.js";
import type { ComparedRuns } from "../../../shared/runs.js";
import { choice, h, token } from "../dom.js";
import { probability } from "../numbers.js";
import { visible } from "../tokens.js";
import { bones } from "../state.js";
import type { Scale } from "./axis.js";
import { Curves } from "./curves.js";
import { layerList } from "./layers.js";
import type { InView } from "./merge.js";
import { nextTable } from "./next.js";

export interface ColumnKept {
  scale: Scale;
  order: "layer" | "kl";
}

export interface ColumnEvents {
  openCard: (id: string) => void;
  /** The value of the file's line on a vector. */
  intervened: (id: string) => string | null;
  kept(state: ColumnKept): void;
}

/** What of a document's position is shown. */
export interface ColumnView {
  runs: ComparedRuns;
  /** Both runs in full; else the shown one. */
  beside: boolean;
  /** The chosen row of the heat map, by its layer. */
  layer: number | null;
  /** The token that came next, marked in the table. */
  taken: number | null;
}

export class Column {
  readonly element: HTMLElement;
  readonly #title: HTMLElement;
  readonly #next: HTMLElement;
  readonly #layers: HTMLElement;
  /** Which bars are of which run, when two are shown. */
  readonly #runsKey = h("div", { class: "runs-key", "aria-hidden": "true" });
  readonly #curves: Curves;
  readonly #kept: ColumnKept;
  readonly #open = new Set<number>();
  #shown: { view: InView; track: string[]; chosen: number | null } | null = null;

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

  /** Shows the document's first position. */
  show(document: TraceDocument, { runs, beside, layer, taken }: ColumnView): void {
    const view = inView(document.runs, runs, beside);
    const run = document.runs.find(({ name }) => name === runs.shown);
    if (view === null || run === undefined) return;
    this.element.classList.remove("stale", "waiting", "failed");
    this.#shown = { view, track: document.experiment.track, chosen: layer };
    this.#drawTitle(run, view.runs[0]?.position.position ?? 0);
    const next = view.runs.map(({ name, position }) => ({ run: name, next: position.next }));
    this.#next.replaceChildren(nextTable(next, 10, taken));
    this.choose(layer, false);
  }

  /** Marks and opens a layer; `lead` focuses it. */
  choose(layer: number | null, lead: boolean): void {
    if (this.#shown === null) return;
    const before = this.#shown.chosen;
    this.#shown.chosen = layer;
    if (before !== layer && before !== null) this.#open.delete(before);
    if (layer !== null) this.#open.add(layer);
    this.#curves.show(this.#shown.view, layer);
    this.#drawLayers();
    if (lead) this.#layers.querySelector<HTMLElement>(".chosen > .layer")?.focus();
  }

  /** Dims the column until the next `show`: it is of an older text. */
  wait(): void {
    this.element.classList.add("stale");
    this.element.classList.toggle("waiting", this.#shown === null);
  }

  /** Shows an error in place of the column. */
  fail(message: string): void {
    this.forget();
    this.element.classList.add("failed");
    this.#title.replaceChildren(h("span", { class: "problem", role: "alert" }, message));
  }

  /** Empties the column: it is of another file. */
  forget(): void {
    this.#shown = null;
    this.element.classList.remove("stale", "waiting", "failed");
  }

  #drawTitle(run: RunDocument, at: number): void {
    const here = run.tokens[at];
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
    const { view, track, chosen } = this.#shown;
    const [above, below] = view.full;
    this.#runsKey.hidden = below === undefined;
    this.#runsKey.replaceChildren(
      h("span", {}, h("i", {}), `${above?.name ?? ""}, above`),
      h("span", {}, h("i", {}), `${below?.name ?? ""}, below`),
    );
    const focusedLayer =
      document.activeElement?.closest<HTMLElement>(".layers [data-layer]")?.dataset["layer"];
    const focusedVector =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset["id"] : undefined;
    const list = layerList({
      view,
      track,
      chosen,
      order: this.#kept.order,
      open: this.#open,
      intervened: this.events.intervened,
      openCard: this.events.openCard,
    });
    this.#layers.replaceChildren(list);
    // A new trace draws the list again: the focus stays where it was.
    if (focusedLayer === undefined) return;
    const place = list.querySelector<HTMLElement>(`li[data-layer="${focusedLayer}"]`);
    const vector =
      focusedVector === undefined ? null : place?.querySelector<HTMLElement>(`[data-id="${focusedVector}"]`);
    (vector ?? place?.querySelector<HTMLElement>(".layer"))?.focus({ preventScroll: true });
  }
}

function inView(runs: readonly RunDocument[], compared: ComparedRuns, beside: boolean): InView | null {
  const ordered = compared.order.flatMap((name) => {
    const position = runs.find((run) => run.name === name)?.positions[0];
    return position === undefined ? [] : [{ name, position }];
  });
  const full = beside ? ordered : ordered.filter(({ name }) => name === compared.shown);
  return full.length === 0 ? null : { runs: ordered, full };
}
