// A value vector's card: its words, its controls, where it acts, and what is near it.
// Used by the trace panel and the explorer. It shows what it is given, and calls back.

import type { NextDocument, VectorDocument } from "../../../shared/api.js";
import type { InterveneMessage, Intervention } from "../../../shared/messages.js";
import { runsInView } from "../../../shared/runs.js";
import { button, choice, h } from "../dom.js";
import { Controls, type ControlsContext } from "./controls.js";
import { examples, prompts, quantiles } from "./known.js";
import { SHOWN, wordBars, wordCloud } from "./words.js";

export interface CardEvents {
  close(): void;
  open(id: string): void;
  intervene(wanted: Omit<InterveneMessage, "type">): void;
  name(id: string): void;
  /** Null for a card without this button. */
  add: ((id: string) => void) | null;
  openCluster: ((cluster: number) => void) | null;
  drag: ((id: string, transfer: DataTransfer) => void) | null;
}

export interface CardSurroundings {
  interventions: readonly Intervention[];
  /** The run whose lines the controls change; null for any line, and for the server's default without one. */
  run: string | null;
  /** The run that the preview compares with; null for the default. */
  compared: string | null;
  locked: string | null;
  /** Whether the index of the vector's model is being built. */
  building: boolean;
  /** The vector's coefficient at the chosen position in the file's first run, if known. */
  coefficient: number | null;
}

export class Card {
  readonly element: HTMLElement;
  #controls: Controls | null = null;
  #card: VectorDocument | null = null;
  #strength: number | null = null;
  #surroundings: CardSurroundings = {
    interventions: [],
    run: null,
    compared: null,
    locked: null,
    building: false,
    coefficient: null,
  };
  #words: "bars" | "cloud" = "bars";
  /** In place of what only an index knows. */
  readonly #noIndex = h("p", { class: "quiet" });

  constructor(
    private readonly back: string,
    private readonly events: CardEvents,
  ) {
    this.element = h("section", { class: "card", tabindex: -1, "aria-label": "Value vector" });
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      events.close();
    });
  }

  get id(): string | null {
    return this.element.hidden ? null : (this.#card?.id ?? null);
  }

  /** The card of `id` is on its way. */
  wait(id: string): void {
    this.#card = null;
    this.#controls = null;
    this.element.hidden = false;
    this.element.setAttribute("aria-busy", "true");
    const bars = Array.from({ length: 8 }, () => h("div", { class: "bone" }));
    this.element.replaceChildren(
      this.#header(id, null),
      h("div", { class: "bones", "aria-label": "loading", role: "status" }, ...bars),
    );
  }

  fail(message: string): void {
    this.element.removeAttribute("aria-busy");
    this.element.replaceChildren(
      this.#header("Value vector", null),
      h("p", { class: "problem", role: "alert" }, message),
    );
  }

  hide(): void {
    this.element.hidden = true;
    this.#card = null;
    this.#controls = null;
  }

  /** `strength` is the coefficient that the server offers. */
  show(card: VectorDocument, strength: number | null, surroundings: CardSurroundings): void {
    const again = this.#card?.id === card.id;
    const scroll = this.element.scrollTop;
    this.#card = card;
    this.#strength = strength;
    this.#surroundings = surroundings;
    this.element.hidden = false;
    this.element.removeAttribute("aria-busy");
    this.element.setAttribute("aria-label", `Value vector ${card.name ?? card.id}`);
    this.#controls = new Controls(card, this.#controlsContext(card));
    this.element.replaceChildren(...this.#parts(card, this.#controls));
    if (again) this.element.scrollTop = scroll;
    else this.element.scrollTop = 0;
  }

  update(surroundings: CardSurroundings): void {
    this.#surroundings = surroundings;
    this.#sayNoIndex();
    if (this.#card !== null) this.#controls?.update(this.#controlsContext(this.#card));
  }

  /** What comes next in every run, with the slider where it is. */
  preview(next: readonly NextDocument[]): void {
    if (this.#card === null) return;
    const { interventions, run, compared } = this.#surroundings;
    const shown = lineOf(this.#card, interventions, run)?.run ?? run;
    this.#controls?.preview(runsInView(next, (one) => one.run, { shown, compared }));
  }

  #controlsContext(card: VectorDocument): ControlsContext {
    const { interventions, locked, coefficient } = this.#surroundings;
    const line = lineOf(card, interventions, this.#surroundings.run);
    const target = line?.target ?? card.id;
    const run = line?.run ?? this.#surroundings.run;
    const { add } = this.events;
    return {
      line,
      run: interventions.some((one) => one.run !== run) ? run : null,
      locked,
      coefficient,
      strength: this.#strength,
      intervene: (value, movement) => this.events.intervene({ target, value, run, movement }),
      name: () => this.events.name(card.id),
      add: add === null ? null : () => add(card.id),
    };
  }

  #header(title: string, card: VectorDocument | null): HTMLElement {
    const heading = h("h2", {}, title);
    const { drag } = this.events;
    if (card !== null && drag !== null) {
      heading.draggable = true;
      heading.title = "Drag into a prompt file";
      heading.addEventListener("dragstart", (event) => {
        if (event.dataTransfer !== null) drag(card.id, event.dataTransfer);
      });
    }
    const close = button(this.back, () => this.events.close(), {
      class: "button quiet-button",
      label: "Close the card",
    });
    const facts = h("p", { class: "quiet facts" });
    if (card !== null) {
      const parts = [
        card.name === null ? "" : card.id,
        `layer ${card.layer}`,
        `norm ${card.norm.toFixed(2)}`,
      ];
      facts.textContent = parts.filter((part) => part !== "").join(" · ");
    }
    return h("header", {}, h("div", { class: "card-head" }, heading, close), facts);
  }

  #parts(card: VectorDocument, controls: Controls): (Node | string)[] {
    const sections: Node[] = [
      this.#header(card.name ?? card.id, card),
      controls.element,
      this.#wordSection(card),
    ];
    if (card.examples.length > 0)
      sections.push(part("Texts that activate it", examples(card.examples.slice(0, 8))));
    if (card.prompts.length > 0) sections.push(part("In this project's prompts", prompts(card.prompts)));
    if (card.activation !== null) sections.push(part("Its coefficient on text", quantiles(card.activation)));
    else {
      this.#sayNoIndex();
      sections.push(this.#noIndex);
    }
    if (card.similar.length > 0) sections.push(part("Nearest by direction", this.#neighbours(card)));
    if (card.cluster !== null)
      sections.push(part(`Cluster ${card.cluster}`, this.#cluster(card, card.cluster)));
    return sections;
  }

  #sayNoIndex(): void {
    this.#noIndex.textContent = this.#surroundings.building
      ? "The index is being built. The card then shows examples, neighbours and clusters."
      : "There is no index yet. The first search builds it, with examples, neighbours and clusters.";
  }

  #wordSection(card: VectorDocument): HTMLElement {
    const place = h("div", {});
    const draw = (): void => {
      const most = Math.max(
        1e-6,
        ...[...card.top, ...card.bottom].filter((w) => !w.undertrained).map((w) => Math.abs(w.logit)),
      );
      const [up, down] =
        this.#words === "bars"
          ? [
              wordBars(card.top, most, SHOWN, "words it promotes"),
              wordBars(card.bottom, most, SHOWN, "words it suppresses"),
            ]
          : [wordCloud(card.top, "words it promotes"), wordCloud(card.bottom, "words it suppresses")];
      place.replaceChildren(
        h(
          "div",
          { class: "ends" },
          h("div", { class: "end" }, h("h4", {}, "promotes"), up),
          h("div", { class: "end" }, h("h4", {}, "suppresses"), down),
        ),
      );
    };
    const kinds = [
      { value: "bars" as const, text: "bars" },
      { value: "cloud" as const, text: "cloud" },
    ];
    const pick = choice("Words as", kinds, this.#words, (value) => {
      this.#words = value;
      draw();
    });
    draw();
    return h("section", { class: "part" }, h("div", { class: "heading" }, h("h3", {}, "Words"), pick), place);
  }

  #neighbours(card: VectorDocument): HTMLElement {
    const items = card.similar.map(({ id, cosine, words = [] }) => {
      const fill = h("span", { class: "fill positive" });
      fill.style.width = `${Math.max(0, 100 * cosine)}%`;
      return h(
        "li",
        {},
        button(id, () => this.events.open(id), { class: "link vector" }),
        h("span", { class: "track", "aria-hidden": "true" }, fill),
        h("span", { class: "figure", title: "cosine" }, cosine.toFixed(2)),
        h("span", { class: "quiet words", title: words.join(", ") }, words.join(", ")),
      );
    });
    return h("ul", { class: "neighbours" }, ...items);
  }

  #cluster(card: VectorDocument, number: number): HTMLElement {
    const words = h("p", {}, card.cluster_words.map((word) => word.trim()).join(", "));
    const { openCluster } = this.events;
    if (openCluster === null) return words;
    return h(
      "div",
      {},
      words,
      button("Show its members", () => openCluster(number), { class: "link" }),
    );
  }
}

function part(title: string, content: Node): HTMLElement {
  return h("section", { class: "part" }, h("h3", {}, title), content);
}

/** The file's last line on this vector alone, which the controls change: in the run, or in any without one. */
export function lineOf(
  card: VectorDocument,
  interventions: readonly Intervention[],
  run: string | null,
): Intervention | null {
  const own = interventions.filter(
    (one) =>
      (run === null || one.run === run) &&
      (one.target === card.id || (one.ids.length === 1 && one.ids[0] === card.id)),
  );
  return own.findLast((one) => one.enabled) ?? own.at(-1) ?? null;
}
