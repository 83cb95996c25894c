// High contrast: what stands in the text and is none of it has brackets, since its colour alone does not tell.

import * as vscode from "vscode";

export function isHighContrast(): boolean {
  const { HighContrast, HighContrastLight } = vscode.ColorThemeKind;
  return [HighContrast, HighContrastLight].includes(vscode.window.activeColorTheme.kind);
}

/** The text in brackets, in a high contrast theme. */
export function setOff(text: string): string {
  return isHighContrast() && text !== "" ? `[${text}]` : text;
}

export function setOffHint(hint: vscode.InlayHint): vscode.InlayHint {
  if (!isHighContrast()) return hint;
  if (typeof hint.label === "string") {
    hint.label = setOff(hint.label);
    return hint;
  }
  const [open, close] = [new vscode.InlayHintLabelPart("["), new vscode.InlayHintLabelPart("]")];
  hint.label = [open, ...hint.label, close];
  return hint;
}
