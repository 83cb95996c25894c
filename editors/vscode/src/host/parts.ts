// Where the parts of the current file are: its model, its prompt, its intervention lines. The server says; see structure.ts.

import * as vscode from "vscode";

import type { EntryDocument, IndexBuild, StructureDocument } from "../shared/api.js";
import { buildOf, type NamedModel } from "../shared/builds.js";
import { Latest } from "./latest.js";
import type { Prompts } from "./prompts.js";
import { said, type Server } from "./server.js";
import { Structures } from "./structure.js";

export class Parts implements vscode.Disposable {
  private readonly structures: Structures<vscode.TextDocument>;
  private readonly changed = new vscode.EventEmitter<void>();
  /** The current file's model is known, or is another one. */
  readonly onModel = this.changed.event;
  private named: string | null = null;
  /** The models that the files of this session name. */
  private readonly seen = new Set<string>();
  private readonly latest: Latest;
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly server: Server,
    private readonly prompts: Prompts,
  ) {
    this.structures = new Structures((document) =>
      server.ask("unembed.structure", { uri: document.uri.toString() }),
    );
    this.latest = new Latest(
      () => this.look(),
      (error) => server.log.debug(`unembed.structure: ${said(error)}`),
    );
    const again = (): void => this.latest.request();
    this.disposables = [
      prompts.onSwitch(() => {
        this.tell(null);
        again();
      }),
      prompts.onEdit(again),
      server.onReady(again),
      this.changed,
    ];
    again();
  }

  /** The model as the current file names it; null if it names none, or before the server has said. */
  get model(): string | null {
    return this.named;
  }

  /** The default model, as the editor's settings have it. */
  get defaultModel(): string {
    return vscode.workspace.getConfiguration("unembed").get("models.default", "starter");
  }

  /** What is known of the current file's model. */
  get naming(): NamedModel {
    return { named: this.named, byDefault: this.defaultModel, others: [...this.seen] };
  }

  /** The build of the index of the current file's model; null if none runs. */
  get build(): IndexBuild | null {
    return buildOf(this.server.builds, this.naming);
  }

  /** The parts of the text as it is now. */
  of(document: vscode.TextDocument): Promise<StructureDocument> {
    return this.structures.of(document);
  }

  /** The intervention on a line, from 0, of the text as it is now. */
  async entryAt(document: vscode.TextDocument, line: number): Promise<EntryDocument | undefined> {
    const { interventions } = await this.of(document);
    return interventions.find((entry) => entry.line - 1 === line);
  }

  dispose(): void {
    this.latest.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async look(): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined) return;
    const { model } = await this.of(document);
    if (document === this.prompts.current) this.tell(model);
  }

  private tell(model: string | null): void {
    if (model === this.named) return;
    if (model !== null) this.seen.add(model);
    this.named = model;
    this.changed.fire();
  }
}
