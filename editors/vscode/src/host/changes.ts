// Changes of a file's interventions, one after the other, and a slider's movement as one step to undo. It knows neither
// the editor nor the server: the text to change is given.

import { isDeepStrictEqual } from "node:util";

import type { InterventionValue, Movement } from "../shared/messages.js";

/** A file's text, as the editor has it. */
export interface Text<Edit> {
  readonly uri: string;
  /** Differs after each change of the text. */
  readonly version: number;
  /** The edits that make the text say what is wanted. */
  editsFor(wanted: Wanted): Promise<Edit[]>;
  /** Whether the editor took them. */
  apply(edits: Edit[], stops: UndoStops): Promise<boolean>;
}

export interface Wanted {
  target: string;
  value: InterventionValue;
  /** The run whose list is changed; null for the server's default. */
  run: string | null;
}

export interface UndoStops {
  undoStopBefore: boolean;
  undoStopAfter: boolean;
}

/** So often the edits are asked for again if the text changed meanwhile. */
const TRIES = 3;

export class Changes {
  private queue: Promise<unknown> = Promise.resolve();
  /** The newest value of a slider that moves. */
  private newest: Wanted | undefined;
  /** What a moving slider wrote last, where, and the text's version after it. */
  private moved: { uri: string; wanted: Wanted; version: number } | undefined;

  /** Of a moving slider only the newest value is written, and its whole movement is one step to undo. */
  change<Edit>(text: Text<Edit>, wanted: Wanted, movement: Movement): Promise<void> {
    this.newest = movement === "moving" ? wanted : undefined;
    const done = this.queue.then(async () => {
      if (movement === "moving" && this.newest !== wanted) return;
      await this.write(text, wanted, movement);
    });
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async write<Edit>(text: Text<Edit>, wanted: Wanted, movement: Movement): Promise<void> {
    const moved =
      movement !== null &&
      this.moved?.uri === text.uri &&
      this.moved.wanted.target === wanted.target &&
      this.moved.wanted.run === wanted.run
        ? this.moved
        : undefined;
    if (moved !== undefined && movement === "released" && isDeepStrictEqual(moved.wanted, wanted)) {
      // The line already says so.
      this.moved = undefined;
      return;
    }
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { version } = text;
      if (moved !== undefined && movement === "released" && moved.version !== version) {
        // The text was changed since, or the movement was undone: it must not be written again.
        this.moved = undefined;
        return;
      }
      const edits = await text.editsFor(wanted);
      // The edits are for the text as it was before.
      if (text.version !== version) continue;
      const stops = { undoStopBefore: moved?.version !== version, undoStopAfter: movement !== "moving" };
      if (edits.length > 0 && !(await text.apply(edits, stops))) {
        if (text.version !== version) continue;
        throw new Error("VS Code refused the edit. The file may be read-only.");
      }
      this.moved = movement === "moving" ? { uri: text.uri, wanted, version: text.version } : undefined;
      return;
    }
    throw new Error("The file changes too fast. Try again.");
  }
}
