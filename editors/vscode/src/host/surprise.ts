// Colours a prompt's tokens by how much they surprised the model, from the server's semantic tokens. Themes have no such
// colour, so the extension defines its own, which users can change.

import * as vscode from "vscode";

import type { Server } from "./server.js";

const SHADES = ["unlikely", "surprising"] as const;

export function showSurprise(server: Server): vscode.Disposable {
  const types = SHADES.map((shade) =>
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor(`unembed.${shade}`),
      borderColor: new vscode.ThemeColor(`unembed.${shade}Border`),
      borderStyle: shade === "surprising" ? "solid" : "dotted",
      borderWidth: "0 0 1px 0",
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );
  const listening = server.onSemanticTokens(({ document, tokens }) => {
    const legend = server.tokenModifiers;
    const ranges = SHADES.map((shade) => rangesOf(tokens.data, legend.indexOf(shade)));
    for (const editor of vscode.window.visibleTextEditors.filter((one) => one.document === document)) {
      types.forEach((type, index) => editor.setDecorations(type, ranges[index] ?? []));
    }
  });
  return vscode.Disposable.from(listening, ...types);
}

/** The places of the tokens with a modifier. LSP encodes a token in five numbers, relative to the token before. */
export function rangesOf(data: Uint32Array, modifier: number): vscode.Range[] {
  const ranges: vscode.Range[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [lines = 0, characters = 0, length = 0, , modifiers = 0] = data.subarray(at, at + 5);
    character = lines === 0 ? character + characters : characters;
    line += lines;
    if (modifier >= 0 && ((modifiers >> modifier) & 1) === 1) {
      ranges.push(new vscode.Range(line, character, line, character + length));
    }
  }
  return ranges;
}
