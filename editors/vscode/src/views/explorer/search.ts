// The search: its box, and what was found. One search runs, one waits; an answer to what was typed before is shown dimmed.

import type { SearchDocument } from "../../shared/documents.js";
import { Asks } from "../parts/asks.js";
import { announce, h } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import { hint, hitItem, problem } from "./items.js";
import { itemList, type ListEvents } from "./list.js";

export class Search {
  readonly #box: HTMLInputElement;
  readonly #place = h("div", { class: "results", "aria-live": "off" });
  readonly #asks: Asks<string>;
  #found: SearchDocument | null = null;
  /** How far the index that is being built is, in steps that are worth another search; null while none is built. */
  #built: Step | null = null;

  constructor(
    panel: HTMLElement,
    query: string,
    send: (ask: number, query: string) => void,
    private readonly events: () => ListEvents,
    private readonly changed: () => void,
  ) {
    this.#asks = new Asks(send);
    this.#box = h("input", {
      type: "search",
      class: "search-box",
      placeholder: "illness, ill*, like L5D662",
      "aria-label": "Search value vectors by concept",
      spellcheck: "false",
    });
    this.#box.value = query;
    this.#box.addEventListener("input", () => this.#type());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "Enter") {
        event.preventDefault();
        this.#place.querySelector<HTMLElement>(".item")?.focus();
      } else if (event.key === "Escape" && this.#box.value !== "") {
        this.query = "";
      }
    });
    panel.append(h("div", { class: "search" }, this.#box), this.#place);
    this.draw();
  }

  get query(): string {
    return this.#box.value;
  }

  set query(text: string) {
    this.#box.value = text;
    this.#type();
  }

  focus(): void {
    this.#box.focus();
  }

  /** Another model's hits are no answer. */
  forget(): void {
    this.#found = null;
    this.draw();
  }

  /** Searches again where something is typed and nothing was found for it yet. */
  wake(): void {
    if (this.#found === null && this.#box.value.trim() !== "") this.#type();
  }

  /** How far the index is, null when it is whole: what could not be found before may be there now, or better. */
  building(progress: { message: string; share: number | null } | null): void {
    const before = this.#built;
    this.#built = progress === null ? null : stepOf(progress);
    if (before === this.#built) return;
    const nothing = this.#found?.hits.length === 0;
    // Who reads a list while it grows is left alone, until all value vectors are in it and when all is done.
    const all = typeof before === "number" && typeof this.#built === "string";
    if (nothing && before === null) this.draw();
    if (this.#box.value.trim() !== "" && before !== null && (nothing || all || progress === null)) {
      this.#asks.ask(this.#box.value.trim());
    }
  }

  take(ask: number, document: SearchDocument): void {
    const answered = this.#asks.answered(ask);
    if (answered === null || this.#box.value.trim() === "") return;
    this.#found = document;
    this.draw();
    this.#place.classList.toggle("stale", !answered.newest);
    if (answered.newest) announce(`${counted(document.hits.length, "value vector")} found`);
  }

  /** Whether the failed ask was a search's. */
  failed(ask: number, message: string): boolean {
    if (this.#asks.answered(ask) === null) return false;
    this.#place.classList.remove("stale");
    this.#place.replaceChildren(problem(message));
    return true;
  }

  #type(): void {
    this.changed();
    const query = this.#box.value.trim();
    if (query === "") {
      this.#asks.drop();
      this.forget();
      return;
    }
    this.#place.classList.add("stale");
    this.#asks.ask(query);
  }

  draw(): void {
    const active = document.activeElement;
    const key =
      active instanceof HTMLElement && this.#place.contains(active) ? active.dataset["key"] : undefined;
    this.#draw();
    if (key !== undefined) this.#place.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus();
  }

  #draw(): void {
    this.#place.classList.remove("stale");
    if (this.#found === null) {
      const more =
        "Two words find what promotes both; a star ends a beginning, as in ill*; like L5D662 finds what is near it.";
      this.#place.replaceChildren(hint("Type a word to find the value vectors that promote it.", more));
      return;
    }
    const { hits, notes, query } = this.#found;
    const said = notes.map((note) => h("p", { class: "note quiet" }, note));
    if (hits.length === 0) {
      const nothing =
        this.#built === null
          ? hint(
              `Nothing found for “${query}”.`,
              "Another word, or the beginning of one with a star, may find it.",
            )
          : hint(
              `Nothing found for “${query}” yet.`,
              "The index is being built, and is searched as it grows.",
            );
      this.#place.replaceChildren(nothing, ...said);
      return;
    }
    this.#place.replaceChildren(...said, itemList(`Results for ${query}`, hits.map(hitItem), this.events()));
  }
}

/** Of a build: ten numbers for the value vectors, which have a share, and a word for each later part of the work. */
type Step = number | string;

function stepOf({ message, share }: { message: string; share: number | null }): Step {
  return share === null ? message.replace(/,.*$/, "").replace(/\d+/g, "") : Math.floor(share * 10);
}
