// The current file's interventions: what each of its lines does, as the server says, and changes of them, as edits of the
// file. The file is the truth; nothing is shown here.

import * as vscode from "vscode";

import type { NextDocument } from "../shared/api.js";
import type { Intervention, InterventionValue, Movement } from "../shared/messages.js";
import { Changes, type Text, type UndoStops } from "./changes.js";
import { Latest } from "./latest.js";
import type { Parts } from "./parts.js";
import { type Prompts, readOnly } from "./prompts.js";
import { editsOf } from "./ranges.js";
import { said, type Server } from "./server.js";

export interface Known {
  document: vscode.TextDocument;
  version: number;
  interventions: Intervention[];
  next: NextDocument[];
}

export class Interventions implements vscode.Disposable {
  known: Known | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;
  private readonly latest: Latest;
  private readonly disposables: { dispose(): unknown }[];
  private readonly changes = new Changes();

  constructor(
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly parts: Parts,
  ) {
    this.latest = new Latest(
      () => this.look(),
      (error) => server.log.error(said(error)),
    );
    const again = (): void => this.latest.request();
    this.disposables = [
      prompts.onSwitch(() => {
        this.known = undefined;
        this.changed.fire();
        again();
      }),
      prompts.onEdit(again),
      server.onChange(() => {
        if (server.state.kind === "failed" && this.known !== undefined) {
          this.known = undefined;
          this.changed.fire();
        }
      }),
      server.onReady(again),
      this.changed,
    ];
    again();
  }

  dispose(): void {
    this.latest.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** What is known of a document's lines; undefined for any other than the current one. */
  of(document: vscode.TextDocument): Known | undefined {
    return document === this.prompts.current && this.known?.document === document ? this.known : undefined;
  }

  /** Changes what an intervention does, by an edit of the current file. Without `run`, of the server's default run. */
  async intervene(
    target: string,
    value: InterventionValue,
    run: string | null = null,
    movement: Movement = null,
  ): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined) throw new Error("No prompt file is open. Open one to change interventions.");
    if (await readOnly(document)) {
      throw new Error("This file is read-only. Save a copy to change its interventions.");
    }
    await this.changes.change(this.text(document), { target, value, run }, movement);
  }

  private text(document: vscode.TextDocument): Text<vscode.TextEdit> {
    const uri = document.uri.toString();
    return {
      uri,
      get version() {
        return document.version;
      },
      editsFor: async ({ target, value, run }) => {
        const list = run === null ? {} : { run };
        const { edits } = await this.server.ask("unembed.intervene", { uri, target, value, ...list });
        return editsOf(edits);
      },
      apply: (edits, stops) => apply(document, edits, stops),
    };
  }

  private async look(): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined || this.server.state.kind === "failed") return;
    const { version } = document;
    try {
      const [{ interventions: effects, next }, { interventions: entries }] = await Promise.all([
        this.server.ask("unembed.interventions", { uri: document.uri.toString() }),
        this.parts.of(document),
      ]);
      if (document !== this.prompts.current) return;
      const numbers = new Map(entries.map((entry) => [entry.line, entry.number?.value ?? null]));
      const interventions = effects.map((one) => ({ ...one, number: numbers.get(one.line) ?? null }));
      this.known = { document, version, interventions, next };
    } catch (error) {
      // The file's own diagnostics say what is wrong with it.
      this.server.log.debug(`unembed.interventions: ${said(error)}`);
      this.known = undefined;
    }
    this.changed.fire();
  }
}

async function apply(
  document: vscode.TextDocument,
  edits: vscode.TextEdit[],
  stops: UndoStops,
): Promise<boolean> {
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  if (editor !== undefined) {
    return editor.edit((builder) => {
      for (const edit of edits) builder.replace(edit.range, edit.newText);
    }, stops);
  }
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, edits);
  return vscode.workspace.applyEdit(edit);
}
