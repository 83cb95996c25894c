// The concept explorer: search, clusters, names, recent vectors, and a card over them. Holds what was asked and where
// somebody is; everything it lists comes from the host.

import type { Cluster, ClustersDocument, Hit, Intervention, SearchDocument, VectorDocument } from "../../shared/documents.js";
import type { ExplorerSection, ExplorerToHost, FileInfo, HostToExplorer, NamedVectors, RecentVector, StateMessage } from "../../shared/messages.js";
import { Asks } from "../parts/asks.js";
import { Card, type CardSurroundings } from "../parts/card/card.js";
import { announce, button, h } from "../parts/dom.js";
import type { Host } from "../parts/host.js";
import { counted } from "../parts/numbers.js";
import { bones, StatePane } from "../parts/state.js";
import { interventionLine } from "./line.js";
import { type Item, itemList, type ListEvents } from "./list.js";
import { Tabs } from "./tabs.js";

export interface Kept {
  section: ExplorerSection;
  query: string;
}

const LIMIT = 50;
const SECTIONS: { value: ExplorerSection; text: string }[] = [
  { value: "search", text: "Search" },
  { value: "clusters", text: "Clusters" },
  { value: "names", text: "Names" },
  { value: "recent", text: "Recent" },
];

export class ExplorerView {
  readonly #state: StatePane;
  readonly #content: HTMLElement;
  readonly #lists: HTMLElement;
  readonly #box: HTMLInputElement;
  readonly #building = h("div", { class: "building", role: "status" });
  readonly #footer = h("footer", { class: "quiet" });
  readonly #tabs: Tabs<ExplorerSection>;
  readonly #card: Card;
  readonly #searches: Asks<string>;
  readonly #cards: Asks<string>;
  readonly #clusterAsks: Asks<number | null>;
  #file: FileInfo | null = null;
  #model: string | null = null;
  #found: SearchDocument | null = null;
  #clusters: ClustersDocument | null = null;
  #cluster: Cluster | null = null;
  #names: NamedVectors[] = [];
  #recent: RecentVector[] = [];
  #interventions: Intervention[] = [];
  #words = new Map<string, string[]>();
  #from: HTMLElement | null = null;

  constructor(
    root: HTMLElement,
    private readonly host: Host<ExplorerToHost, Kept>,
  ) {
    const kept = host.kept();
    this.#searches = new Asks((ask, query) => host.post({ type: "search", ask, query, limit: LIMIT }));
    this.#cards = new Asks((ask, id) => host.post({ type: "askCard", ask, id }));
    this.#clusterAsks = new Asks((ask, cluster) => host.post({ type: "askClusters", ask, cluster }));
    this.#state = new StatePane(bones("list-bones", 10), (action) => host.post({ type: "action", action }));
    this.#box = h("input", { type: "search", class: "search-box", placeholder: "illness, ill*, like L5D662", "aria-label": "Search value vectors by concept", spellcheck: "false" });
    this.#box.value = kept.query ?? "";
    this.#box.addEventListener("input", () => this.#search());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "Enter") {
        event.preventDefault();
        this.#panel("search").querySelector<HTMLElement>(".item")?.focus();
      } else if (event.key === "Escape" && this.#box.value !== "") {
        this.#box.value = "";
        this.#search();
      }
    });
    this.#tabs = new Tabs("Concepts", SECTIONS, kept.section ?? "search", (section) => this.#section(section));
    this.#card = new Card("Back", {
      close: () => this.#closeCard(),
      open: (id) => this.#openCard(id),
      intervene: (target, value, live) => host.post({ type: "intervene", target, value, live }),
      name: (id) => host.post({ type: "name", id }),
      add: (id) => host.post({ type: "add", target: id }),
      openCluster: (cluster) => this.#openCluster(cluster),
      drag: (id, transfer) => this.#drag(id, this.#words.get(id) ?? [], transfer),
    });
    this.#lists = h("div", { class: "lists" }, this.#tabs.bar, this.#building, ...this.#tabs.panels.values());
    this.#content = h("div", { class: "explorer-content" }, this.#lists, this.#card.element, this.#footer);
    root.append(h("main", { class: "view explorer-view" }, this.#state.element, this.#content));
    this.#setState({ type: "state", state: "loading", message: "Waiting for the server" });
    this.#building.hidden = true;
    this.#panel("search").append(h("div", { class: "search" }, this.#box), h("div", { class: "results", "aria-live": "off" }));
    this.#drawAll();
  }

  receive(message: HostToExplorer): void {
    switch (message.type) {
      case "state":
        return this.#setState(message);
      case "context":
        return this.#context(message.file, message.model);
      case "results":
        return this.#results(message.ask, message.document);
      case "clusters":
        return this.#takeClusters(message.ask, message.document);
      case "names":
        this.#names = message.names;
        return this.#drawNames();
      case "recent":
        this.#recent = message.recent;
        return this.#drawRecent();
      case "card":
        return this.#takeCard(message.ask, message.card);
      case "interventions":
        this.#interventions = message.interventions;
        return this.#card.update(this.#surroundings());
      case "building":
        return this.#drawBuilding(message.progress);
      case "show":
        return this.#show(message.section, message.query, message.id);
      case "failed":
        return this.#failed(message.ask, message.message);
    }
  }

  #setState(state: StateMessage): void {
    const instead = state.state !== "ready" && state.state !== "stale";
    const first = this.#content.hidden && !instead;
    this.#state.show(state);
    this.#content.hidden = instead;
    if (first) this.#section(this.#tabs.selected);
  }

  #context(file: FileInfo | null, model: string | null): void {
    const other = model !== this.#model;
    this.#file = file;
    this.#model = model;
    const target = file === null ? "no prompt file is open" : `adds to ${file.name}`;
    this.#footer.textContent = model === null ? target : `${model} · ${target}`;
    this.#card.update(this.#surroundings());
    if (other) {
      this.#found = this.#clusters = this.#cluster = null;
      if (!this.#content.hidden) this.#section(this.#tabs.selected);
    }
    this.#drawAll();
  }

  #section(section: ExplorerSection): void {
    this.#keep();
    this.#hideCard();
    if (section === "search" && this.#found === null && this.#box.value.trim() !== "") this.#search();
    if (section === "clusters" && this.#clusters === null && !this.#clusterAsks.waiting) {
      this.#panel("clusters").replaceChildren(bones("list-bones", 8));
      this.#clusterAsks.ask(null);
    }
  }

  // ── Search ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #search(): void {
    this.#keep();
    const query = this.#box.value.trim();
    if (query === "") {
      this.#searches.drop();
      this.#found = null;
      this.#drawResults();
      return;
    }
    this.#place().classList.add("stale");
    this.#searches.ask(query);
  }

  #results(ask: number, document: SearchDocument): void {
    const answered = this.#searches.answered(ask);
    // An answer to what was typed before is better than nothing while the next one is computed.
    if (answered === null || this.#box.value.trim() === "") return;
    this.#found = document;
    this.#drawResults();
    this.#place().classList.toggle("stale", !answered.newest);
    if (answered.newest) announce(`${counted(document.hits.length, "value vector")} found`);
  }

  #drawResults(): void {
    const place = this.#place();
    place.classList.remove("stale");
    if (this.#found === null) {
      place.replaceChildren(hint("Type a word to find the value vectors that promote it.", "Two words find what promotes both; a star ends a beginning, as in ill*; like L5D662 finds what is near it."));
      return;
    }
    const { hits, notes, query } = this.#found;
    const list = itemList(`Results for ${query}`, hits.map((hit) => this.#hit(hit)), this.#events((id) => this.#openCard(id)));
    const said = notes.map((note) => h("p", { class: "note quiet" }, note));
    if (hits.length === 0) place.replaceChildren(hint(`Nothing found for “${query}”.`, "Another word, or the beginning of one with a star, may find it."), ...said);
    else place.replaceChildren(...said, list);
  }

  #hit(hit: Hit): Item {
    const words = (hit.end === "bottom" ? hit.bottom : hit.top).filter((word) => !word.undertrained).slice(0, 6).map((word) => word.token);
    if (hit.end === "top") this.#words.set(hit.id, words);
    return { key: hit.id, title: hit.name ?? hit.id, beside: hit.name === null ? "" : hit.id, words, suppresses: hit.end === "bottom", target: hit.id };
  }

  // ── Clusters, names, recent ──────────────────────────────────────────────────────────────────────────────────────

  #takeClusters(ask: number, document: ClustersDocument): void {
    const answered = this.#clusterAsks.answered(ask);
    if (answered === null) return;
    if (answered.what === null) this.#clusters = document;
    else this.#cluster = document.clusters[0] ?? null;
    this.#drawClusters();
  }

  #openCluster(number: number): void {
    this.#tabs.select("clusters");
    this.#cluster = this.#clusters?.clusters.find((one) => one.cluster === number) ?? null;
    if (this.#cluster === null) this.#clusterAsks.ask(number);
    else this.#drawClusters();
    this.#panel("clusters").querySelector<HTMLElement>("button")?.focus();
  }

  #drawClusters(): void {
    const place = this.#panel("clusters");
    if (this.#cluster !== null) {
      const { cluster, size, words, members } = this.#cluster;
      const items = members.map(({ id, cosine }): Item => ({ key: id, title: id, beside: `cosine ${cosine.toFixed(2)}`, words: this.#words.get(id) ?? [], suppresses: false, target: id }));
      const back = button("All clusters", () => {
        this.#cluster = null;
        this.#drawClusters();
        place.querySelector<HTMLElement>(`[data-key="${cluster}"]`)?.focus();
      }, { class: "button quiet-button" });
      place.replaceChildren(
        h("div", { class: "cluster-head" }, h("div", { class: "heading" }, h("h2", {}, `Cluster ${cluster}`), back), h("p", {}, words.map((word) => word.trim()).join(", ")), h("p", { class: "quiet" }, counted(size, "value vector"))),
        itemList(`Members of cluster ${cluster}`, items, this.#events((id) => this.#openCard(id))),
      );
      return;
    }
    if (this.#clusters === null) return;
    if (this.#clusters.clusters.length === 0) {
      place.replaceChildren(hint("There are no clusters yet.", "They come when the concept index is built."));
      return;
    }
    const items = this.#clusters.clusters.map(({ cluster, size, words }): Item => ({ key: String(cluster), title: words.slice(0, 2).map((word) => word.trim()).join(", "), beside: String(size), words: words.slice(2, 8), suppresses: false, target: null }));
    place.replaceChildren(itemList("Clusters of value vectors", items, this.#events((key) => this.#openCluster(Number(key)))));
  }

  #drawNames(): void {
    const place = this.#panel("names");
    if (this.#names.length === 0) {
      place.replaceChildren(hint("Nothing is named yet.", "A card's button gives a value vector a name, which then works wherever its id does."));
      return;
    }
    const items = this.#names.map(({ name, ids, words }): Item => ({ key: ids[0] ?? name, title: name, beside: ids.length === 1 ? (ids[0] ?? "") : counted(ids.length, "value vector"), words, suppresses: false, target: name }));
    place.replaceChildren(itemList("Named value vectors", items, this.#events((id) => this.#openCard(id))));
  }

  #drawRecent(): void {
    const place = this.#panel("recent");
    if (this.#recent.length === 0) {
      place.replaceChildren(hint("Nothing was looked at yet.", "The value vectors whose cards you open are listed here."));
      return;
    }
    const items = this.#recent.map(({ id, name, words }): Item => ({ key: id, title: name ?? id, beside: name === null ? "" : id, words, suppresses: false, target: id }));
    place.replaceChildren(itemList("Recent value vectors", items, this.#events((id) => this.#openCard(id))));
  }

  #drawAll(): void {
    this.#drawResults();
    this.#drawClusters();
    this.#drawNames();
    this.#drawRecent();
  }

  #events(open: (key: string) => void): ListEvents {
    const editable = this.#file !== null && !this.#file.readOnly;
    return {
      open,
      add: editable ? (target) => this.host.post({ type: "add", target }) : null,
      drag: (target, words, transfer) => this.#drag(target, words, transfer),
    };
  }

  #drag(target: string, words: string[], transfer: DataTransfer): void {
    transfer.effectAllowed = "copy";
    transfer.setData("text/plain", interventionLine(target, words));
  }

  // ── Card ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #openCard(id: string): void {
    if (this.#card.element.hidden) this.#from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.#lists.hidden = true;
    this.#card.wait(id);
    this.#card.element.focus();
    this.#cards.ask(id);
  }

  #takeCard(ask: number, card: VectorDocument): void {
    if (ask === 0 ? this.#card.id !== card.id : this.#cards.answered(ask)?.newest !== true) return;
    this.#words.set(card.id, card.top.filter((word) => !word.undertrained).slice(0, 6).map((word) => word.token));
    this.#card.show(card, this.#surroundings());
  }

  #surroundings(): CardSurroundings {
    let locked: string | null = null;
    if (this.#file === null) locked = "Open a prompt file to change what it does there.";
    else if (this.#file.readOnly) locked = "This file is read-only: save a copy to change it.";
    return { interventions: this.#interventions, locked, coefficient: null };
  }

  #hideCard(): void {
    this.#card.hide();
    this.#cards.drop();
    this.#lists.hidden = false;
  }

  #closeCard(): void {
    this.#hideCard();
    const key = this.#from?.dataset["key"];
    const again = key === undefined ? null : this.#panel(this.#tabs.selected).querySelector<HTMLElement>(`[data-key="${key}"]`);
    (again ?? this.#box).focus();
  }

  // ── What the host brings up ──────────────────────────────────────────────────────────────────────────────────────

  #show(section: ExplorerSection, query: string | undefined, id: string | undefined): void {
    this.#tabs.select(section);
    if (query !== undefined) {
      this.#box.value = query;
      this.#search();
    }
    if (id !== undefined) this.#openCard(id);
    else if (section === "search") this.#box.focus();
  }

  #drawBuilding(progress: { message: string; share: number | null } | null): void {
    this.#building.hidden = progress === null;
    if (progress === null) return;
    const bar = h("div", { class: `progress${progress.share === null ? " endless" : ""}` }, h("span", {}));
    const fill = bar.firstElementChild;
    if (progress.share !== null && fill instanceof HTMLElement) fill.style.width = `${progress.share * 100}%`;
    this.#building.replaceChildren(h("p", { class: "quiet" }, progress.message), bar);
  }

  #failed(ask: number, message: string): void {
    if (this.#cards.answered(ask) !== null) return this.#card.fail(message);
    const problem = h("p", { class: "problem note", role: "alert" }, message);
    if (this.#searches.answered(ask) !== null) {
      this.#place().classList.remove("stale");
      this.#place().replaceChildren(problem);
    } else if (this.#clusterAsks.answered(ask) !== null) {
      const again = button("Try again", () => this.#section("clusters"), { class: "button" });
      this.#panel("clusters").replaceChildren(problem, again);
    }
  }

  #panel(section: ExplorerSection): HTMLElement {
    const panel = this.#tabs.panels.get(section);
    if (panel === undefined) throw new Error(`no section ${section}`);
    return panel;
  }

  #place(): HTMLElement {
    const place = this.#panel("search").querySelector<HTMLElement>(".results");
    if (place === null) throw new Error("no place for results");
    return place;
  }

  #keep(): void {
    this.host.keep({ section: this.#tabs.selected, query: this.#box.value });
  }
}

function hint(first: string, more: string): HTMLElement {
  return h("div", { class: "hint" }, h("p", {}, first), h("p", { class: "quiet" }, more));
}
