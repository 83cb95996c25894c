// The search box and its results. One search runs and one waits; results of an older query are dimmed.

import type { IndexBuild, SearchDocument } from "../../shared/api.js";
import { Asks } from "../parts/asks.js";
import { announce, h, refocus } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import { hint, hitItem, problem } from "./items.js";
import { itemList, type ListEvents } from "./list.js";

export class Search {
  readonly #box: HTMLInputElement;
  readonly #place = h("div", { class: "results", "aria-live": "off" });
  readonly #asks: Asks<string>;
  #found: SearchDocument | null = null;
  /** How far the index is that is being built, in tenths of the value vectors; null while none is built. */
  #built: number | null = null;

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

  /** Drops the hits: they are of another model. */
  forget(): void {
    this.events().selection?.clear();
    this.#found = null;
    this.draw();
  }

  /** Searches again for a query without results. */
  wake(): void {
    if (this.#found === null && this.#box.value.trim() !== "") this.#type();
  }

  /** Searches again for what is shown: names have changed. */
  again(): void {
    if (this.#found !== null && this.#box.value.trim() !== "") this.#asks.ask(this.#box.value.trim());
  }

  /** The index has grown, or is whole (null): a search may find more. */
  building(build: IndexBuild | null): void {
    const before = this.#built;
    this.#built = build === null ? null : tenths(build);
    if (before === this.#built) return;
    const nothing = this.#found?.hits.length === 0;
    // A list that is being read stays as it is, until all value vectors are in the index and until all is done.
    const all = before !== null && before < ALL && this.#built === ALL;
    if (nothing && before === null) this.draw();
    if (this.#box.value.trim() !== "" && before !== null && (nothing || all || build === null)) {
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

  /** Whether the failed question was a search. */
  failed(ask: number, message: string): boolean {
    if (this.#asks.answered(ask) === null) return false;
    this.#place.classList.remove("stale");
    this.#place.replaceChildren(problem(message));
    return true;
  }

  #type(): void {
    this.events().selection?.clear();
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
    if (key !== undefined) refocus(this.#place.querySelector<HTMLElement>(`[data-key="${key}"]`));
  }

  #draw(): void {
    this.#place.classList.remove("stale");
    if (this.#found === null) {
      const more =
        "Two words: vectors that promote both. ill*: words that start with ill. like L5D662: vectors near it.";
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
              "Try another word, or the start of one with a star, such as ill*.",
            )
          : hint(
              `Nothing found for “${query}” yet.`,
              "The index is being built. The search runs again as it grows.",
            );
      this.#place.replaceChildren(nothing, ...said);
      return;
    }
    this.#place.replaceChildren(...said, itemList(`Results for ${query}`, hits.map(hitItem), this.events()));
  }
}

const ALL = 10;

function tenths({ done, all }: IndexBuild): number {
  return all === 0 ? 0 : Math.floor((ALL * done) / all);
}
