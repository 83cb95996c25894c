// Generation's host: runs the current file, passes on the text as it comes, and puts a result where it is wanted. The page
// beside the editor is src/views/generation.

import { basename } from "node:path";
import * as vscode from "vscode";

import { type GenerateDocument, readGenerate, readTrace } from "../shared/documents.js";
import type { GeneratedTokens, GenerationToHost, HostToGeneration } from "../shared/messages.js";
import type { Actions } from "./actions.js";
import { promptEnd, promptOf } from "./prompt.js";
import { fileInfo, type Prompts, readOnly } from "./prompts.js";
import { said, type Piece, type Server } from "./server.js";
import { failure, noPrompt, sentence, unavailable } from "./states.js";
import { Channel, setPage } from "./webviews.js";

/** What is shown, so that a page that comes later can be told. */
interface Shown {
  document: vscode.TextDocument;
  version: number;
  prompt: string;
  pieces: Piece[];
  result: GenerateDocument | undefined;
  tokens: GeneratedTokens[];
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
    private readonly actions: Actions,
    private readonly openCard: (id: string) => Promise<void>,
  ) {
    this.disposables = [
      server.onPiece((piece) => this.piece(piece)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.shown?.document && contentChanges.length > 0)
          this.channel?.send({ type: "outdated" });
      }),
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
    const shown: Shown = {
      document,
      version: document.version,
      prompt: promptOf(document.getText()),
      pieces: [],
      result: undefined,
      tokens: [],
    };
    this.shown = shown;
    if (this.panel !== undefined) this.panel.title = `Generation: ${basename(document.uri.path)}`;
    await this.tellStarted(shown);
    const uri = document.uri.toString();
    try {
      const answer = await this.server.ask(
        "unembed.generate",
        { uri },
        {
          token: running.token,
          named: (token) => (this.named = token),
        },
      );
      if (this.shown !== shown) return;
      shown.result = readGenerate(answer);
      await this.tellResult(shown);
      shown.tokens = await this.tokens(uri, shown.result, running.token);
      if (this.shown === shown && shown.tokens.length > 0) await this.tellResult(shown);
    } catch (error) {
      if (this.shown !== shown) return;
      if (running.token.isCancellationRequested) this.channel?.send({ type: "stopped", message: null });
      else if (shown.result === undefined) this.tellFailed(shown, error);
      else this.server.log.warn(`The generated tokens cannot be traced: ${said(error)}`);
    } finally {
      if (this.running === running) this.running = undefined;
      running.dispose();
    }
  }

  /** Each generated token's text, from the trace of as many as there are. */
  private async tokens(
    uri: string,
    document: GenerateDocument,
    token: vscode.CancellationToken,
  ): Promise<GeneratedTokens[]> {
    const generated = Math.max(0, ...document.runs.map((run) => run.ids.length));
    if (generated === 0) return [];
    const answer = await this.server.ask(
      "unembed.trace",
      { uri, positions: "last", layers: [0], top: 1, updates: 0, generated },
      { token },
    );
    return readTrace(answer).runs.map((run) => ({
      run: run.name,
      tokens: run.tokens.slice(document.prompt_ids.length),
    }));
  }

  private async tellStarted(shown: Shown): Promise<void> {
    this.channel?.send({ type: "started", file: await fileInfo(shown.document), prompt: shown.prompt });
    const gone = unavailable(this.server);
    if (gone !== undefined) this.channel?.send(gone);
  }

  private async tellResult(shown: Shown): Promise<void> {
    if (shown.result === undefined) return;
    const file = await fileInfo(shown.document);
    this.channel?.send({
      type: "result",
      file,
      prompt: shown.prompt,
      document: shown.result,
      tokens: shown.tokens,
    });
    if (shown.document.version !== shown.version) this.channel?.send({ type: "outdated" });
  }

  private tellFailed(shown: Shown, error: unknown): void {
    if (shown.pieces.length > 0) this.channel?.send({ type: "stopped", message: sentence(said(error)) });
    else this.channel?.send(failure(error, this.server));
  }

  private piece(piece: Piece): void {
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
      const document = readTrace(await this.server.ask("unembed.trace", question));
      this.channel?.send({ type: "column", ask, document });
    } catch (error) {
      this.channel?.send({ type: "failed", ask, message: sentence(said(error)) });
    }
  }

  /** A card is of the current file's model, and its buttons write into that file: so this text's file becomes it. */
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
    if (shown === undefined || run === undefined) throw new Error("There is no text yet.");
    switch (how) {
      case "copy":
        return vscode.env.clipboard.writeText(run.text);
      case "insert":
        return insert(shown.document, run.text);
      case "save":
        return save(shown.document, `${shown.prompt}${run.text}\n`, name);
    }
  }
}

async function insert(document: vscode.TextDocument, text: string): Promise<void> {
  if (await readOnly(document)) throw new Error("This file is read-only. Copy the text instead.");
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(promptEnd(document.getText())), text);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error("The editor did not take the text.");
}

/** In a file beside the prompt, under a name that is free. */
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
