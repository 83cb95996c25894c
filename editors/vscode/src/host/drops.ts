// A value vector that is dragged from the explorer into a prompt file becomes an intervention, wherever it is dropped.
// (The editor wants Shift for a drag from a view.)

import * as vscode from "vscode";

import { draggedTarget } from "../shared/line.js";
import type { Actions } from "./actions.js";
import { LANGUAGE, type Prompts } from "./prompts.js";

export function takeDrops(prompts: Prompts, actions: Actions): vscode.Disposable {
  return vscode.languages.registerDocumentDropEditProvider(
    { language: LANGUAGE },
    {
      provideDocumentDropEdits: async (document, _, transfer) => {
        const target = draggedTarget((await transfer.get("text/plain")?.asString()) ?? "");
        if (target === null || document !== prompts.current) return undefined;
        void actions.add(target);
        // The server's edit writes the line; nothing is inserted at the place of the drop.
        const edit = new vscode.DocumentDropEdit("");
        edit.title = `Add ${target} as an intervention`;
        return edit;
      },
    },
    { dropMimeTypes: ["text/plain"] },
  );
}
