// The current file's interventions: what each of its lines does, as the server says, and changes of them, as edits of the
// file. The file is the truth; nothing is shown here.

import * as vscode from "vscode";

import { type InterventionsDocument, readInterventions } from "../shared/documents.js";
import type { InterventionValue, Movement } from "../shared/messages.js";
import { Changes, type Text, type UndoStops } from "./changes.js";
import { Latest } from "./latest.js";
import { type Prompts, readOnly } from "./prompts.js";
import { said, type Server } from "./server.js";

export interface Known {
  document: vscode.TextDocument;
  version: number;
  answer: InterventionsDocument;
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

  /** Changes what an intervention does, by an edit of the current file. */
  async intervene(target: string, value: InterventionValue, movement: Movement = null): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined) throw new Error("Open a prompt file first: interventions are lines of one.");
    if (await readOnly(document)) {
      throw new Error("This file is read-only. Save a copy of it to change its interventions.");
    }
    await this.changes.change(this.text(document), { target, value }, movement);
  }

  private text(document: vscode.TextDocument): Text<vscode.TextEdit> {
    const uri = document.uri.toString();
    return {
      uri,
      get version() {
        return document.version;
      },
      editsFor: async (wanted) => editsOf(await this.server.ask("unembed.intervene", { uri, ...wanted })),
      apply: (edits, stops) => apply(document, edits, stops),
    };
  }

  private async look(): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined || this.server.state.kind === "failed") return;
    const { version } = document;
    try {
      const answer = await this.server.ask("unembed.interventions", { uri: document.uri.toString() });
      if (document !== this.prompts.current) return;
      this.known = { document, version, answer: readInterventions(answer) };
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

interface Place {
  line: number;
  character: number;
}

/** The LSP text edits of an answer. */
export function editsOf(answer: unknown): vscode.TextEdit[] {
  const { edits } = answer as { edits?: { range: { start: Place; end: Place }; newText: string }[] };
  return (edits ?? []).map(({ range: { start, end }, newText }) =>
    vscode.TextEdit.replace(new vscode.Range(start.line, start.character, end.line, end.character), newText),
  );
}
