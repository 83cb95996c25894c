// Gives value vectors a name. A name that the names file has already is never taken without a question: the vectors can
// join it as a group, or replace what it stood for.

import * as vscode from "vscode";

import { NAMES_FILE, type Prompts } from "./prompts.js";
import { said, type Server } from "./server.js";
import { sentence } from "./wording.js";

const ADD = "Add to the group";
const REPLACE = "Replace";

export async function nameVectors(
  server: Server,
  prompts: Prompts,
  ids: readonly string[],
  telling: (work: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const document = prompts.current;
  if (document === undefined || ids.length === 0) return;
  const written = await vscode.window.showInputBox({
    title: `Name ${ids.join(", ")}`,
    prompt: `A name works wherever an id does. It is written to ${NAMES_FILE}, beside your prompts.`,
    placeHolder: "food",
    validateInput: (text) => problemOf(server, text.trim()),
  });
  const name = written?.trim();
  if (name === undefined) return;
  await telling(async () => {
    const wanted = await decided(name, await idsOf(server, document, name), ids);
    if (wanted === null) return;
    await server.ask("unembed.name", { uri: document.uri.toString(), name, ids: wanted });
  });
}

/** What the name is to stand for; null if the user gives up. */
async function decided(
  name: string,
  before: readonly string[],
  ids: readonly string[],
): Promise<string[] | null> {
  const group = [...new Set([...before, ...ids])];
  if (before.length === 0) return [...ids];
  // It stands for them already.
  if (group.length === before.length) return null;
  const chosen = await vscode.window.showWarningMessage(
    `The name “${name}” stands for ${before.join(", ")} already.`,
    { modal: true, detail: `A group is switched and set by one line. Add ${ids.join(", ")}, or replace?` },
    ADD,
    REPLACE,
  );
  if (chosen === undefined) return null;
  return chosen === ADD ? group : [...ids];
}

/** What the name stands for now, for the file's model: what it would be in a line of the file. */
async function idsOf(server: Server, document: vscode.TextDocument, name: string): Promise<string[]> {
  const uri = document.uri.toString();
  const { model } = await server.ask("unembed.structure", { uri });
  const about = model === null ? "" : `model: ${JSON.stringify(model)}\n`;
  const text = `---\n${about}interventions:\n  - ${JSON.stringify(name)}: off\n---\n`;
  const { interventions } = await server.ask("unembed.interventions", { uri, text });
  return interventions[0]?.ids ?? [];
}

async function problemOf(server: Server, name: string): Promise<string | undefined> {
  try {
    const { problem } = await server.ask("unembed.check_name", { name });
    return problem === null ? undefined : sentence(problem);
  } catch (error) {
    return sentence(said(error));
  }
}
