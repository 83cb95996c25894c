// Offers snippets where they are valid. VS Code's own snippets of a language are offered everywhere, in the prompt too.

import * as vscode from "vscode";

import { mayOffer, offersAt } from "./offers.js";
import type { Parts } from "./parts.js";
import { LANGUAGE } from "./prompts.js";
import { said, type Server } from "./server.js";

export function offerSnippets(server: Server, parts: Parts): vscode.Disposable {
  const offer = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
    { triggerCharacter }: vscode.CompletionContext,
  ): Promise<vscode.CompletionItem[]> => {
    const before = document.lineAt(position.line).text.slice(0, position.character);
    // A space asks for a value alone: elsewhere the list would be in the way.
    if (!mayOffer(before) || (triggerCharacter === " " && !before.includes(":"))) return [];
    try {
      const structure = await parts.of(document);
      if (token.isCancellationRequested) return [];
      const lines = document.getText().split(/\r\n|\r|\n/);
      const found = offersAt(lines, structure, position.line, position.character);
      // The word at the cursor is replaced as a whole.
      const rest = /^\w*/.exec((lines[position.line] ?? "").slice(position.character))?.[0] ?? "";
      const range = new vscode.Range(
        position.translate(0, -(found?.typed ?? 0)),
        position.translate(0, rest.length),
      );
      return (found?.offers ?? []).map(({ label, about, body }, index) => {
        const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Snippet);
        item.detail = about;
        item.insertText = new vscode.SnippetString(body);
        item.range = range;
        // The dashes that a file begins with stand for the whole of it.
        if (label === "prompt") item.filterText = before.startsWith("-") ? before : label;
        // After the names and vectors that the server finds.
        item.sortText = `~${index}`;
        return item;
      });
    } catch (error) {
      server.log.debug(`No snippets: ${said(error)}`);
      return [];
    }
  };
  return vscode.languages.registerCompletionItemProvider(
    { language: LANGUAGE },
    { provideCompletionItems: offer },
    " ",
    "-",
  );
}
