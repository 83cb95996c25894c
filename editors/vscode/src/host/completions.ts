// What the editor changes in the server's completions: a target asks for its values, a value with parts is a snippet of the
// editor's own, and where keys came faster than the answer the question is asked again.

import * as vscode from "vscode";

import { mayOffer } from "./offers.js";

type Found = vscode.CompletionItem[] | vscode.CompletionList | null | undefined;

export async function completed(
  document: vscode.TextDocument,
  position: vscode.Position,
  token: vscode.CancellationToken,
  ask: () => vscode.ProviderResult<Found>,
): Promise<Found> {
  const { version } = document;
  const found = await ask();
  const all = Array.isArray(found) ? found : (found?.items ?? []);
  const items = all.filter((item) => !labelOf(item).startsWith("{"));
  for (const item of items) thenValues(item);
  if (items.length === 0 && document.version !== version && !token.isCancellationRequested)
    again(document, position);
  if (items.length === all.length) return found;
  return new vscode.CompletionList(items, !Array.isArray(found) && found?.isIncomplete === true);
}

function labelOf({ label }: vscode.CompletionItem): string {
  return typeof label === "string" ? label : label.label;
}

/** An item that ends where a value begins opens the list again. */
function thenValues(item: vscode.CompletionItem): void {
  const { insertText } = item;
  const text = typeof insertText === "string" ? insertText : insertText?.value;
  if (text?.endsWith(": ") !== true || item.command !== undefined) return;
  item.command = { command: "editor.action.triggerSuggest", title: "Offer values" };
}

/**
 * While a question is open, the editor asks no other, and an empty answer ends the list, although it is one about the
 * letters before the last. Without a list there is no message that it is empty.
 */
function again(document: vscode.TextDocument, { line, character }: vscode.Position): void {
  const editor = vscode.window.activeTextEditor;
  const now = editor?.selection.active;
  if (editor?.document !== document || now?.line !== line || now.character <= character) return;
  if (!mayOffer(document.lineAt(line).text.slice(0, now.character))) return;
  void vscode.commands.executeCommand("editor.action.triggerSuggest", { auto: true });
}
