// Changes of a file's interventions, one after the other, and a slider's movement as one step to undo. Knows neither the
// editor nor the server: the text that it changes is given.

import { isDeepStrictEqual } from "node:util";

import type { InterventionValue, Movement } from "../shared/messages.js";

/** A file's text, as the editor has it. */
export interface Text<Edit> {
  readonly uri: string;
  /** Another one after each change of the text, whoever makes it. */
  readonly version: number;
  /** The edits that make it so, for the text as it is. */
  editsFor(wanted: Wanted): Promise<Edit[]>;
  /** Whether the editor took them. */
  apply(edits: Edit[], stops: UndoStops): Promise<boolean>;
}

export interface Wanted {
  target: string;
  value: InterventionValue;
}

export interface UndoStops {
  undoStopBefore: boolean;
  undoStopAfter: boolean;
}

/** The text changed while its edits were asked for: so often they are asked for anew. */
const TRIES = 3;

export class Changes {
  private queue: Promise<unknown> = Promise.resolve();
  /** The newest that a slider that moves wants. */
  private newest: Wanted | undefined;
  /** What the slider that moves has written last, where, and the text's version with it. */
  private moved: { uri: string; wanted: Wanted; version: number } | undefined;

  /** Of what a moving slider asks for only the newest is done, and its whole movement is one step to undo. */
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
      movement !== null && this.moved?.uri === text.uri && this.moved.wanted.target === wanted.target
        ? this.moved
        : undefined;
    if (moved !== undefined && movement === "released" && isDeepStrictEqual(moved.wanted, wanted)) {
      // It is let go where its line is already.
      this.moved = undefined;
      return;
    }
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { version } = text;
      if (moved !== undefined && movement === "released" && moved.version !== version) {
        // Whoever changed the text since, or took the movement back, must not find it written again.
        this.moved = undefined;
        return;
      }
      const edits = await text.editsFor(wanted);
      // The answer is about the text as it was when it was asked for.
      if (text.version !== version) continue;
      const stops = { undoStopBefore: moved?.version !== version, undoStopAfter: movement !== "moving" };
      if (edits.length > 0 && !(await text.apply(edits, stops))) {
        if (text.version !== version) continue;
        throw new Error("The editor did not take the change. The file may be read-only.");
      }
      this.moved = movement === "moving" ? { uri: text.uri, wanted, version: text.version } : undefined;
      return;
    }
    throw new Error("The file changes too fast; try again.");
  }
}
