// Where traces are shown: in the bottom panel, and in the editor area for more room. What they show is tracePage.ts.

import * as vscode from "vscode";

import { type Around, TracePage } from "./tracePage.js";

const VIEW = "unembed.tracePanel";

export class TracePanel implements vscode.WebviewViewProvider, vscode.Disposable {
  private page: TracePage | undefined;
  /** A command wants the focus in the page, which is not there yet. */
  private focusing = false;
  private beside: { panel: vscode.WebviewPanel; page: TracePage } | undefined;
  private readonly registered: vscode.Disposable;

  constructor(private readonly around: Around) {
    this.registered = vscode.window.registerWebviewViewProvider(VIEW, this, {
      webviewOptions: { retainContextWhenHidden: true },
    });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const page = new TracePage(this.around, view);
    this.page = page;
    view.onDidChangeVisibility(() => page.refresh());
    view.onDidDispose(() => {
      page.dispose();
      if (this.page === page) this.page = undefined;
    });
    if (this.focusing) page.focus();
    this.focusing = false;
  }

  /** Shows the bottom panel; the keys move from the chosen cell at once. */
  async open(): Promise<void> {
    this.focusing = this.page === undefined;
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    this.page?.focus();
  }

  /** The same in a tab beside the editor. */
  openBeside(): void {
    this.beside ??= this.create();
    this.beside.panel.reveal();
    this.beside.page.focus();
  }

  dispose(): void {
    this.registered.dispose();
    this.page?.dispose();
    this.beside?.panel.dispose();
  }

  private create(): { panel: vscode.WebviewPanel; page: TracePage } {
    const panel = vscode.window.createWebviewPanel("unembed.trace", "Trace", vscode.ViewColumn.Beside, {
      retainContextWhenHidden: true,
    });
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.around.extension, "media", `prompt-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    const page = new TracePage(this.around, panel);
    panel.onDidChangeViewState(() => page.refresh());
    panel.onDidDispose(() => {
      page.dispose();
      this.beside = undefined;
    });
    return { panel, page };
  }
}
