// The current file's interventions: what each of its lines does, as the server says, and changes of them, as edits of the
// file. The file is the truth; nothing is shown here.

import { isDeepStrictEqual } from "node:util";

import * as vscode from "vscode";

import { type InterventionsDocument, readInterventions } from "../shared/documents.js";
import type { InterventionValue } from "../shared/messages.js";
import { Latest } from "./latest.js";
import { type Prompts, readOnly } from "./prompts.js";
import { said, type Server } from "./server.js";

export interface Known {
  document: vscode.TextDocument;
  version: number;
  answer: InterventionsDocument;
}

/** A change of an intervention. */
interface Wanted {
  target: string;
  value: InterventionValue;
}

/** An edit was refused since the text changed under it: so often the question is put anew. */
const TRIES = 3;

export class Interventions implements vscode.Disposable {
  known: Known | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;
  private readonly latest: Latest;
  private readonly disposables: { dispose(): unknown }[];
  /** Changes of the file, one after the other. */
  private queue: Promise<unknown> = Promise.resolve();
  private live: Wanted | undefined;
  /** What the slider that moves has written last, and the text's version with it. */
  private moved: { wanted: Wanted; version: number } | undefined;

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

  /**
   * Changes what an intervention does. `live` is a slider still moving: of its values only the newest counts, and the
   * whole movement is one step to undo.
   */
  async intervene(target: string, value: InterventionValue, live = false): Promise<boolean> {
    const document = this.prompts.current;
    if (document === undefined) throw new Error("Open a prompt file first: interventions are lines of one.");
    if (await readOnly(document)) {
      throw new Error("This file is read-only. Save a copy of it to change its interventions.");
    }
    const wanted = { target, value };
    this.live = live ? wanted : undefined;
    const done = this.queue.then(async () => {
      if (live && this.live !== wanted) return true;
      return this.change(document, wanted, live);
    });
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async change(document: vscode.TextDocument, wanted: Wanted, live: boolean): Promise<boolean> {
    const { moved } = this;
    if (!live && moved?.version === document.version && isDeepStrictEqual(moved.wanted, wanted)) {
      // The slider is let go where its line is already: whoever takes it back at once must not find it written again.
      this.moved = undefined;
      return true;
    }
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { version } = document;
      const uri = document.uri.toString();
      const answer = await this.server.ask("unembed.intervene", { uri, ...wanted });
      // The answer is about the text as it was when it was asked for.
      if (document.version !== version) continue;
      const edits = editsOf(answer);
      const begins = this.moved?.wanted.target !== wanted.target;
      this.moved = undefined;
      const stops = { undoStopBefore: begins, undoStopAfter: !live };
      if (edits.length > 0 && !(await apply(document, edits, stops))) {
        throw new Error("The editor did not take the change. The file may be read-only.");
      }
      if (live) this.moved = { wanted, version: document.version };
      return true;
    }
    throw new Error("The file changes too fast; try again.");
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
  stops: { undoStopBefore: boolean; undoStopAfter: boolean },
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
