// The trace panel's host: asks for traces of the current file, follows the editor's cursor and edits, and does what the
// panel asks. What it looks like is src/views/trace.

import * as vscode from "vscode";

import { readTrace, type TraceDocument } from "../shared/documents.js";
import { gridOf } from "../shared/grid.js";
import type { HostToTrace, TraceToHost } from "../shared/messages.js";
import type { Actions } from "./actions.js";
import { Cards } from "./cards.js";
import type { Interventions } from "./interventions.js";
import { Latest } from "./latest.js";
import { byteAt, offsetAt, tokenAt } from "./prompt.js";
import { fileInfo, type Prompts } from "./prompts.js";
import type { Recent } from "./recent.js";
import { said, type Server } from "./server.js";
import { failure, noPrompt, unavailable } from "./states.js";
import { Channel, setPage } from "./webviews.js";

interface Shown {
  document: vscode.TextDocument;
  version: number;
  tokens: TraceDocument["runs"][number]["tokens"];
}

export class TracePanel implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | undefined;
  private channel: Channel<HostToTrace, TraceToHost> | undefined;
  private shown: Shown | undefined;
  private readonly cards: Cards;
  private readonly latest: Latest;
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly interventions: Interventions,
    recent: Recent,
    private readonly actions: Actions,
  ) {
    this.cards = new Cards(server, recent);
    this.latest = new Latest(
      () => this.trace(),
      (error) => this.channel?.send(failure(error, server)),
    );
    this.disposables = [
      vscode.window.registerWebviewViewProvider("unembed.tracePanel", this, {
        webviewOptions: { retainContextWhenHidden: true },
      }),
      prompts.onSwitch(() => {
        this.shown = undefined;
        this.refresh();
      }),
      prompts.onEdit(() => {
        this.channel?.send({ type: "state", state: "stale" });
        this.refresh();
      }),
      prompts.onMove(() => this.follow()),
      server.onChange(() => this.serverChanged()),
      server.onReady(() => this.refresh()),
      interventions.onChange(() => this.tellInterventions()),
      actions.onRetry(() => this.refresh()),
      actions.onNamed(() => {
        this.shown = undefined;
        this.refresh();
        void this.tellCard();
      }),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.channel = new Channel<HostToTrace, TraceToHost>(
      view.webview,
      (message) => void this.receive(message),
    );
    setPage(view.webview, this.extension, "trace", "Trace");
    view.onDidChangeVisibility(() => {
      if (view.visible) this.refresh();
    });
    view.onDidDispose(() => {
      this.view = undefined;
      this.channel = undefined;
    });
  }

  dispose(): void {
    this.latest.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private refresh(): void {
    if (this.view?.visible === true) this.latest.request();
  }

  private serverChanged(): void {
    const gone = unavailable(this.server);
    const { message } = this.server.status;
    if (gone !== undefined) {
      this.shown = undefined;
      this.channel?.send(gone);
    } else if (
      this.shown === undefined &&
      message.startsWith("loading") &&
      this.prompts.current !== undefined
    ) {
      this.channel?.send({ type: "state", state: "loading", message: `L${message.slice(1)}` });
    }
  }

  private async trace(): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined) {
      this.channel?.send(noPrompt);
      return;
    }
    if (this.shown?.document === document && this.shown.version === document.version) {
      this.channel?.send({ type: "state", state: "ready" });
      return;
    }
    if (this.shown === undefined) {
      this.channel?.send({ type: "state", state: "loading", message: "Tracing" });
    }
    const { version } = document;
    try {
      const uri = document.uri.toString();
      const answer = readTrace(
        await this.server.ask("unembed.trace", { uri, positions: "all", top: 1, updates: 0 }),
      );
      const file = await fileInfo(document);
      if (document !== this.prompts.current) return;
      this.shown = { document, version, tokens: answer.runs[0]?.tokens ?? [] };
      this.channel?.send({ type: "trace", grid: gridOf(answer), version, file });
      this.channel?.send({ type: "state", state: document.version === version ? "ready" : "stale" });
      this.tellInterventions();
      this.follow();
    } catch (error) {
      this.shown = undefined;
      this.channel?.send(failure(error, this.server));
    }
  }

  private follow(): void {
    const { shown } = this;
    const editor = this.prompts.editor;
    if (shown === undefined || editor?.document !== shown.document) return;
    // Places in an older text would be wrong ones: the new trace follows by itself.
    if (shown.version !== editor.document.version) return;
    if (!vscode.workspace.getConfiguration("unembed").get<boolean>("trace.follow", true)) return;
    const text = editor.document.getText();
    const byte = byteAt(text, editor.document.offsetAt(editor.selection.active));
    this.channel?.send({ type: "cursor", position: byte === null ? null : tokenAt(shown.tokens, byte) });
  }

  private tellInterventions(): void {
    const { known } = this.interventions;
    if (known === undefined || known.document !== this.prompts.current) return;
    this.channel?.send({ type: "interventions", interventions: known.answer.interventions });
    // What comes next is known before the whole trace is.
    if (this.shown !== undefined && this.shown.version !== known.version) {
      this.channel?.send({ type: "preview", next: known.answer.next });
    }
  }

  private async receive(message: TraceToHost): Promise<void> {
    switch (message.type) {
      case "ready":
        this.shown = undefined;
        this.channel?.send(
          unavailable(this.server) ?? { type: "state", state: "loading", message: "Tracing" },
        );
        void this.server.ensure();
        this.refresh();
        return;
      case "askColumn":
        return this.answer(message.ask, async (uri) => ({
          type: "column",
          ask: message.ask,
          document: readTrace(
            await this.server.ask("unembed.trace", { uri, positions: [message.position], top: 10, words: 4 }),
          ),
        }));
      case "askCard":
        return this.answer(message.ask, (uri) => this.cards.ask({ uri }, message.id, message.ask));
      case "reveal":
        this.reveal(message.position);
        return;
      case "intervene":
        return this.actions.intervene(message);
      case "name":
        return this.actions.name(message.id);
      case "action":
        return this.actions.act(message.action);
    }
  }

  private async answer(ask: number, work: (uri: string) => Promise<HostToTrace>): Promise<void> {
    const uri = this.prompts.current?.uri.toString();
    try {
      if (uri === undefined) throw new Error("No prompt file is open.");
      this.channel?.send(await work(uri));
    } catch (error) {
      this.channel?.send({ type: "failed", ask, message: said(error) });
    }
  }

  private async tellCard(): Promise<void> {
    const uri = this.prompts.current?.uri.toString();
    const card = uri === undefined ? undefined : await this.cards.again({ uri });
    if (card !== undefined) this.channel?.send(card);
  }

  private reveal(position: number): void {
    const { shown } = this;
    const editor = this.prompts.editor;
    const start = shown?.tokens.find((token) => token.position === position)?.start;
    if (typeof start !== "number" || editor === undefined) return;
    if (editor.document !== shown?.document || editor.document.version !== shown.version) return;
    const place = editor.document.positionAt(offsetAt(editor.document.getText(), start));
    // The panel has the keyboard, and keeps it.
    editor.selection = new vscode.Selection(place, place);
    editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}
