// Generation's host: runs the current file, passes on the text as it comes, and inserts, copies or saves a run's text. The
// page is src/views/generation.

import { basename } from "node:path";
import * as vscode from "vscode";

import type { GeneratedParams, GenerateDocument } from "../shared/api.js";
import type { GenerationToHost, HostToGeneration } from "../shared/messages.js";
import type { Actions } from "./actions.js";
import type { Health } from "./health.js";
import type { Parts } from "./parts.js";
import { fileInfo, type Prompts, readOnly } from "./prompts.js";
import { rangeOf } from "./ranges.js";
import type { Runs } from "./runs.js";
import { said, type Server } from "./server.js";
import { failure, noPrompt, unavailable } from "./states.js";
import { Channel, setPage } from "./webviews.js";
import { sentence } from "./wording.js";

/** What is shown, for a page that opens later. */
interface Shown {
  document: vscode.TextDocument;
  version: number;
  prompt: string;
  pieces: GeneratedParams[];
  result: GenerateDocument | undefined;
}

export class Generation implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private channel: Channel<HostToGeneration, GenerationToHost> | undefined;
  private shown: Shown | undefined;
  private running: vscode.CancellationTokenSource | undefined;
  /** The token that the running generation's pieces carry. */
  private named: string | undefined;
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly parts: Parts,
    private readonly health: Health,
    private readonly runs: Runs,
    private readonly actions: Actions,
    private readonly openCard: (id: string) => Promise<void>,
  ) {
    this.disposables = [
      server.onPiece((piece) => this.piece(piece)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.shown?.document && contentChanges.length > 0)
          this.channel?.send({ type: "outdated" });
      }),
      runs.onChange(({ uri, choice }) => this.channel?.send({ type: "runs", uri, choice })),
    ];
  }

  dispose(): void {
    this.running?.cancel();
    for (const disposable of this.disposables) disposable.dispose();
    this.panel?.dispose();
  }

  /** Opens the page beside the editor, and generates. */
  async open(): Promise<void> {
    if (this.prompts.current === undefined) {
      void vscode.window.showInformationMessage("unembed: Open a prompt file first.");
      return;
    }
    if (this.panel === undefined) this.create();
    else this.panel.reveal(undefined, true);
    await this.generate();
  }

  private create(): void {
    const panel = vscode.window.createWebviewPanel(
      "unembed.generation",
      "Generation",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { retainContextWhenHidden: true },
    );
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, "media", "prompt-light.svg"),
      dark: vscode.Uri.joinPath(this.extension, "media", "prompt-dark.svg"),
    };
    this.channel = new Channel<HostToGeneration, GenerationToHost>(
      panel.webview,
      (m) => void this.receive(m),
    );
    setPage(panel.webview, this.extension, "generation", "Generation");
    panel.onDidDispose(() => {
      this.running?.cancel();
      this.panel = undefined;
      this.channel = undefined;
      this.shown = undefined;
    });
    this.panel = panel;
  }

  private async generate(): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined) {
      this.channel?.send(noPrompt);
      return;
    }
    this.running?.cancel();
    const running = new vscode.CancellationTokenSource();
    this.running = running;
    this.named = undefined;
    const { version } = document;
    const shown: Shown = { document, version, prompt: "", pieces: [], result: undefined };
    this.shown = shown;
    if (this.panel !== undefined) this.panel.title = `Generation: ${basename(document.uri.path)}`;
    await this.tellStarted(shown);
    const asking = { token: running.token, named: (token: string) => (this.named = token) };
    try {
      const { prompt } = await this.parts.of(document);
      shown.prompt = document.getText(rangeOf(prompt));
      await this.tellStarted(shown);
      const answer = this.server.ask("unembed.generate", { uri: document.uri.toString() }, asking);
      shown.result = await answer;
      if (this.shown === shown) await this.tellResult(shown);
    } catch (error) {
      if (this.shown !== shown) return;
      if (running.token.isCancellationRequested) this.channel?.send({ type: "stopped", message: null });
      else this.tellFailed(shown, error);
    } finally {
      if (this.running === running) this.running = undefined;
      running.dispose();
    }
  }

  private async tellStarted(shown: Shown): Promise<void> {
    const { document, prompt } = shown;
    const choice = this.runs.of(document.uri.toString());
    this.channel?.send({ type: "started", file: await fileInfo(document), prompt, choice });
    const gone = unavailable(this.server);
    if (gone !== undefined) this.channel?.send(gone);
  }

  private async tellResult(shown: Shown): Promise<void> {
    const { document, prompt, result } = shown;
    if (result === undefined) return;
    const file = await fileInfo(document);
    const choice = this.runs.of(document.uri.toString());
    this.channel?.send({ type: "result", file, prompt, document: result, choice });
    if (document.version !== shown.version) this.channel?.send({ type: "outdated" });
  }

  private tellFailed(shown: Shown, error: unknown): void {
    const { uri } = shown.document;
    if (shown.pieces.length > 0) this.channel?.send({ type: "stopped", message: sentence(said(error)) });
    else this.channel?.send(failure(error, this.server, uri, this.health.of(uri)));
  }

  private piece(piece: GeneratedParams): void {
    if (piece.token !== this.named || this.shown === undefined) return;
    this.shown.pieces.push(piece);
    const { run, ids, text } = piece;
    this.channel?.send({ type: "piece", run, ids, text });
  }

  private async receive(message: GenerationToHost): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.tellAll();
      case "generate":
        return this.generate();
      case "cancel":
        this.running?.cancel();
        return;
      case "askColumn":
        return this.column(message.ask, message.position, message.generated);
      case "openCard":
        return this.card(message.id);
      case "chooseRuns":
        this.runs.choose(message.uri, message.choice);
        return;
      case "insert":
      case "copy":
      case "save":
        return this.actions.telling(() => this.take(message.type, message.run));
      case "action":
        return message.action === "retry" ? this.generate() : this.actions.act(message.action);
    }
  }

  private async tellAll(): Promise<void> {
    const { shown } = this;
    if (shown === undefined) return;
    await this.tellStarted(shown);
    for (const { run, ids, text } of shown.pieces) this.channel?.send({ type: "piece", run, ids, text });
    await this.tellResult(shown);
  }

  private async column(ask: number, position: number, generated: number): Promise<void> {
    const uri = this.shown?.document.uri.toString();
    try {
      if (uri === undefined) throw new Error("Nothing was generated.");
      const question = { uri, positions: [position], top: 10, words: 4, generated };
      const document = await this.server.ask("unembed.trace", question);
      this.channel?.send({ type: "column", ask, document });
    } catch (error) {
      this.channel?.send({ type: "failed", ask, message: sentence(said(error)) });
    }
  }

  /** A card is of the current file's model, and its buttons write into that file. So this text's file is made current. */
  private async card(id: string): Promise<void> {
    const document = this.shown?.document;
    if (document !== undefined && document !== this.prompts.current) {
      await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    }
    await this.openCard(id);
  }

  private async take(how: "insert" | "copy" | "save", name: string): Promise<void> {
    const { shown } = this;
    const run = shown?.result?.runs.find((one) => one.name === name);
    if (shown === undefined || run === undefined) throw new Error("There is no text yet. Generate first.");
    switch (how) {
      case "copy":
        return vscode.env.clipboard.writeText(run.text);
      case "insert":
        return this.insert(shown.document, run.text);
      case "save":
        return save(shown.document, `${shown.prompt}${run.text}\n`, name);
    }
  }

  private async insert(document: vscode.TextDocument, text: string): Promise<void> {
    if (await readOnly(document)) throw new Error("This file is read-only. Copy the text instead.");
    const { prompt } = await this.parts.of(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, rangeOf(prompt).end, text);
    if (!(await vscode.workspace.applyEdit(edit)))
      throw new Error("VS Code refused the edit. The file may be read-only.");
  }
}

/** Writes a file beside the prompt, under a free name. */
async function save(document: vscode.TextDocument, text: string, run: string): Promise<void> {
  if (document.isUntitled) {
    const copy = await vscode.workspace.openTextDocument({ content: text });
    await vscode.window.showTextDocument(copy, { preserveFocus: true });
    return;
  }
  const folder = vscode.Uri.joinPath(document.uri, "..");
  const stem = basename(document.uri.path).replace(/\.prompt$/, "");
  for (let number = 1; ; number += 1) {
    const file = vscode.Uri.joinPath(folder, `${stem}-${run}${number === 1 ? "" : `-${number}`}.txt`);
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(file, { contents: new TextEncoder().encode(text), overwrite: false });
    if (await exists(file)) continue;
    if (!(await vscode.workspace.applyEdit(edit)))
      throw new Error(`${basename(file.path)} cannot be written.`);
    const open = "Open";
    void vscode.window
      .showInformationMessage(`unembed: Saved ${basename(file.path)}.`, open)
      .then((chosen) => {
        if (chosen === open) void vscode.window.showTextDocument(file);
      });
    return;
  }
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}
