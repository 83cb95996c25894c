// Stepping the number of an intervention, switching it on and off by its line, and what comes next, shown behind the line
// as the number moves.

import * as vscode from "vscode";

import type { Intervention } from "../shared/documents.js";
import type { Actions } from "./actions.js";
import type { Interventions } from "./interventions.js";
import { numberOf, stepped } from "./numbers.js";
import type { Prompts } from "./prompts.js";
import { previewOf } from "./wording.js";

const TRIES = 3;

export class Stepping implements vscode.Disposable {
  private readonly preview = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 2em" },
  });
  /** The line, from 0, that is being stepped. */
  private line: number | undefined;
  private readonly disposables: { dispose(): unknown }[];
  /** One after the other: a key that is held down comes faster than the text changes. */
  private steps: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly interventions: Interventions,
    private readonly prompts: Prompts,
    private readonly actions: Actions,
  ) {
    this.disposables = [
      interventions.onChange(() => this.draw()),
      prompts.onMove(() => this.left()),
      prompts.onSwitch(() => this.end()),
      this.preview,
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** `line`, from 1, where a lens says it; else it is the cursor's. */
  step(steps: number, line?: number): Promise<void> {
    const { editor } = this.prompts;
    if (editor === undefined) return Promise.resolve();
    const at = line === undefined ? editor.selection.active.line : line - 1;
    const done = this.steps.then(() => this.stepLine(editor, at, steps));
    this.steps = done.catch(() => undefined);
    return done;
  }

  private async stepLine(editor: vscode.TextEditor, at: number, steps: number): Promise<void> {
    const { document } = editor;
    const size = vscode.workspace.getConfiguration("unembed.step").get("size", 0.5);
    for (let tries = 0; tries < TRIES && at < document.lineCount; tries += 1) {
      const { version } = document;
      const number = numberOf(document.lineAt(at).text);
      this.line = at;
      if (number === null) return this.begin(at, steps * size);
      const range = new vscode.Range(at, number.start, at, number.end);
      const text = stepped(number.value, steps * size);
      // Refused where the text has changed meanwhile.
      if ((await editor.edit((builder) => builder.replace(range, text))) || document.version === version)
        return;
    }
  }

  async toggle(line?: number): Promise<void> {
    const { editor } = this.prompts;
    if (editor === undefined) return;
    const at = line === undefined ? editor.selection.active.line : line - 1;
    const one = this.at(at);
    if (one === undefined) {
      void vscode.window.showInformationMessage("unembed: There is no intervention on this line.");
      return;
    }
    await this.actions.intervene({ target: one.target, value: "toggle", movement: null });
  }

  /** A line that has no number gets one: a step from what the coefficient is here with it. */
  private async begin(at: number, step: number): Promise<void> {
    const one = this.at(at);
    if (one === undefined) return;
    const from = Math.round((one.intervened ?? one.coefficient ?? 0) * 10) / 10;
    await this.actions.intervene({ target: one.target, value: Number(stepped(from, step)), movement: null });
  }

  private at(line: number): Intervention | undefined {
    const { known } = this.interventions;
    if (known?.document !== this.prompts.current) return undefined;
    return known?.answer.interventions.find((one) => one.line - 1 === line);
  }

  private left(): void {
    if (this.line !== undefined && this.prompts.editor?.selection.active.line !== this.line) this.end();
  }

  private end(): void {
    this.line = undefined;
    this.draw();
  }

  private draw(): void {
    const { editor } = this.prompts;
    const { known } = this.interventions;
    if (editor === undefined) return;
    const wanted = vscode.workspace.getConfiguration("unembed.preview").get<boolean>("enabled", true);
    if (this.line === undefined || known?.document !== editor.document || !wanted) {
      editor.setDecorations(this.preview, []);
      return;
    }
    const { range } = editor.document.lineAt(Math.min(this.line, editor.document.lineCount - 1));
    const text = previewOf(known.answer.next);
    editor.setDecorations(this.preview, [{ range, renderOptions: { after: { contentText: text } } }]);
  }
}
