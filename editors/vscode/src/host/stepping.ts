// Stepping the number of an intervention, switching it on and off by its line, and what comes next, shown behind the line
// as the number moves.

import * as vscode from "vscode";

import type { Intervention } from "../shared/documents.js";
import type { Actions } from "./actions.js";
import type { Interventions } from "./interventions.js";
import { numberOf, stepped } from "./numbers.js";
import type { Prompts } from "./prompts.js";
import { previewOf } from "./wording.js";

export class Stepping implements vscode.Disposable {
  private readonly preview = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 2em" },
  });
  /** The line, from 0, that is being stepped. */
  private line: number | undefined;
  private readonly disposables: { dispose(): unknown }[];

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
  async step(steps: number, line?: number): Promise<void> {
    const { editor } = this.prompts;
    if (editor === undefined) return;
    const at = line === undefined ? editor.selection.active.line : line - 1;
    const number = numberOf(editor.document.lineAt(at).text);
    const size = vscode.workspace.getConfiguration("unembed.step").get("size", 0.5);
    this.line = at;
    if (number === null) {
      await this.begin(at, steps * size);
      return;
    }
    const range = new vscode.Range(at, number.start, at, number.end);
    const text = stepped(number.value, steps * size);
    await editor.edit((builder) => builder.replace(range, text));
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
