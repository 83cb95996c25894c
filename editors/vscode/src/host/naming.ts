// Gives value vectors a name. A name that the names file has already is never taken without a question: the vectors can
// join it as a group, or replace what it stood for.

import * as vscode from "vscode";

import type { ExistingName } from "../shared/api.js";
import { NAMES_FILE, type Prompts } from "./prompts.js";
import { said, type Server } from "./server.js";
import { listed, sentence } from "./wording.js";

const ADD = "Add to the group";
const REPLACE = "Replace";

export async function nameVectors(
  server: Server,
  prompts: Prompts,
  ids: readonly string[],
  telling: (work: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const document = prompts.current;
  if (document === undefined) {
    void vscode.window.showInformationMessage("unembed: Open a prompt file to name value vectors.");
    return;
  }
  if (ids.length === 0) return;
  const written = await vscode.window.showInputBox({
    title: `Name ${listed(ids)}`,
    prompt: `A name works wherever an id does. It is written to ${NAMES_FILE}, beside your prompts.`,
    placeHolder: "food",
    validateInput: (text) => problemOf(server, text.trim()),
  });
  const name = written?.trim();
  if (name === undefined) return;
  await telling(async () => {
    const uri = document.uri.toString();
    const { vectors } = await server.ask("unembed.check_name", { uri, name });
    const existing = await decided(name, vectors, ids);
    if (existing === null) return;
    await server.ask("unembed.name", { uri, name, ids: [...ids], existing });
  });
}

/** What becomes of the vectors that have the name; null if the user gives up. */
async function decided(
  name: string,
  before: readonly string[],
  ids: readonly string[],
): Promise<ExistingName | null> {
  if (before.length === 0) return "replace";
  // It stands for them already.
  if (ids.every((id) => before.includes(id))) return null;
  const chosen = await vscode.window.showWarningMessage(
    `The name “${name}” stands for ${listed(before)} already.`,
    { modal: true, detail: `A group is switched and set by one line. Add ${listed(ids)}, or replace?` },
    ADD,
    REPLACE,
  );
  if (chosen === undefined) return null;
  return chosen === ADD ? "add" : "replace";
}

async function problemOf(server: Server, name: string): Promise<string | undefined> {
  try {
    const { problem } = await server.ask("unembed.check_name", { name });
    return problem === null ? undefined : sentence(problem);
  } catch (error) {
    return sentence(said(error));
  }
}
