// What the views' buttons and the palette's commands do that is no view's own: start again, show the log, fetch a model,
// new files, names, changes of interventions. Each tells the user what went wrong, if something did.

import * as vscode from "vscode";

import { readTrace, readVector } from "../shared/documents.js";
import type { Action, InterveneMessage } from "../shared/messages.js";
import type { Interventions } from "./interventions.js";
import { invalidName, NAMES_FILE } from "./names.js";
import { strongValue } from "./numbers.js";
import { modelNamed } from "./prompt.js";
import { LANGUAGE, type Prompts } from "./prompts.js";
import { said, type Server } from "./server.js";
import { sentence } from "./states.js";

/** Where it says how to get the program. */
const INSTALL = "walkthrough/install.md";

export class Actions implements vscode.Disposable {
  private readonly retried = new vscode.EventEmitter<void>();
  private readonly named = new vscode.EventEmitter<void>();
  /** Names of value vectors have changed. */
  readonly onNamed = this.named.event;
  private readonly watching: { dispose(): unknown }[];
  /** Somebody wants what failed tried once more. */
  readonly onRetry = this.retried.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly interventions: Interventions,
  ) {
    const files = vscode.workspace.createFileSystemWatcher(`**/${NAMES_FILE}`);
    const named = (): void => this.named.fire();
    this.watching = [
      files,
      files.onDidChange(named),
      files.onDidCreate(named),
      files.onDidDelete(named),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        // After the server has been told.
        if (document.uri.path.endsWith(`/${NAMES_FILE}`)) setImmediate(named);
      }),
      this.named,
      this.retried,
    ];
  }

  dispose(): void {
    for (const disposable of this.watching) disposable.dispose();
  }

  async act(action: Action): Promise<void> {
    switch (action) {
      case "restart":
        return this.server.restart();
      case "showLog":
        this.server.log.show();
        return;
      case "fetch":
        return this.fetch(undefined);
      case "openSettings":
        await vscode.commands.executeCommand("workbench.action.openSettings", "unembed");
        return;
      case "installServer":
        await vscode.commands.executeCommand(
          "markdown.showPreview",
          vscode.Uri.joinPath(this.context.extensionUri, INSTALL),
        );
        return;
      case "newPrompt":
        return this.newPrompt();
      case "openExample":
        return this.openExample();
      case "showProblems":
        await vscode.commands.executeCommand("workbench.actions.view.problems");
        return;
      case "buildIndex":
      case "retry":
        this.retried.fire();
        return;
      case "trust":
        await vscode.commands.executeCommand("workbench.trust.manage");
        return;
    }
  }

  /** Does it and, if it fails, says why. */
  async telling(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.server.log.error(said(error));
      void vscode.window.showErrorMessage(`unembed: ${sentence(said(error))}`);
    }
  }

  async intervene({
    target,
    value,
    movement,
  }: Pick<InterveneMessage, "target" | "value" | "movement">): Promise<void> {
    await this.telling(() => this.interventions.intervene(target, value, movement));
  }

  /** Adds an intervention that is strong enough to be seen. */
  async add(target: string): Promise<void> {
    await this.telling(async () => {
      const uri = this.prompts.current?.uri.toString();
      if (uri === undefined) throw new Error("Open a prompt file first: an intervention is a line of one.");
      await this.interventions.intervene(target, await this.strength(uri, target));
    });
  }

  private async strength(uri: string, target: string): Promise<number | "boost"> {
    // The vectors of a name may be of several layers.
    if (!/^L\d+D\d+$/.test(target)) return "boost";
    const { layer, norm } = readVector(await this.server.ask("unembed.vector", { uri, id: target }));
    const here = { uri, positions: "last", layers: [layer], top: 1, updates: 1 };
    const { runs } = readTrace(await this.server.ask("unembed.trace", here));
    // A file without a prompt has no position.
    const strongest = runs[0]?.positions[0]?.layers[0]?.updates[0]?.score ?? NaN;
    return strongValue(strongest, norm);
  }

  /** Asks for a name, and gives it. */
  async name(id: string): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined) return;
    const name = await vscode.window.showInputBox({
      title: `Name ${id}`,
      prompt: "A name works wherever an id does. It is written to unembed.names.yaml, beside your prompts.",
      placeHolder: "food",
      validateInput: invalidName,
    });
    if (name === undefined) return;
    await this.telling(() =>
      this.server.ask("unembed.name", { uri: document.uri.toString(), name: name.trim(), ids: [id] }),
    );
  }

  async fetch(id: string | undefined): Promise<void> {
    const { current } = this.prompts;
    const model = id ?? (current === undefined ? null : modelNamed(current.getText()));
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage(
        "unembed: Models are not fetched for a workspace that is not trusted.",
      );
      return;
    }
    if (model === null) {
      void vscode.window.showInformationMessage("unembed: The file names no model to fetch.");
      return;
    }
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress(
      { location, title: `Fetching ${model}`, cancellable: true },
      async (bar, token) => {
        let before = 0;
        await this.telling(async () => {
          try {
            await this.server.ask(
              "unembed.fetch",
              { id: model },
              {
                token,
                progress: ({ message, percentage }) => {
                  const now = percentage ?? before;
                  bar.report({ message, increment: now - before });
                  before = now;
                },
              },
            );
          } catch (error) {
            if (!token.isCancellationRequested) throw error;
          }
        });
      },
    );
    this.retried.fire();
  }

  async newPrompt(): Promise<void> {
    const document = await vscode.workspace.openTextDocument({ language: LANGUAGE, content: "" });
    const editor = await vscode.window.showTextDocument(document);
    const body =
      '---\nconfig:\n  maxOutputTokens: ${1:24}\ninterventions:\ntrack: ["${2: brain}"]\n---\n${0:The structure of the human heart and the}\n';
    await editor.insertSnippet(new vscode.SnippetString(body));
  }

  /** A copy of the example, unsaved, so that it can be changed freely. */
  async openExample(): Promise<void> {
    const file = vscode.Uri.joinPath(this.context.extensionUri, "walkthrough", "heart.prompt");
    const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    const document = await vscode.workspace.openTextDocument({ language: LANGUAGE, content });
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    const end = document.lineAt(Math.max(0, document.lineCount - 2)).range.end;
    editor.selection = new vscode.Selection(end, end);
  }
}
