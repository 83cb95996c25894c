// All clusters, or one of them with its members.

import type { ClusterDocument, ClustersDocument } from "../../shared/api.js";
import { Asks } from "../parts/asks.js";
import { button, h } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import { bones } from "../parts/state.js";
import { clusterItem, hint, memberItem, problem } from "./items.js";
import { itemList, type ListEvents } from "./list.js";

export class Clusters {
  readonly #asks: Asks<number | null>;
  #all: ClustersDocument | null = null;
  #one: ClusterDocument | null = null;

  constructor(
    private readonly panel: HTMLElement,
    send: (ask: number, cluster: number | null) => void,
    private readonly events: () => ListEvents,
    /** A value vector's words, if known. */
    private readonly words: (id: string) => string[],
  ) {
    this.#asks = new Asks(send);
  }

  forget(): void {
    this.#all = this.#one = null;
    this.#deselect();
    this.panel.replaceChildren();
  }

  /** Asks for all clusters unless they are here. */
  wake(): void {
    if (this.#all !== null || this.#asks.waiting) return;
    this.panel.replaceChildren(bones("list-bones", 8));
    this.#asks.ask(null);
  }

  open(number: number): void {
    this.#deselect();
    this.#one = this.#all?.clusters.find((one) => one.cluster === number) ?? null;
    if (this.#one === null) this.#asks.ask(number);
    else this.draw();
    this.panel.querySelector<HTMLElement>("button")?.focus();
  }

  take(ask: number, document: ClustersDocument): void {
    const answered = this.#asks.answered(ask);
    if (answered === null) return;
    if (answered.what === null) this.#all = document;
    else this.#one = document.clusters[0] ?? null;
    this.draw();
  }

  /** Whether the failed question was one for clusters. */
  failed(ask: number, message: string): boolean {
    if (this.#asks.answered(ask) === null) return false;
    this.panel.replaceChildren(
      problem(message),
      button("Try again", () => this.wake()),
    );
    return true;
  }

  draw(): void {
    if (this.#one !== null) this.#drawOne(this.#one);
    else if (this.#all !== null) this.#drawAll(this.#all.clusters);
  }

  #drawAll(clusters: readonly ClusterDocument[]): void {
    if (clusters.length === 0) {
      const more = "They are built with the concept index. The first search starts it.";
      this.panel.replaceChildren(hint("There are no clusters yet.", more));
      return;
    }
    const events = { ...this.events(), open: (key: string) => this.open(Number(key)), selection: null };
    this.panel.replaceChildren(itemList("Clusters of value vectors", clusters.map(clusterItem), events));
  }

  #drawOne({ cluster, size, words, members }: ClusterDocument): void {
    const back = button("All clusters", () => this.#back(cluster), { class: "button quiet-button" });
    const items = members.map((member) => memberItem(member, this.words(member.id)));
    const head = h(
      "div",
      { class: "cluster-head" },
      h("div", { class: "heading" }, h("h2", {}, `Cluster ${cluster}`), back),
      h("p", {}, words.map((word) => word.trim()).join(", ")),
      h("p", { class: "quiet" }, counted(size, "value vector")),
    );
    this.panel.replaceChildren(head, itemList(`Members of cluster ${cluster}`, items, this.events()));
  }

  #deselect(): void {
    this.events().selection?.clear();
  }

  #back(from: number): void {
    this.#deselect();
    this.#one = null;
    if (this.#all === null) this.wake();
    else this.draw();
    this.panel.querySelector<HTMLElement>(`[data-key="${from}"]`)?.focus();
  }
}
