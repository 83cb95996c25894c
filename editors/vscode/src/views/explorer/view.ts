// The concept explorer: search, clusters, names, recent vectors, and a card over them. It keeps the section and the query;
// everything that it lists comes from the host.

import type { IndexBuild } from "../../shared/api.js";
import type {
  Action,
  CardMessage,
  ExplorerSection,
  ExplorerToHost,
  FileInfo,
  HostToExplorer,
  Intervention,
  NamedVectors,
  RecentVector,
  StateMessage,
} from "../../shared/messages.js";
import { Asks } from "../parts/asks.js";
import { Card, type CardSurroundings } from "../parts/card/card.js";
import { button, h } from "../parts/dom.js";
import type { Host } from "../parts/host.js";
import { keysButton } from "../parts/keys.js";
import { counted, grouped } from "../parts/numbers.js";
import { bones, StatePane } from "../parts/state.js";
import { Clusters } from "./clusters.js";
import { hint, namedItem, recentItem, telling } from "./items.js";
import { interventionLine } from "../../shared/line.js";
import { type Item, itemList, type ListEvents } from "./list.js";
import { Search } from "./search.js";
import { SelectedBar } from "./selected.js";
import type { Selection } from "./selection.js";
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

const KEYS: [string[], string][] = [
  [["↑", "↓"], "the next value vector; also Home, End, Page Up, Page Down"],
  [["Enter"], "open its card, or the cluster"],
  [["A"], "add it to the prompt file"],
  [["Space", "Ctrl click"], "select it, or not any more"],
  [["Shift ↑", "Shift ↓", "Shift click"], "select as far as here"],
  [["Ctrl A"], "select all"],
  [["N"], "name what is selected"],
  [["Esc"], "select nothing; go back from a card"],
];

export class ExplorerView {
  readonly #state: StatePane;
  readonly #content: HTMLElement;
  readonly #lists: HTMLElement;
  readonly #progress = h("div", { class: "building", role: "status" });
  readonly #footer = h("footer", { class: "quiet" });
  readonly #selected = new SelectedBar({
    name: (ids) => this.host.post({ type: "name", ids }),
    focus: () => this.#panel(this.#tabs.selected).querySelector<HTMLElement>('.item[tabindex="0"]')?.focus(),
  });
  readonly #selections: Partial<Record<ExplorerSection, Selection>> = {
    search: this.#selected.selection(),
    clusters: this.#selected.selection(),
    recent: this.#selected.selection(),
  };
  readonly #tabs: Tabs<ExplorerSection>;
  readonly #search: Search;
  readonly #clusters: Clusters;
  readonly #card: Card;
  readonly #cards: Asks<string>;
  #build: IndexBuild | null = null;
  #file: FileInfo | null = null;
  #model: string | null = null;
  #names: NamedVectors[] = [];
  #recent: RecentVector[] = [];
  #interventions: Intervention[] = [];
  #words = new Map<string, string[]>();
  /** What opened the card. */
  #from: HTMLElement | null = null;

  constructor(
    root: HTMLElement,
    private readonly host: Host<ExplorerToHost, Kept>,
  ) {
    const kept = host.kept();
    this.#cards = new Asks((ask, id) => host.post({ type: "askCard", ask, id }));
    this.#state = new StatePane(bones("list-bones", 10), (action) => host.post({ type: "action", action }));
    this.#tabs = new Tabs("Concepts", SECTIONS, kept.section ?? "search", (section) =>
      this.#section(section),
    );
    this.#selected.show(this.#selections[this.#tabs.selected] ?? null);
    this.#search = new Search(
      this.#panel("search"),
      kept.query ?? "",
      (ask, query) => host.post({ type: "search", ask, query, limit: LIMIT }),
      () => this.#events("search"),
      () => this.#keep(),
    );
    this.#clusters = new Clusters(
      this.#panel("clusters"),
      (ask, cluster) => host.post({ type: "askClusters", ask, cluster }),
      () => this.#events("clusters"),
      (id) => this.#words.get(id) ?? [],
    );
    this.#card = new Card("Back", {
      close: () => this.#closeCard(),
      open: (id) => this.#openCard(id),
      intervene: (wanted) => host.post({ type: "intervene", ...wanted }),
      name: (id) => host.post({ type: "name", ids: [id] }),
      add: (id) => host.post({ type: "add", target: id }),
      openCluster: (cluster) => {
        this.#tabs.select("clusters");
        this.#clusters.open(cluster);
      },
      drag: (id, transfer) => drag(id, this.#words.get(id) ?? [], transfer),
    });
    this.#progress.hidden = true;
    this.#lists = h(
      "div",
      { class: "lists" },
      this.#tabs.bar,
      this.#progress,
      ...this.#tabs.panels.values(),
      this.#selected.element,
    );
    this.#content = h("div", { class: "explorer-content" }, this.#lists, this.#card.element, this.#footer);
    root.append(h("main", { class: "view explorer-view" }, this.#state.element, this.#content));
    this.#setState({ type: "state", state: "loading", message: "Waiting for the server" });
    this.#drawAll();
  }

  receive(message: HostToExplorer): void {
    switch (message.type) {
      case "state":
        this.#setState(message);
        return;
      case "context":
        this.#context(message.file, message.model);
        return;
      case "results":
        for (const hit of message.document.hits) this.#words.set(hit.id, telling(hit.top));
        this.#search.take(message.ask, message.document);
        return;
      case "clusters":
        this.#clusters.take(message.ask, message.document);
        return;
      case "names":
        this.#takeNames(message.names);
        return;
      case "recent":
        this.#recent = message.recent;
        this.#drawRecent();
        return;
      case "card":
        this.#takeCard(message);
        return;
      case "interventions":
        this.#interventions = message.interventions;
        this.#card.update(this.#surroundings());
        return;
      case "preview":
        this.#card.preview(message.next);
        return;
      case "building":
        this.#takeBuild(message.build);
        return;
      case "show":
        this.#show(message.section, message.query, message.id);
        return;
      case "failed":
        if (this.#cards.answered(message.ask) !== null) this.#card.fail(message.message);
        else if (!this.#search.failed(message.ask, message.message)) {
          this.#clusters.failed(message.ask, message.message);
        }
        return;
    }
  }

  #setState(state: StateMessage): void {
    const instead = state.state !== "ready" && state.state !== "stale";
    const comes = this.#content.hidden && !instead;
    this.#state.show(state);
    this.#content.hidden = instead;
    if (comes) this.#wake();
  }

  #context(file: FileInfo | null, model: string | null): void {
    const other = model !== this.#model;
    this.#file = file;
    this.#model = model;
    this.#selected.editable = file !== null;
    const target = file === null ? "no prompt file is open" : `adds to ${file.name}`;
    const act = (action: Action) => () => this.host.post({ type: "action", action });
    const text = h("div", { class: "footer-text" }, model === null ? target : `${model} · ${target}`);
    const begin = h(
      "div",
      { class: "footer-actions" },
      button("Open the example", act("openExample"), { class: "link" }),
      button("New prompt file", act("newPrompt"), { class: "link" }),
    );
    const line = h("div", { class: "footer-line" }, text, keysButton(KEYS, true));
    this.#footer.replaceChildren(line, ...(file === null ? [begin] : []));
    this.#card.update(this.#surroundings());
    if (other) {
      this.#words.clear();
      this.#search.forget();
      this.#clusters.forget();
      if (!this.#content.hidden) this.#wake();
    }
    this.#drawAll();
  }

  #section(section: ExplorerSection): void {
    this.#keep();
    this.#selected.show(this.#selections[section] ?? null);
    this.#hideCard();
    this.#wake(section);
  }

  /** Asks for the content that the section lacks. */
  #wake(section = this.#tabs.selected): void {
    if (section === "search") this.#search.wake();
    if (section === "clusters") this.#clusters.wake();
  }

  #takeNames(names: NamedVectors[]): void {
    const ids = (all: readonly NamedVectors[]): string =>
      JSON.stringify(all.map((one) => [one.name, one.ids]));
    const changed = ids(names) !== ids(this.#names);
    this.#names = names;
    this.#drawNames();
    this.#selected.names(names);
    // Hits have names too.
    if (changed) this.#search.again();
  }

  #drawNames(): void {
    const more = "Open a card and press Name. A name works wherever an id does.";
    this.#drawList("names", "Named value vectors", this.#names.map(namedItem), [
      "Nothing is named yet.",
      more,
    ]);
  }

  #drawRecent(): void {
    const more = "This list has the value vectors whose cards you open.";
    const items = this.#recent.map(recentItem);
    this.#drawList("recent", "Recent value vectors", items, ["No card was opened yet.", more]);
  }

  #drawList(section: ExplorerSection, label: string, items: Item[], nothing: [string, string]): void {
    this.#panel(section).replaceChildren(
      items.length === 0 ? hint(...nothing) : itemList(label, items, this.#events(section)),
    );
  }

  #drawAll(): void {
    this.#search.draw();
    this.#clusters.draw();
    this.#drawNames();
    this.#drawRecent();
  }

  #events(section: ExplorerSection): ListEvents {
    const editable = this.#file !== null && !this.#file.readOnly;
    return {
      open: (id) => this.#openCard(id),
      add: editable ? (target) => this.host.post({ type: "add", target }) : null,
      drag,
      selection: this.#selections[section] ?? null,
      name: editable ? (id) => this.#selected.name(id) : null,
    };
  }

  #openCard(id: string): void {
    if (this.#card.element.hidden) {
      this.#from = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    }
    this.#lists.hidden = true;
    this.#card.wait(id);
    this.#card.element.focus();
    this.#cards.ask(id);
  }

  #takeCard({ ask, card, strength }: CardMessage): void {
    if (ask === 0 ? this.#card.id !== card.id : this.#cards.answered(ask)?.newest !== true) return;
    this.#words.set(card.id, telling(card.top));
    this.#card.show(card, strength, this.#surroundings());
  }

  #surroundings(): CardSurroundings {
    let locked: string | null = null;
    if (this.#file === null) locked = "Open a prompt file to add or change its line.";
    else if (this.#file.readOnly) locked = "This file is read-only. Save a copy to change it.";
    const [interventions, building] = [this.#interventions, this.#build !== null];
    return { interventions, building, run: null, compared: null, locked, coefficient: null };
  }

  #hideCard(): void {
    this.#card.hide();
    this.#cards.drop();
    this.#lists.hidden = false;
  }

  #closeCard(): void {
    this.#hideCard();
    const key = this.#from?.dataset["key"];
    const panel = this.#panel(this.#tabs.selected);
    const again = key === undefined ? null : panel.querySelector<HTMLElement>(`[data-key="${key}"]`);
    if (again !== null) again.focus();
    else if (this.#tabs.selected === "search") this.#search.focus();
    else this.#tabs.focus();
  }

  #show(section: ExplorerSection, query: string | undefined, id: string | undefined): void {
    this.#tabs.select(section);
    if (query !== undefined) this.#search.query = query;
    if (id !== undefined) this.#openCard(id);
    else if (section === "search") this.#search.focus();
  }

  #takeBuild(build: IndexBuild | null): void {
    this.#build = build;
    this.#progress.hidden = build === null;
    this.#search.building(build);
    this.#card.update(this.#surroundings());
    if (build === null) return;
    const { done, all } = build;
    const share = done >= all ? null : done / all;
    const fill = h("span", {});
    if (share !== null) fill.style.width = `${share * 100}%`;
    const bar = h(
      "div",
      { class: `progress${share === null ? " endless" : ""}`, "aria-hidden": "true" },
      fill,
    );
    this.#progress.replaceChildren(h("p", { class: "quiet" }, buildText(build)), bar);
  }

  #panel(section: ExplorerSection): HTMLElement {
    const panel = this.#tabs.panels.get(section);
    if (panel === undefined) throw new Error(`no section ${section}`);
    return panel;
  }

  #keep(): void {
    this.host.keep({ section: this.#tabs.selected, query: this.#search.query });
  }
}

function buildText({ model, done, all }: IndexBuild): string {
  const what = `Building the index of ${model}`;
  if (done < all) return `${what}: ${grouped(done)} of ${counted(all, "value vector")}`;
  return `${what}: a search finds every value vector; clusters and examples follow`;
}

function drag(target: string, words: readonly string[], transfer: DataTransfer): void {
  transfer.effectAllowed = "copy";
  transfer.setData("text/plain", interventionLine(target, words));
}
