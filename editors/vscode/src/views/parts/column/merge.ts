// The runs of one position, merged for comparison: which tokens, which sub-updates, and how they changed. No elements.

import type { GuessDocument, PositionDocument, UpdateDocument } from "../../../shared/api.js";

/** A position in one run. */
export interface RunPosition {
  name: string;
  position: PositionDocument;
}

/** What a column shows of a position. */
export interface InView {
  /** In reading order: the last one is compared with the first. */
  runs: RunPosition[];
  /** Those of them that are drawn in full. */
  full: RunPosition[];
}

export type Change = "up" | "down" | "same" | "new" | "gone";

export interface NextRow {
  id: number;
  token: string;
  bytes: number[] | undefined;
  /** The probability in each run; null if the token is not in that run's list. */
  p: (number | null)[];
  change: Change;
}

/** More tokens that only earlier runs list would push the others out of sight. */
const MAX_GONE = 4;

/** The tokens of all lists: first those of the last list, in its order, then the likeliest that only others have. */
export function nextRows(lists: readonly (readonly GuessDocument[])[]): NextRow[] {
  const last = lists.length - 1;
  const rows = new Map<number, NextRow>();
  let gone = 0;
  for (const [index, list] of [...lists.entries()].reverse()) {
    for (const { id, token, bytes, p } of list) {
      let row = rows.get(id);
      if (row === undefined) {
        if (index < last) gone += 1;
        if (gone > MAX_GONE) continue;
        row = { id, token, bytes, p: lists.map(() => null), change: "same" };
        rows.set(id, row);
      }
      row.p[index] = p;
    }
  }
  for (const row of rows.values()) row.change = changeOf(row.p[0] ?? null, row.p[last] ?? null);
  return [...rows.values()];
}

/** A change by less than a twentieth does not show in a table with two digits. */
function changeOf(from: number | null, to: number | null): Change {
  if (from === null) return to === null ? "same" : "new";
  if (to === null) return "gone";
  if (Math.abs(to - from) < 0.0005 || Math.abs(to - from) < from * 0.05) return "same";
  return to > from ? "up" : "down";
}

export interface UpdateRow {
  id: string;
  name: string | null;
  /** What it promotes in the last run that has it. The sign of its coefficient decides which end of the vector that is. */
  words: string[];
  /** In each run; null if it is not among that run's dominant ones. */
  updates: (UpdateDocument | null)[];
}

/** The sub-updates of all lists, the largest score in any of them first. */
export function updateRows(lists: readonly (readonly UpdateDocument[])[]): UpdateRow[] {
  const rows = new Map<string, UpdateRow>();
  lists.forEach((list, index) => {
    for (const update of list) {
      const { id, name = null, words = [] } = update;
      let row = rows.get(id);
      if (row === undefined) {
        row = { id, name, words: [], updates: lists.map(() => null) };
        rows.set(id, row);
      }
      row.words = words;
      row.updates[index] = update;
    }
  });
  const score = (row: UpdateRow): number => Math.max(...row.updates.map((update) => update?.score ?? 0));
  return [...rows.values()].sort((a, b) => score(b) - score(a));
}

/** The update in the last run that has it. */
export function latest(row: UpdateRow): UpdateDocument | null {
  return row.updates.findLast((update) => update !== null) ?? null;
}

/** The largest score and the largest KL of a position over its runs, which its bars are scaled by. */
export function scales(runs: readonly RunPosition[]): { score: number; kl: number } {
  const layers = runs.flatMap(({ position }) => position.layers);
  return {
    score: Math.max(1e-6, ...layers.flatMap((layer) => layer.updates.map((update) => update.score))),
    kl: Math.max(1e-6, ...layers.map((layer) => layer.kl)),
  };
}
