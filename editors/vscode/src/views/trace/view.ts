// The trace panel: puts its parts together, holds what is selected, and shows what the host's messages bring.

import type { TraceDocument } from "../../shared/api.js";
import type { TraceGrid } from "../../shared/grid.js";
import type {
  CardMessage,
  FileInfo,
  HostToTrace,
  Intervention,
  StateMessage,
  TraceToHost,
} from "../../shared/messages.js";
import { Asks } from "../parts/asks.js";
import { Card, type CardSurroundings } from "../parts/card/card.js";
import { Column, type ColumnKept } from "../parts/column/column.js";
import { announce, button, h } from "../parts/dom.js";
import type { Host } from "../parts/host.js";
import { keysButton } from "../parts/keys.js";
import { counted } from "../parts/numbers.js";
import { bones, StatePane } from "../parts/state.js";
import { onTheme } from "../parts/theme.js";
import { KEYS } from "./keys.js";
import { Layout, type Sizes } from "./layout.js";
import { Maps } from "./maps.js";
import { RunMode } from "./mode.js";
import { showProblems } from "./problems.js";
import { Readout } from "./readout.js";
import type { Cell } from "./window.js";

/** What is kept while the panel is hidden. */
export interface Kept {
  /** Whether both runs are shown side by side. */
  beside: boolean;
  sizes: Sizes;
  column: ColumnKept | null;
}

export class TraceView {
  readonly #toolbar = {
    file: h("span", { class: "file" }),
    busy: h("span", { class: "busy", role: "status" }),
  };
  readonly #mode: RunMode;
  readonly #reveal: HTMLButtonElement;
  readonly #problems = h("div", { class: "problems" });
  readonly #state: StatePane;
  readonly #content: HTMLElement;
  readonly #layout: Layout;
  readonly #details: HTMLElement;
  readonly #maps: Maps;
  readonly #readout = new Readout();
  readonly #column: Column;
  readonly #card: Card;
  readonly #columnAsks: Asks<number>;
  readonly #cardAsks: Asks<string>;
  readonly #kept: Kept;
  #grid: TraceGrid | null = null;
  #file: FileInfo | null = null;
  #document: TraceDocument | null = null;
  #interventions: Intervention[] = [];
  #chosen: Cell = { column: 0, row: 0 };
  #cursor: number | null = null;
  #building = false;
  /** The chosen cell takes the focus as soon as there is one and the panel has the focus. */
  #landing = false;
  /** Where the focus goes when the card closes. */
  #cardFrom: string | null = null;

  constructor(
    root: HTMLElement,
    private readonly host: Host<TraceToHost, Kept>,
  ) {
    const kept = host.kept();
    this.#kept = {
      beside: kept.beside ?? false,
      sizes: kept.sizes ?? { height: null, width: null },
      column: kept.column ?? null,
    };
    this.#columnAsks = new Asks((ask, position) => host.post({ type: "askColumn", ask, position }));
    this.#cardAsks = new Asks((ask, id) =>
      host.post({ type: "askCard", ask, id, position: this.#chosen.column }),
    );
    this.#mode = new RunMode(this.#kept.beside, {
      chosen: (choice) => host.post({ type: "chooseRuns", uri: this.#file?.uri ?? "", choice }),
      besideSet: (beside) => this.#keep({ beside }),
      changed: () => this.#showRuns(),
    });
    this.#state = new StatePane(bones("map-bones", 40), (action) => host.post({ type: "action", action }));
    this.#maps = new Maps({
      choose: (cell) => this.#choose(cell),
      enter: () => this.#column.choose(this.#layer(), true),
      escape: () => this.#closeCard(),
      hover: (cell) => this.#readout.show(cell ?? this.#chosen, this.#maps.facts(cell ?? this.#chosen)),
      key: (event) => this.#key(event),
    });
    this.#column = new Column(kept.column ?? {}, {
      openCard: (id) => this.#openCard(id),
      intervened: (id) => this.#written(id),
      kept: (column) => this.#keep({ column }),
    });
    this.#card = new Card("Close", {
      close: () => this.#closeCard(),
      open: (id) => this.#openCard(id),
      intervene: (wanted) => host.post({ type: "intervene", ...wanted }),
      name: (id) => host.post({ type: "name", ids: [id] }),
      add: null,
      openCluster: null,
      drag: null,
    });
    this.#reveal = button("Show in the prompt", () => this.#revealChosen(), {
      class: "button quiet-button",
      title: "Put the cursor on the chosen token (O)",
    });
    this.#details = h("div", { class: "details" }, this.#column.element, this.#card.element);
    this.#layout = new Layout(
      this.#maps.element,
      this.#readout.element,
      this.#details,
      this.#kept.sizes,
      () => ({ mapHeight: this.#maps.wholeHeight, maps: this.#mode.beside ? 2 : 1 }),
      (sizes) => this.#keep({ sizes }),
    );
    this.#content = this.#layout.content;
    const toolbar = h(
      "header",
      { class: "toolbar" },
      this.#toolbar.file,
      this.#mode.element,
      this.#toolbar.busy,
      h("div", { class: "toolbar-end" }, this.#reveal, keysButton(KEYS)),
    );
    root.append(
      h("main", { class: "view trace-view" }, toolbar, this.#problems, this.#state.element, this.#content),
    );
    this.#details.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#maps.focus();
    });
    onTheme(() => this.#maps.shade());
    window.addEventListener("focus", () => {
      if (document.activeElement === document.body) this.#landing = true;
      this.#land();
    });
    window.addEventListener("blur", () => {
      this.#landing = false;
    });
    this.#setState({ type: "state", state: "loading", message: "Waiting for the trace" });
  }

  receive(message: HostToTrace): void {
    switch (message.type) {
      case "state":
        this.#setState(message);
        return;
      case "trace":
        this.#trace(message);
        return;
      case "column":
        this.#takeColumn(message.ask, message.document);
        return;
      case "card":
        this.#takeCard(message);
        return;
      case "cursor":
        this.#follow(message.position);
        return;
      case "focus":
        this.#landing = true;
        this.#land();
        return;
      case "interventions":
        this.#interventions = message.interventions;
        this.#updateCard();
        this.#column.choose(this.#layer(), false);
        return;
      case "building":
        this.#building = message.build !== null;
        this.#updateCard();
        return;
      case "runs":
        if (message.uri !== this.#file?.uri) return;
        this.#mode.show(this.#names(), message.choice);
        this.#showRuns();
        return;
      case "preview":
        this.#card.preview(message.next);
        return;
      case "failed":
        this.#failed(message.ask, message.message);
        return;
    }
  }

  #setState(state: StateMessage): void {
    const stale = state.state === "stale";
    const instead = state.state !== "ready" && !stale;
    this.#state.show(state);
    this.#content.hidden = instead || this.#grid === null;
    if (this.#content.hidden) this.#problems.hidden = true;
    else this.#drawProblems();
    this.#reveal.hidden = this.#mode.element.hidden = this.#content.hidden;
    if (instead) this.#toolbar.file.replaceChildren(h("strong", {}, state.file ?? ""));
    this.#content.classList.toggle("stale", stale);
    this.#content.setAttribute("aria-busy", String(stale));
    this.#toolbar.busy.textContent = stale ? (state.message ?? "tracing…") : "";
    if (!instead) this.#layout.fit();
  }

  #trace({ grid, file, choice }: Extract<HostToTrace, { type: "trace" }>): void {
    const first = this.#grid === null || this.#file?.uri !== file.uri;
    this.#grid = grid;
    this.#file = file;
    const columns = grid.runs[0]?.tokens.length ?? 0;
    if (first) {
      this.#closeCard();
      this.#document = null;
      this.#column.forget();
      this.#chosen = { column: this.#cursor ?? columns - 1, row: grid.layers.length - 1 };
    }
    this.#chosen = {
      column: Math.max(0, Math.min(this.#chosen.column, columns - 1)),
      row: Math.max(0, Math.min(this.#chosen.row, grid.layers.length - 1)),
    };
    this.#toolbar.file.replaceChildren(
      h("strong", {}, file.name),
      h("span", { class: "quiet" }, ` ${grid.model}, lens ${grid.lens}`),
    );
    this.#mode.show(this.#names(), choice);
    this.#showMaps();
    // Sizes first: a map that is drawn before its size is set is drawn twice.
    this.#setState({ type: "state", state: "ready" });
    this.#maps.activate(this.#chosen, { scroll: first });
    this.#readout.compared = grid.runs.length > 1;
    this.#readout.show(this.#chosen, this.#maps.facts(this.#chosen));
    this.#askColumn();
    this.#land();
    if (first) {
      announce(
        `Trace of ${file.name}: ${counted(columns, "token")}, ${counted(grid.layers.length, "layer")}`,
      );
    }
  }

  #takeColumn(ask: number, document: TraceDocument): void {
    const answered = this.#columnAsks.answered(ask);
    if (!answered?.newest) return;
    this.#document = document;
    this.#showColumn();
    this.#updateCard();
  }

  #takeCard({ ask, card, strength }: CardMessage): void {
    if (ask === 0 ? this.#card.id !== card.id : this.#cardAsks.answered(ask)?.newest !== true) return;
    this.#card.show(card, strength, this.#surroundings(card.id));
  }

  #failed(ask: number, message: string): void {
    if (this.#cardAsks.answered(ask) !== null) this.#card.fail(message);
    else if (this.#columnAsks.answered(ask)?.newest === true) this.#column.fail(message);
  }

  #follow(position: number | null): void {
    this.#cursor = position;
    this.#maps.cursor = position;
    if (position === null || this.#grid === null || position >= (this.#grid.runs[0]?.tokens.length ?? 0))
      return;
    if (position === this.#chosen.column) return;
    const cell = { column: position, row: this.#chosen.row };
    this.#maps.activate(cell);
    this.#choose(cell);
  }

  #choose(cell: Cell): void {
    const moved = cell.column !== this.#chosen.column;
    this.#chosen = cell;
    this.#readout.show(cell, this.#maps.facts(cell));
    this.#drawReveal();
    if (moved) this.#askColumn();
    else this.#column.choose(this.#layer(), false);
  }

  #askColumn(): void {
    this.#drawReveal();
    this.#column.wait();
    this.#columnAsks.ask(this.#chosen.column);
  }

  #land(): void {
    if (!this.#landing || this.#content.hidden || !document.hasFocus()) return;
    this.#landing = false;
    this.#maps.focus();
  }

  #layer(): number | null {
    return this.#grid?.layers[this.#chosen.row] ?? null;
  }

  #names(): string[] {
    return this.#grid?.runs.map((run) => run.name) ?? [];
  }

  /** Other runs are to be shown. */
  #showRuns(): void {
    if (this.#grid === null) return;
    this.#showMaps();
    this.#layout.fit();
    this.#maps.activate(this.#chosen);
    this.#readout.show(this.#chosen, this.#maps.facts(this.#chosen));
    this.#showColumn();
    this.#updateCard();
  }

  #showMaps(): void {
    const { runs, beside } = this.#mode;
    if (this.#grid !== null && runs !== null) this.#maps.show(this.#grid, runs, beside);
  }

  #showColumn(): void {
    const { runs, beside } = this.#mode;
    if (this.#document === null || runs === null) return;
    this.#column.show(this.#document, { runs, beside, layer: this.#layer(), taken: null });
  }

  #drawProblems(): void {
    showProblems(this.#problems, this.#grid?.problems ?? [], () =>
      this.host.post({ type: "action", action: "showProblems" }),
    );
  }

  #drawReveal(): void {
    const here = this.#grid?.runs[0]?.tokens[this.#chosen.column];
    this.#reveal.disabled = here?.start === null || here === undefined;
  }

  #revealChosen(): void {
    if (!this.#reveal.disabled) this.host.post({ type: "reveal", position: this.#chosen.column });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey) return;
    if (event.key === "o") this.#revealChosen();
    if (event.key === "m") {
      this.#mode.next();
      this.#maps.focus();
    }
  }

  /** The value of the shown run's line on a vector. */
  #written(id: string): string | null {
    const lines = this.#interventions.filter((one) => one.enabled && one.ids.includes(id));
    const inView = this.#mode.beside ? this.#mode.runs?.order : [this.#mode.runs?.shown];
    return lines.findLast((one) => inView?.includes(one.run))?.value ?? null;
  }

  #surroundings(id: string): CardSurroundings {
    const updates = this.#document?.runs[0]?.positions[0]?.layers.flatMap((layer) => layer.updates) ?? [];
    const shown = this.#mode.runs?.shown;
    return {
      interventions: this.#interventions,
      // The first run, the baseline, has no lines.
      run: shown === undefined || shown === this.#names()[0] ? null : shown,
      compared: this.#mode.compared,
      locked: this.#file?.readOnly === true ? "This file is read-only. Save a copy to change it." : null,
      building: this.#building,
      coefficient: updates.find((update) => update.id === id)?.coefficient ?? null,
    };
  }

  #updateCard(): void {
    const { id } = this.#card;
    if (id !== null) this.#card.update(this.#surroundings(id));
  }

  #openCard(id: string): void {
    if (this.#card.element.hidden) this.#cardFrom = id;
    this.#details.classList.add("with-card");
    this.#card.wait(id);
    this.#card.element.focus();
    this.#cardAsks.ask(id);
  }

  #closeCard(): void {
    if (this.#card.element.hidden) return;
    const within = this.#card.element.contains(document.activeElement);
    this.#details.classList.remove("with-card");
    this.#card.hide();
    this.#cardAsks.drop();
    if (!within) return;
    const from = this.#column.element.querySelector<HTMLElement>(
      `.vector[data-id="${this.#cardFrom ?? ""}"]`,
    );
    if (from === null) this.#maps.focus();
    else from.focus();
  }

  #keep(change: Partial<Kept>): void {
    Object.assign(this.#kept, change);
    this.host.keep(this.#kept);
  }
}
