// What the editor adds to the server's code actions: a picker for an action that stands for several, and the line ends of
// a document, which no edit of its text can change.

import * as vscode from "vscode";

import type { ChooseArguments } from "../shared/api.js";

/** The diagnostic of a prompt whose line ends are CRLF. */
const LINE_ENDS = "line-ends";

/** The arguments with the user's choice; undefined if there is none. */
export async function choose(asked: ChooseArguments): Promise<ChooseArguments | undefined> {
  const items = asked.choices.map(({ title: label }, choice) => ({ label, choice }));
  const picked = await vscode.window.showQuickPick(items, { title: asked.title });
  return picked === undefined ? undefined : { ...asked, choice: picked.choice };
}

/** A document has one kind of line end, and the editor writes it for every line of an edit. */
export function withLineEnds<Action extends vscode.CodeAction | vscode.Command>(
  action: Action,
  document: vscode.TextDocument,
): Action {
  if (!(action instanceof vscode.CodeAction)) return action;
  if (!action.diagnostics?.some((diagnostic) => diagnostic.code === LINE_ENDS)) return action;
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(document.uri, [vscode.TextEdit.setEndOfLine(vscode.EndOfLine.LF)]);
  return action;
}
