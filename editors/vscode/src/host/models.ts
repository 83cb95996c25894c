// Chooses the model of the current file, as a notebook's kernel is chosen: a list of the models that the program knows, and
// what else one may want there. The choice is an edit of the file.

import { basename } from "node:path";
import * as vscode from "vscode";

import type { ListedModelDocument, ModelsDocument } from "../shared/api.js";
import { checked } from "../shared/schema.js";
import { modelEdit, edited } from "./modelLine.js";
import type { Parts } from "./parts.js";
import { type Prompts, readOnly } from "./prompts.js";
import { rangeOf } from "./ranges.js";
import { said, type Server } from "./server.js";

interface Entry extends vscode.QuickPickItem {
  run?: () => unknown;
}

export class Models {
  constructor(
    private readonly server: Server,
    private readonly prompts: Prompts,
    private readonly parts: Parts,
    /** Runs the work and shows its error. */
    private readonly telling: (work: () => Promise<unknown>) => Promise<void>,
  ) {}

  async choose(): Promise<void> {
    const document = this.prompts.current;
    const entries = this.entries(document);
    const chosen = await vscode.window.showQuickPick<Entry>(entries, {
      title: document === undefined ? "unembed" : `Model of ${basename(document.uri.path)}`,
      placeHolder: `Now ${this.parts.model ?? `${this.parts.defaultModel}, the default`}`,
      matchOnDescription: true,
    });
    await chosen?.run?.();
  }

  private async entries(document: vscode.TextDocument | undefined): Promise<Entry[]> {
    const heading = (label: string): Entry => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const command = (label: string, name: string): Entry => ({
      label,
      run: () => vscode.commands.executeCommand(name),
    });
    const others = [
      heading("Server"),
      command("$(output) Show Log", "unembed.showLog"),
      command("$(debug-restart) Restart Server", "unembed.restartServer"),
      command("$(gear) Open Settings File", "unembed.openSettingsFile"),
    ];
    if (document === undefined) return others;
    const models = (await this.list()).map((model) => this.entry(document, model));
    const enter = { label: "$(edit) Enter an id or folder…", run: () => this.enter(document) };
    return [heading("Models"), ...models, enter, ...others];
  }

  private entry(document: vscode.TextDocument, model: ListedModelDocument): Entry {
    const { name, sizes, precision, folder, error } = model;
    const own = this.parts.model === null ? model.default : this.parts.model === name;
    const size = sizes === null ? "" : `${sizes.layers} layers of ${sizes.width}, ${precision}`;
    const description = [size, model.default ? "default" : ""].filter((part) => part !== "").join(" · ");
    return {
      label: `$(${own ? "check" : error === null ? "circuit-board" : "warning"}) ${name}`,
      description,
      ...(error === null ? (folder === null ? {} : { detail: folder }) : { detail: error }),
      run: () => this.telling(() => this.write(document, name)),
    };
  }

  private async enter(document: vscode.TextDocument): Promise<void> {
    const value = this.parts.model ?? "";
    const model = await vscode.window.showInputBox({
      title: `Model of ${basename(document.uri.path)}`,
      prompt: "A Hugging Face id, such as openai-community/gpt2, or the path of a folder.",
      value,
      valueSelection: [0, value.length],
      validateInput: (text) => (/^\s*$/.test(text) ? "Write an id or a folder." : undefined),
    });
    if (model !== undefined) await this.telling(() => this.write(document, model.trim()));
  }

  /** The models that the program lists; the one inside of it where it cannot list them. */
  private async list(): Promise<ListedModelDocument[]> {
    try {
      const text = await this.server.output(["models", "--json", "--quiet"]);
      return checked(JSON.parse(text) as ModelsDocument).models;
    } catch (error) {
      this.server.log.warn(`The program does not list its models: ${said(error)}`);
      const starter = { name: "starter", folder: null, precision: "", sizes: null, error: null };
      return [{ ...starter, default: this.parts.defaultModel === "starter" }];
    }
  }

  private async write(document: vscode.TextDocument, model: string): Promise<void> {
    if (await readOnly(document)) throw new Error("This file is read-only. Save a copy to change its model.");
    const { version } = document;
    const before = await this.parts.of(document);
    if (before.model === model) return;
    const text = document.getText();
    const edit = modelEdit(before, model);
    // The file has other forms of a key than a line of its own.
    const wanted = edited(text, edit);
    const uri = document.uri.toString();
    const after = await this.server.ask("unembed.structure", { uri, text: wanted });
    if (after.model !== model)
      throw new Error(`Write the model into the front matter by hand: model: ${model}`);
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, rangeOf(edit.range), edit.newText);
    if (document.version !== version || !(await vscode.workspace.applyEdit(change))) {
      throw new Error("The file has changed. Choose the model again.");
    }
  }
}
