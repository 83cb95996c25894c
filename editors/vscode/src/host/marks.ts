// Marks beside the lines of interventions (on, off, no effect here, error) and lenses above them: what each line does in
// its run, a switch, and steps of its number. Draws what interventions.ts knows.

import * as vscode from "vscode";

import type { Intervention } from "../shared/messages.js";
import type { Interventions } from "./interventions.js";
import { effectInRun } from "./wording.js";

const EFFECTS = ["on", "off", "none", "error"] as const;

export class Marks implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly types: Record<(typeof EFFECTS)[number], vscode.TextEditorDecorationType>;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    extension: vscode.Uri,
    private readonly interventions: Interventions,
  ) {
    const icon = (effect: string, theme: string): vscode.Uri =>
      vscode.Uri.joinPath(extension, "media", `mark-${effect}-${theme}.svg`);
    const type = (effect: string): vscode.TextEditorDecorationType =>
      vscode.window.createTextEditorDecorationType({
        light: { gutterIconPath: icon(effect, "light") },
        dark: { gutterIconPath: icon(effect, "dark") },
        gutterIconSize: "contain",
      });
    this.types = { on: type("on"), off: type("off"), none: type("none"), error: type("error") };
    const draw = (): void => {
      this.draw();
      this.changed.fire();
    };
    this.disposables = [
      interventions.onChange(draw),
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("unembed.marks")) draw();
      }),
      vscode.languages.registerCodeLensProvider({ language: "lmprompt" }, this),
      ...Object.values(this.types),
      this.changed,
    ];
    draw();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration("unembed.marks").get<boolean>("lenses", true)) return [];
    const all = this.of(document);
    return all.flatMap((one) => {
      const at = new vscode.Range(one.line - 1, 0, one.line - 1, 0);
      const lens = (title: string, command: string, ...parameters: unknown[]): vscode.CodeLens =>
        new vscode.CodeLens(at, { title, command, arguments: parameters });
      const steps = one.number !== null && one.enabled;
      return [
        lens(effectInRun(one, all), ""),
        lens(one.enabled ? "Disable" : "Enable", "unembed.toggleIntervention", one.line),
        ...(steps ? [lens("−", "unembed.stepDown", one.line), lens("+", "unembed.stepUp", one.line)] : []),
      ];
    });
  }

  private draw(): void {
    const enabled = vscode.workspace.getConfiguration("unembed.marks").get<boolean>("enabled", true);
    for (const editor of vscode.window.visibleTextEditors) {
      const list = enabled ? this.of(editor.document) : [];
      for (const effect of EFFECTS) {
        const lines = list.filter((one) => one.effect === effect);
        editor.setDecorations(
          this.types[effect],
          lines.map((one) => new vscode.Range(one.line - 1, 0, one.line - 1, 0)),
        );
      }
    }
  }

  /** Without the lines that have moved since. */
  private of(document: vscode.TextDocument): Intervention[] {
    const known = this.interventions.of(document)?.interventions ?? [];
    return known.filter(
      (one) => one.line <= document.lineCount && document.lineAt(one.line - 1).text.includes(one.target),
    );
  }
}
