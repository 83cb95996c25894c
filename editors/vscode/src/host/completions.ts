// What the editor changes in the server's completions: a target asks for its values, a value with parts is a snippet of the
// editor's own, and where keys came faster than the answer the server is asked again.

import * as vscode from "vscode";

import { mayOffer } from "./offers.js";

type Found = vscode.CompletionItem[] | vscode.CompletionList | null | undefined;

export async function completed(
  document: vscode.TextDocument,
  position: vscode.Position,
  token: vscode.CancellationToken,
  ask: (position: vscode.Position) => vscode.ProviderResult<Found>,
): Promise<Found> {
  unlisted?.dispose();
  const { found, typed } = await current(document, position, token, ask);
  const all = itemsOf(found);
  if (all.length === 0 && !token.isCancellationRequested) unlisted = askOnChange(document, position);
  const items = all.filter((item) => !labelOf(item).startsWith("{"));
  for (const item of items) {
    thenValues(item);
    if (typed > 0) without(typed, item);
  }
  if (items.length === all.length) return found;
  return new vscode.CompletionList(items, !Array.isArray(found) && found?.isIncomplete === true);
}

/**
 * The answer to the newest text, and how many characters were typed after the question. The server drops a question about a
 * text that has changed since, and the editor, which asks no other question before this one is answered, would end the list.
 * It asks again itself once there is a list.
 */
async function current(
  document: vscode.TextDocument,
  asked: vscode.Position,
  token: vscode.CancellationToken,
  ask: (position: vscode.Position) => vscode.ProviderResult<Found>,
): Promise<{ found: Found; typed: number }> {
  for (let position = asked; ;) {
    const { version } = document;
    const found = await ask(position);
    const answer = { found, typed: position.character - asked.character };
    if (itemsOf(found).length > 0 || document.version === version || token.isCancellationRequested)
      return answer;
    const now = goneOn(document, asked);
    if (now === null) return answer;
    position = now;
  }
}

/** The cursor, if it has gone on from `asked` to a place that may have offers. */
function goneOn(document: vscode.TextDocument, asked: vscode.Position): vscode.Position | null {
  const editor = vscode.window.activeTextEditor;
  const now = editor?.selection.active;
  if (editor?.document !== document || now?.line !== asked.line || now.character <= asked.character)
    return null;
  return mayOffer(document.lineAt(now.line).text.slice(0, now.character)) ? now : null;
}

/** How long a key that the editor had before an empty answer takes at most to be heard of here, in milliseconds. */
const ON_ITS_WAY = 200;
/** How long the editor takes at most to ask about a key itself. */
const OWN_DELAY = 100;
/** The place that had no list when it was asked about. */
let unlisted: vscode.Disposable | undefined;

/** A key that came before an empty answer reached the editor is one that it does not ask about: this does it. */
function askOnChange(document: vscode.TextDocument, asked: vscode.Position): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const changes = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document !== document) return;
    changes.dispose();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (goneOn(document, asked) !== null)
        void vscode.commands.executeCommand("editor.action.triggerSuggest", { auto: true });
    }, OWN_DELAY);
  });
  timer = setTimeout(() => {
    changes.dispose();
  }, ON_ITS_WAY);
  return new vscode.Disposable(() => {
    changes.dispose();
    clearTimeout(timer);
  });
}

function itemsOf(found: Found): vscode.CompletionItem[] {
  return Array.isArray(found) ? found : (found?.items ?? []);
}

/** Ends the item's range where the question was: the editor itself replaces what was typed after it. */
function without(typed: number, item: vscode.CompletionItem): void {
  const cut = ({ start, end }: vscode.Range): vscode.Range =>
    new vscode.Range(start, end.translate(0, -typed));
  const { range } = item;
  if (range === undefined) return;
  item.range =
    "inserting" in range ? { inserting: cut(range.inserting), replacing: cut(range.replacing) } : cut(range);
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
