// Offers this extension for a prompt file that another extension has opened, once in a workspace. The answer is kept with
// the workspace, and any answer is the last.
//
// A workspace with such a file activates the extension (`workspaceContains`). The other extension's language may have any
// id, so that `onLanguage` cannot name it, and `onStartupFinished` would activate in every workspace.

import { basename } from "node:path";
import * as vscode from "vscode";

import { beginsAsPrompt, isAssociated, isPrompt } from "./foreignText.js";
import { InTurn } from "./inTurn.js";
import { LANGUAGE } from "./prompts.js";
import { said, type Server } from "./server.js";

const KEY = "unembed.foreign";
const ASSOCIATIONS = "files.associations";
const OPEN = "Open as Prompt";
const ALWAYS = "Always for .prompt here";
const NOT = "Not here";

export class Foreign implements vscode.Disposable {
  /** Files that were prompt files in this session: their language was changed by the user. */
  private readonly were = new Set<string>();
  private readonly turns = new InTurn<vscode.TextDocument>(
    (had) =>
      vscode.window.visibleTextEditors
        .map(({ document }) => document)
        .find((document) => !had.has(document.uri.toString()) && this.mayBe(document)),
    (document) => document.uri.toString(),
    (document) => this.offer(document),
  );
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly memory: vscode.Memento,
  ) {
    const remember = (document: vscode.TextDocument): void => {
      if (document.languageId === LANGUAGE) this.were.add(document.uri.toString());
    };
    const look = (): void => void this.turns.look();
    this.disposables = [
      // A document of another language is opened anew.
      vscode.workspace.onDidOpenTextDocument((document) => {
        remember(document);
        look();
      }),
      vscode.window.onDidChangeVisibleTextEditors(look),
    ];
    vscode.workspace.textDocuments.forEach(remember);
    look();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private mayBe(document: vscode.TextDocument): boolean {
    const { uri, languageId } = document;
    if (this.memory.get<boolean>(KEY) === true) return false;
    // No extension makes it plain text: that is a choice.
    if (
      uri.scheme !== "file" ||
      !uri.path.endsWith(".prompt") ||
      [LANGUAGE, "plaintext"].includes(languageId)
    )
      return false;
    if (this.were.has(uri.toString()) || !beginsAsPrompt(document.getText())) return false;
    const set = vscode.workspace
      .getConfiguration("files", uri)
      .get<Record<string, string>>("associations", {});
    return !isAssociated(basename(uri.path), set);
  }

  private async offer(document: vscode.TextDocument): Promise<void> {
    try {
      const uri = document.uri.toString();
      const structure = await this.server.ask("unembed.structure", { uri, text: document.getText() });
      const { languageId } = document;
      if (!isPrompt(structure) || isGone(document)) return;
      const choices = vscode.workspace.workspaceFolders === undefined ? [OPEN, NOT] : [OPEN, ALWAYS, NOT];
      const chosen = await vscode.window.showInformationMessage(
        `This looks like an unembed prompt file. Another extension opened it as ${languageId}.`,
        ...choices,
      );
      await this.memory.update(KEY, true);
      if (chosen === OPEN && !isGone(document))
        await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
      else if (chosen === ALWAYS) await associate();
    } catch (error) {
      this.server.log.debug(`Not offered for ${document.uri.toString()}: ${said(error)}`);
    }
  }
}

/** It was closed, also to be opened in this extension's language. */
function isGone(document: vscode.TextDocument): boolean {
  return document.isClosed || document.languageId === LANGUAGE;
}

/** Gives all `.prompt` files of the workspace to this extension; open ones change at once. */
async function associate(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const before = configuration.inspect<Record<string, string>>(ASSOCIATIONS)?.workspaceValue ?? {};
  await configuration.update(
    ASSOCIATIONS,
    { ...before, "*.prompt": LANGUAGE },
    vscode.ConfigurationTarget.Workspace,
  );
}
