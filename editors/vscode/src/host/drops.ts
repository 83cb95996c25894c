// A value vector that is dragged out of the explorer into a prompt file becomes an intervention of it, wherever it is
// dropped. (The editor asks for Shift when something is dragged in from a view.)

import * as vscode from "vscode";

import type { Actions } from "./actions.js";
import { LANGUAGE, type Prompts } from "./prompts.js";

export function takeDrops(prompts: Prompts, actions: Actions): vscode.Disposable {
  return vscode.languages.registerDocumentDropEditProvider(
    { language: LANGUAGE },
    {
      provideDocumentDropEdits: async (document, _, transfer) => {
        const text = (await transfer.get("text/plain")?.asString())?.trim() ?? "";
        const target = /^(?:- )?(L\d+D\d+)\b/.exec(text)?.[1];
        if (target === undefined || document !== prompts.current) return undefined;
        void actions.add(target);
        // The line is written by the server's own edit; at the place of the drop nothing is.
        const edit = new vscode.DocumentDropEdit("");
        edit.title = `Add ${target} as an intervention`;
        return edit;
      },
    },
    { dropMimeTypes: ["text/plain"] },
  );
}
