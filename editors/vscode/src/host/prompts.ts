// Which prompt file the views are about: the one whose editor was used last and is still open.

import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";

import type { FileInfo } from "../shared/messages.js";

export const LANGUAGE = "lmprompt";
export const NAMES_FILE = "unembed.names.yaml";

export class Prompts implements vscode.Disposable {
  current: vscode.TextDocument | undefined;
  private readonly switched = new vscode.EventEmitter<void>();
  private readonly edited = new vscode.EventEmitter<void>();
  private readonly moved = new vscode.EventEmitter<void>();
  /** The current file is another one, or there is none. */
  readonly onSwitch = this.switched.event;
  /** The current file's text has changed. */
  readonly onEdit = this.edited.event;
  /** The cursor in the current file has moved. */
  readonly onMove = this.moved.event;
  private readonly disposables: { dispose(): unknown }[];

  constructor() {
    this.disposables = [
      vscode.window.onDidChangeActiveTextEditor((editor) => this.look(editor)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.look(vscode.window.activeTextEditor)),
      // A document whose language is changed is opened anew, in the same editor. The language client hears of it first.
      vscode.workspace.onDidOpenTextDocument(() => {
        setImmediate(() => this.look(vscode.window.activeTextEditor));
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document !== this.current) return;
        this.current = undefined;
        this.look(vscode.window.activeTextEditor);
        this.switched.fire();
      }),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document === this.current && event.contentChanges.length > 0) this.edited.fire();
      }),
      vscode.window.onDidChangeTextEditorSelection((event) => {
        if (event.textEditor.document === this.current) this.moved.fire();
      }),
      this.switched,
      this.edited,
      this.moved,
    ];
    this.look(vscode.window.activeTextEditor);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** An editor that shows the current file, the active one first. */
  get editor(): vscode.TextEditor | undefined {
    const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
    return editors.find((editor) => editor !== undefined && editor.document === this.current);
  }

  private look(editor: vscode.TextEditor | undefined): void {
    const open = [editor, ...vscode.window.visibleTextEditors].find(
      (one) => one?.document.languageId === LANGUAGE,
    );
    // A file behind another tab stays the current one.
    const document =
      editor?.document.languageId === LANGUAGE ? editor.document : (this.current ?? open?.document);
    if (document === this.current) return;
    this.current = document;
    this.switched.fire();
  }
}

export async function fileInfo(document: vscode.TextDocument): Promise<FileInfo> {
  return {
    uri: document.uri.toString(),
    name: basename(document.uri.path),
    readOnly: await readOnly(document),
  };
}

export async function readOnly(document: vscode.TextDocument): Promise<boolean> {
  if (document.isUntitled) return false;
  if (vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false) return true;
  if (document.uri.scheme !== "file") return false;
  try {
    await access(document.uri.fsPath, constants.W_OK);
    // The superuser may write everything, so the mode is looked at too.
    const { mode } = await stat(document.uri.fsPath);
    return (mode & 0o222) === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}
