// Which runs of each file the reader chose to see, for all views; kept with the workspace.

import * as vscode from "vscode";

import type { RunChoice } from "../shared/runs.js";

const KEY = "unembed.runs";
const MAX_FILES = 100;

export class Runs implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<{ uri: string; choice: RunChoice }>();
  readonly onChange = this.changed.event;

  constructor(private readonly memory: vscode.Memento) {}

  /** Without a choice for the file, what the settings say. */
  of(uri: string): RunChoice {
    const chosen = this.all[uri];
    const settings = vscode.workspace.getConfiguration("unembed.runs");
    const set = (name: string): string | null => {
      const value = settings.get<string>(name, "");
      return value === "" ? null : value;
    };
    return { shown: chosen?.shown ?? set("shown"), compared: chosen?.compared ?? set("compared") };
  }

  choose(uri: string, choice: RunChoice): void {
    const others = Object.entries(this.all).filter(([other]) => other !== uri);
    void this.memory.update(KEY, Object.fromEntries([[uri, choice], ...others].slice(0, MAX_FILES)));
    this.changed.fire({ uri, choice });
  }

  dispose(): void {
    this.changed.dispose();
  }

  private get all(): Partial<Record<string, RunChoice>> {
    return this.memory.get(KEY, {});
  }
}
