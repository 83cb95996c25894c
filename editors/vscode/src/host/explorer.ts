// The concept explorer's host: searches, clusters, names and recent vectors of the current file's model, and additions to
// the file. The page is src/views/explorer.

import * as vscode from "vscode";

import type { NamePlaceDocument } from "../shared/api.js";
import { BuildTeller } from "../shared/builds.js";
import type { ExplorerToHost, HostToExplorer } from "../shared/messages.js";
import type { Actions } from "./actions.js";
import { type About, Cards } from "./cards.js";
import type { Interventions } from "./interventions.js";
import type { Parts } from "./parts.js";
import { fileInfo, NAMES_FILE, type Prompts } from "./prompts.js";
import type { Recent } from "./recent.js";
import { said, type Server } from "./server.js";
import { unavailable } from "./states.js";
import { Channel, setPage } from "./webviews.js";
import { sentence } from "./wording.js";

type Show = Extract<HostToExplorer, { type: "show" }>;

export class Explorer implements vscode.WebviewViewProvider, vscode.Disposable {
  private channel: Channel<HostToExplorer, ExplorerToHost> | undefined;
  /** What the page shows as soon as it is there. */
  private pending: Show | undefined;
  private ready = false;
  /** The state that the page was sent last. */
  private told = "";
  private readonly building: BuildTeller;
  private readonly cards: Cards;
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly parts: Parts,
    private readonly interventions: Interventions,
    private readonly recent: Recent,
    private readonly actions: Actions,
  ) {
    this.cards = new Cards(server, recent);
    this.building = new BuildTeller(
      (build) => this.channel?.send({ type: "building", build }),
      () => {
        if (server.state.kind === "running") void this.tellCard();
      },
    );
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
      parts.onModel(() => {
        void this.tellContext();
        this.tellBuilding();
      }),
      server.onChange(() => {
        this.tellState();
        this.tellBuilding();
      }),
      server.onReady(tellNames),
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

  /** Brings the explorer to the front, at a section. */
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
    // The server's status changes with every question; the page needs only what is new to it.
    const told = JSON.stringify(state);
    if (told === this.told) return;
    this.told = told;
    this.channel?.send(state);
  }

  private async tellContext(): Promise<void> {
    const { current } = this.prompts;
    const file = current === undefined ? null : await fileInfo(current);
    this.channel?.send({
      type: "context",
      file: file?.readOnly === true ? null : file,
      model: this.parts.model,
    });
  }

  private tellBuilding(): void {
    this.building.update(this.parts.build, this.server.builds);
  }

  private tellInterventions(): void {
    const { known } = this.interventions;
    this.channel?.send({ type: "interventions", interventions: known?.interventions ?? [] });
    this.channel?.send({ type: "preview", next: known?.next ?? [] });
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

  /** Of the names files of the workspace, with unsaved changes. */
  private async readNames(): Promise<NamePlaceDocument[]> {
    if (this.server.state.kind !== "running") return [];
    const files = await vscode.workspace.findFiles(`**/${NAMES_FILE}`, "**/node_modules/**", 20);
    const names = await Promise.all(
      files.map(async (file) => {
        try {
          const uri = file.toString();
          const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
          const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
          return (await this.server.ask("unembed.structure", { uri, text })).names;
        } catch (error) {
          // The file is gone since it was found, or the server is.
          this.server.log.debug(`No names from ${file.fsPath}: ${said(error)}`);
          return [];
        }
      }),
    );
    return names.flat().sort((a, b) => a.name.localeCompare(b.name));
  }

  private async receive(message: ExplorerToHost): Promise<void> {
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.told = "";
        this.building.forget();
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
          document: await this.server.ask("unembed.search", {
            ...about,
            query: message.query,
            limit: message.limit,
          }),
        }));
      case "askClusters":
        return this.answer(message.ask, async (about) => ({
          type: "clusters",
          ask: message.ask,
          document: await this.server.ask("unembed.clusters", {
            ...about,
            ...(message.cluster === null ? {} : { cluster: message.cluster }),
          }),
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
        return this.actions.name(message.ids);
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
