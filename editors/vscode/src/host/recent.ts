// The value vectors whose cards were opened last, for the explorer; kept with the workspace.

import * as vscode from "vscode";

import type { VectorDocument } from "../shared/api.js";
import type { RecentVector } from "../shared/messages.js";

const KEY = "unembed.recent";
const MOST = 30;

export class Recent implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;

  constructor(private readonly memory: vscode.Memento) {}

  get list(): RecentVector[] {
    return this.memory.get<RecentVector[]>(KEY, []);
  }

  add(card: VectorDocument): void {
    const words = card.top.filter((word) => !word.undertrained).slice(0, 4);
    const entry = { id: card.id, name: card.name, words: words.map((word) => word.token.trim()) };
    const others = this.list.filter((other) => other.id !== card.id);
    void this.memory.update(KEY, [entry, ...others].slice(0, MOST));
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
