// The user's settings file, which the program reads for every editor and every project. Some settings can be set only
// there: what a workspace must not decide, such as which folders models are read from.

import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname } from "node:path";
import * as vscode from "vscode";

import { settingsFile } from "./settingsPath.js";

const BEGINNING = `# The settings of unembed for all projects and editors. The server reads the file again within seconds. Then save the
# prompt file to try its model again.

# Names for models, to write behind \`model:\` in a prompt file: a Hugging Face id, or a folder.
# [models.configured]
# small = { id = "openai-community/gpt2" }
# mine = { path = "~/models/mine" }

# Folders that may contain models, so that a prompt file can name a model by its path.
# [models]
# paths = ["~/models"]
`;

/** Opens the file; one with comments alone is made if there is none. */
export async function openSettingsFile(): Promise<void> {
  const own = vscode.workspace
    .getConfiguration("unembed.server")
    .inspect<Record<string, string>>("environment");
  const path = settingsFile(process.platform, { ...process.env, ...own?.globalValue }, homedir());
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, BEGINNING, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
}
