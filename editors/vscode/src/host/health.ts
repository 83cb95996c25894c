// Whether the model of each open file can be used, as the file's own diagnostics say. The server's status is that of all
// files of the session, so it does not say which of them has the problem.

import * as vscode from "vscode";

import type { ModelProblem } from "../shared/builds.js";
import { said } from "./server.js";

/** The code of the server's diagnostic. */
const NO_MODEL = "no-model";

export class Health implements vscode.Disposable {
  private readonly known = new Map<string, ModelProblem>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  /** The file's model has a problem, another one, or none any more. */
  readonly onChange = this.changed.event;
  private readonly disposables: { dispose(): unknown }[];

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.disposables = [
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) void this.look(uri);
      }),
      this.changed,
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Why the file's model cannot be used; null if it can, or the server has not said yet. */
  of(uri: vscode.Uri | undefined): ModelProblem | null {
    return uri === undefined ? null : (this.known.get(uri.toString()) ?? null);
  }

  private async look(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    const message = messageOf(uri);
    if (message === this.known.get(key)?.message) return;
    if (message === undefined) {
      this.known.delete(key);
    } else {
      const fetch = await this.fetchable(uri);
      if (messageOf(uri) !== message) return;
      this.known.set(key, { message, fetch });
    }
    this.changed.fire(uri);
  }

  /** The id that can be fetched, which the file's lens offers. */
  private async fetchable(uri: vscode.Uri): Promise<string | null> {
    try {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        uri,
      );
      const lens = lenses.find(({ command }) => command?.command === "unembed.fetch");
      const [argument] = (lens?.command?.arguments ?? []) as { id?: unknown }[];
      return typeof argument?.id === "string" ? argument.id : null;
    } catch (error) {
      this.log.debug(`No lenses of ${uri.toString()}: ${said(error)}`);
      return null;
    }
  }
}

function messageOf(uri: vscode.Uri): string | undefined {
  const own = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "unembed");
  return own.find(({ code }) => code === NO_MODEL)?.message;
}
