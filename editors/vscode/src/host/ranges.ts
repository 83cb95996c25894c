// The server's places and edits as the editor's own.

import * as vscode from "vscode";

import type { TextChange, TextRange } from "../shared/api.js";

export function rangeOf({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

export function editsOf(changes: readonly TextChange[]): vscode.TextEdit[] {
  return changes.map(({ range, newText }) => vscode.TextEdit.replace(rangeOf(range), newText));
}
