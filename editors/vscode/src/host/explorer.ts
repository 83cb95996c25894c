// The concept explorer's host: searches, clusters, names and recent vectors of the current file's model, and additions to
// the file. What it looks like is src/views/explorer.

import * as vscode from "vscode";

import { readClusters, readSearch } from "../shared/documents.js";
import type { ExplorerToHost, HostToExplorer } from "../shared/messages.js";
import type { Actions } from "./actions.js";
import { type About, Cards } from "./cards.js";
import type { Interventions } from "./interventions.js";
import { NAMES_FILE, type NamesEntry, namesOf } from "./names.js";
import { modelNamed } from "./prompt.js";
import { fileInfo, type Prompts } from "./prompts.js";
import type { Recent } from "./recent.js";
import { said, type Progress, type Server } from "./server.js";
import { sentence, unavailable } from "./states.js";
import { Channel, setPage } from "./webviews.js";

type Show = Extract<HostToExplorer, { type: "show" }>;

export class Explorer implements vscode.WebviewViewProvider, vscode.Disposable {
  private channel: Channel<HostToExplorer, ExplorerToHost> | undefined;
  private building: Progress | null = null;
  /** What it is to show as soon as it is there. */
  private pending: Show | undefined;
  private ready = false;
  /** The state that the page was told last. */
  private told = "";
  private readonly cards: Cards;
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly interventions: Interventions,
    private readonly recent: Recent,
    private readonly actions: Actions,
  ) {
    this.cards = new Cards(server, recent);
    const tellNames = (): void => void this.tellNames();
    this.disposables = [
      vscode.window.registerWebviewViewProvider("unembed.explorer", this, {
        webviewOptions: { retainContextWhenHidden: true },
      }),
      prompts.onSwitch(() => {
        void this.tellContext();
        tellNames();
        this.tellInterventions();
      }),
      server.onChange(() => this.tellState()),
      server.onBuild((progress) => {
        this.building = progress;
        this.tellBuilding();
      }),
      interventions.onChange(() => this.tellInterventions()),
      recent.onChange(() => this.tellRecent()),
      actions.onRetry(() => {
        this.told = "";
        this.tellState();
      }),
      actions.onNamed(() => {
        tellNames();
        void this.tellCard();
      }),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.ready = false;
    this.channel = new Channel<HostToExplorer, ExplorerToHost>(view.webview, (m) => void this.receive(m));
    setPage(view.webview, this.extension, "explorer", "Concepts");
    view.onDidDispose(() => {
      this.channel = undefined;
      this.ready = false;
    });
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Brings it to the front, at a section. */
  async show(what: Omit<Show, "type">): Promise<void> {
    this.pending = { type: "show", ...what };
    await vscode.commands.executeCommand("unembed.explorer.focus");
    this.tellPending();
  }

  private async tellCard(): Promise<void> {
    const card = await this.cards.again(this.about());
    if (card !== undefined) this.channel?.send(card);
  }

  private tellPending(): void {
    if (!this.ready || this.pending === undefined) return;
    this.channel?.send(this.pending);
    this.pending = undefined;
  }

  private tellState(): void {
    const state = unavailable(this.server) ?? ({ type: "state", state: "ready" } as const);
    // Every question makes the server busy for a moment, which is no news here.
    const told = JSON.stringify(state);
    if (told === this.told) return;
    this.told = told;
    this.channel?.send(state);
  }

  private async tellContext(): Promise<void> {
    const { current } = this.prompts;
    const file = current === undefined ? null : await fileInfo(current);
    const model = current === undefined ? null : modelNamed(current.getText());
    this.channel?.send({ type: "context", file: file?.readOnly === true ? null : file, model });
  }

  private tellBuilding(): void {
    const { building } = this;
    const share = building?.percentage === null || building === null ? null : building.percentage / 100;
    this.channel?.send({
      type: "building",
      progress: building === null ? null : { message: `Building the index: ${building.message}`, share },
    });
  }

  private tellInterventions(): void {
    const list = this.interventions.known?.answer.interventions ?? [];
    this.channel?.send({ type: "interventions", interventions: list });
    this.channel?.send({ type: "preview", next: this.interventions.known?.answer.next ?? [] });
  }

  private tellRecent(): void {
    this.channel?.send({ type: "recent", recent: this.recent.list });
  }

  private async tellNames(): Promise<void> {
    const entries = await this.readNames();
    const words = new Map(this.recent.list.map((vector) => [vector.id, vector.words]));
    const names = entries.map(({ name, ids }) => ({ name, ids, words: words.get(ids[0] ?? "") ?? [] }));
    this.channel?.send({ type: "names", names });
  }

  /** Of the names files of the workspace, unsaved changes included. */
  private async readNames(): Promise<NamesEntry[]> {
    const files = await vscode.workspace.findFiles(`**/${NAMES_FILE}`, "**/node_modules/**", 20);
    const texts = await Promise.all(
      files.map(async (file) => {
        const open = vscode.workspace.textDocuments.find((d) => d.uri.toString() === file.toString());
        if (open !== undefined) return open.getText();
        try {
          return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
        } catch {
          // It is gone since it was found.
          return "";
        }
      }),
    );
    return texts.flatMap(namesOf).sort((a, b) => a.name.localeCompare(b.name));
  }

  private async receive(message: ExplorerToHost): Promise<void> {
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.told = "";
        void this.server.ensure();
        this.tellState();
        await this.tellContext();
        this.tellBuilding();
        this.tellInterventions();
        this.tellRecent();
        await this.tellNames();
        this.tellPending();
        return;
      case "search":
        return this.answer(message.ask, async (about) => ({
          type: "results",
          ask: message.ask,
          document: readSearch(
            await this.server.ask("unembed.search", { ...about, query: message.query, limit: message.limit }),
          ),
        }));
      case "askClusters":
        return this.answer(message.ask, async (about) => ({
          type: "clusters",
          ask: message.ask,
          document: readClusters(
            await this.server.ask("unembed.clusters", {
              ...about,
              ...(message.cluster === null ? {} : { cluster: message.cluster }),
            }),
          ),
        }));
      case "askCard":
        return this.answer(message.ask, (about) => this.cards.ask(about, message.id, message.ask));
      case "add":
        return this.actions.add(message.target);
      case "copy":
        return vscode.env.clipboard.writeText(message.text);
      case "intervene":
        return this.actions.intervene(message);
      case "name":
        return this.actions.name(message.id);
      case "action":
        return this.actions.act(message.action);
    }
  }

  private async answer(ask: number, work: (about: About) => Promise<HostToExplorer>): Promise<void> {
    try {
      this.channel?.send(await work(this.about()));
    } catch (error) {
      this.channel?.send({ type: "failed", ask, message: sentence(said(error)) });
    }
  }

  private about(): About {
    const uri = this.prompts.current?.uri.toString();
    return uri === undefined ? {} : { uri };
  }
}
