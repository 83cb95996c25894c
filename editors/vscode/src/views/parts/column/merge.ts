// Two runs of one position laid side by side: which tokens, which sub-updates, and how they changed. No elements.

import type { Guess, Position, Update } from "../../../shared/documents.js";

/** A position in the run shown first and, where there is one, in the run that it is compared with. */
export interface Pair {
  names: [string, string | null];
  first: Position;
  second: Position | null;
}

/** Which of a pair's runs somebody looks at. */
export type Focus = "first" | "second" | "both";

export type Change = "up" | "down" | "same" | "new" | "gone";

export interface NextRow {
  id: number;
  token: string;
  bytes: number[] | null;
  /** Null where it is not among the tokens that the trace lists. */
  first: number | null;
  second: number | null;
  change: Change;
}

/** More of those that went would push what matters out of sight. */
const GONE = 4;

/** The tokens of both lists, the second run's order first; of those that only the first has, the likeliest. */
export function nextRows(first: readonly Guess[], second: readonly Guess[] | null): NextRow[] {
  let gone = 0;
  const rows = new Map<number, NextRow>();
  for (const guess of second ?? []) {
    const { id, token, bytes, p } = guess;
    rows.set(id, { id, token, bytes, first: null, second: p, change: "new" });
  }
  for (const { id, token, bytes, p } of first) {
    const row = rows.get(id);
    if (row === undefined) {
      gone += 1;
      if (second !== null && gone > GONE) continue;
      rows.set(id, { id, token, bytes, first: p, second: null, change: second === null ? "same" : "gone" });
    } else {
      row.first = p;
      row.change = changeOf(p, row.second ?? 0);
    }
  }
  return [...rows.values()];
}

/** Less than a twentieth of itself is no change that a table with two digits would show. */
function changeOf(from: number, to: number): Change {
  if (Math.abs(to - from) < 0.0005 || Math.abs(to - from) < from * 0.05) return "same";
  return to > from ? "up" : "down";
}

export interface UpdateRow {
  id: string;
  name: string | null;
  words: string[];
  first: Update | null;
  second: Update | null;
}

/** The sub-updates of either run, the largest score in either first. */
export function updateRows(first: readonly Update[], second: readonly Update[] | null): UpdateRow[] {
  const rows = new Map<string, UpdateRow>();
  for (const update of first) {
    const { id, name, words } = update;
    rows.set(id, { id, name, words, first: update, second: null });
  }
  for (const update of second ?? []) {
    const { id, name, words } = update;
    const row = rows.get(id);
    if (row === undefined) rows.set(id, { id, name, words, first: null, second: update });
    else row.second = update;
  }
  const score = (row: UpdateRow): number => Math.max(row.first?.score ?? 0, row.second?.score ?? 0);
  return [...rows.values()].sort((a, b) => score(b) - score(a));
}

/** The largest score and the largest KL of a position, over its runs: what its bars are measured by. */
export function scales(positions: readonly Position[]): { score: number; kl: number } {
  const layers = positions.flatMap((position) => position.layers);
  return {
    score: Math.max(1e-6, ...layers.flatMap((layer) => layer.updates.map((update) => update.score))),
    kl: Math.max(1e-6, ...layers.map((layer) => layer.kl)),
  };
}

/** The sub-updates of the runs that are looked at. */
export function focused(pair: Pair, focus: Focus, index: number): UpdateRow[] {
  const first = pair.first.layers[index]?.updates ?? [];
  const second = pair.second?.layers[index]?.updates ?? [];
  if (pair.second === null || focus === "first") return updateRows(first, null);
  if (focus === "second") return updateRows(second, null);
  return updateRows(first, second);
}
