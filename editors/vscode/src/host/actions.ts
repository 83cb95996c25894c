// What the views' buttons and the palette's commands do outside of a view: restart, show the log, fetch a model, new files,
// names, changes of interventions. Each shows the user its error.

import * as vscode from "vscode";

import type { Action, InterveneMessage } from "../shared/messages.js";
import type { Health } from "./health.js";
import type { Interventions } from "./interventions.js";
import { nameVectors } from "./naming.js";
import type { Parts } from "./parts.js";
import { LANGUAGE, NAMES_FILE, type Prompts } from "./prompts.js";
import { said, type Server } from "./server.js";
import { sentence } from "./wording.js";

/** How to get the program. */
const INSTALL = "walkthrough/install.md";

export class Actions implements vscode.Disposable {
  private readonly retried = new vscode.EventEmitter<void>();
  private readonly named = new vscode.EventEmitter<void>();
  /** Names of value vectors have changed. */
  readonly onNamed = this.named.event;
  private readonly watching: { dispose(): unknown }[];
  /** The user wants what failed to be tried again. */
  readonly onRetry = this.retried.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly parts: Parts,
    private readonly health: Health,
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
        // After the language client has told the server.
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
      case "openSettingsFile":
        await vscode.commands.executeCommand("unembed.openSettingsFile");
        return;
      case "chooseModel":
        await vscode.commands.executeCommand("unembed.chooseModel");
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

  /** Runs the work and shows its error. */
  async telling(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.server.log.error(said(error));
      void vscode.window.showErrorMessage(`unembed: ${sentence(said(error))}`);
    }
  }

  async intervene({ target, value, run, movement }: Omit<InterveneMessage, "type">): Promise<void> {
    await this.telling(() => this.interventions.intervene(target, value, run, movement));
  }

  /** Adds an intervention with the strength that the server offers first. */
  async add(target: string): Promise<void> {
    await this.telling(async () => {
      const uri = this.prompts.current?.uri.toString();
      if (uri === undefined) throw new Error("No prompt file is open. Open one to add an intervention.");
      const { strengths } = await this.server.ask("unembed.strengths", { uri, target });
      await this.interventions.intervene(target, strengths[0]?.value ?? "boost");
    });
  }

  /** Asks the user for a name, and gives it to the vectors. */
  name(ids: readonly string[]): Promise<void> {
    return nameVectors(this.server, this.prompts, ids, (work) => this.telling(work));
  }

  async fetch(id: string | undefined): Promise<void> {
    const model = id ?? this.health.of(this.prompts.current?.uri)?.fetch ?? this.parts.model;
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage("unembed: Trust this workspace to fetch models for it.");
      return;
    }
    if (model === null) {
      void vscode.window.showInformationMessage(
        "unembed: The file names no model to fetch. Write `model: openai-community/gpt2`, for example.",
      );
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

  /** An unsaved copy of the example. */
  async openExample(): Promise<void> {
    const file = vscode.Uri.joinPath(this.context.extensionUri, "walkthrough", "door.prompt");
    const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    const document = await vscode.workspace.openTextDocument({ language: LANGUAGE, content });
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    const end = document.lineAt(Math.max(0, document.lineCount - 2)).range.end;
    editor.selection = new vscode.Selection(end, end);
  }
}
