// Steps of an intervention's number, its switch, and the next tokens, shown behind the line while the number moves.

import * as vscode from "vscode";

import type { Intervention } from "../shared/messages.js";
import type { Actions } from "./actions.js";
import { setOff } from "./contrast.js";
import type { Interventions } from "./interventions.js";
import type { Parts } from "./parts.js";
import type { Prompts } from "./prompts.js";
import { rangeOf } from "./ranges.js";
import { stepped } from "./steps.js";
import { previewOf } from "./wording.js";

const TRIES = 3;

export class Stepping implements vscode.Disposable {
  private readonly preview = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 2em" },
  });
  /** The line, from 0, whose number was stepped last, and its target. */
  private current: { line: number; target: string } | undefined;
  private readonly disposables: { dispose(): unknown }[];
  /** A key that is held down repeats faster than the text changes, so steps wait for each other. */
  private steps: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly interventions: Interventions,
    private readonly prompts: Prompts,
    private readonly parts: Parts,
    private readonly actions: Actions,
  ) {
    this.disposables = [
      interventions.onChange(() => this.draw()),
      prompts.onMove(() => this.left()),
      vscode.window.onDidChangeActiveColorTheme(() => this.draw()),
      prompts.onEdit(() => this.moved()),
      prompts.onSwitch(() => this.end()),
      this.preview,
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** `line`, from 1, comes from a lens; without it, the cursor's line is stepped. */
  step(steps: number, line?: number): Promise<void> {
    const { editor } = this.prompts;
    if (editor === undefined) return Promise.resolve();
    const at = line === undefined ? editor.selection.active.line : line - 1;
    this.steps = this.steps.then(() => this.actions.telling(() => this.stepLine(editor, at, steps)));
    return this.steps.then(() => undefined);
  }

  private async stepLine(editor: vscode.TextEditor, at: number, steps: number): Promise<void> {
    const { document } = editor;
    const size = vscode.workspace.getConfiguration("unembed.step").get("size", 0.5);
    for (let tries = 0; tries < TRIES && at < document.lineCount; tries += 1) {
      const entry = await this.parts.entryAt(document, at);
      if (entry === undefined) return;
      this.current = { line: at, target: entry.target };
      const { number } = entry;
      if (number === null) return this.begin(at, steps * size);
      const { version } = document;
      const text = stepped(number.value, steps * size);
      // The editor refuses the edit if the text has changed meanwhile.
      const done = await editor.edit((builder) => builder.replace(rangeOf(number.range), text));
      if (done || document.version === version) return;
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
    await this.actions.intervene({ target: one.target, value: "toggle", run: one.run, movement: null });
  }

  /** Sets a line without a number to a number: a step from the coefficient that the line makes here. */
  private async begin(at: number, step: number): Promise<void> {
    const one = this.at(at);
    if (one === undefined) return;
    const from = Math.round((one.becomes ?? one.coefficient ?? 0) * 10) / 10;
    const value = Number(stepped(from, step));
    await this.actions.intervene({ target: one.target, value, run: one.run, movement: null });
  }

  private at(line: number): Intervention | undefined {
    const document = this.prompts.current;
    const known = document === undefined ? undefined : this.interventions.of(document);
    return known?.interventions.find((one) => one.line - 1 === line);
  }

  private left(): void {
    const { current } = this;
    if (current !== undefined && this.prompts.editor?.selection.active.line !== current.line) this.end();
  }

  /** The preview goes with its line: an undo may put another line there. */
  private moved(): void {
    const { current } = this;
    const document = this.prompts.current;
    if (current === undefined || document === undefined) return;
    const there = current.line < document.lineCount ? document.lineAt(current.line).text : "";
    if (!there.includes(current.target)) this.end();
  }

  private end(): void {
    this.current = undefined;
    this.draw();
  }

  private draw(): void {
    const { editor } = this.prompts;
    if (editor === undefined) return;
    const known = this.interventions.of(editor.document);
    const wanted = vscode.workspace.getConfiguration("unembed.preview").get<boolean>("enabled", true);
    const one = this.current === undefined ? undefined : this.at(this.current.line);
    if (one === undefined || one.target !== this.current?.target || known === undefined || !wanted) {
      editor.setDecorations(this.preview, []);
      return;
    }
    const { range } = editor.document.lineAt(Math.min(this.current.line, editor.document.lineCount - 1));
    // The run that the line belongs to, compared with the default.
    const text = setOff(previewOf(known.next, { shown: one.run, compared: null }));
    editor.setDecorations(this.preview, [{ range, renderOptions: { after: { contentText: text } } }]);
  }
}
