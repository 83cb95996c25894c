// The runs in view, where each parts from the one that it is compared with, and a line about it. No elements.

import { baseOf, comparedRuns, type RunChoice } from "../../shared/runs.js";
import { firstParting, partings, type RunText } from "./continuation.js";

/** A run in view. */
export interface ShownRun extends RunText {
  /** The index of its first token that differs; null without one. */
  parts: number | null;
  /** Whether the others are compared with it. */
  isBase: boolean;
}

/** All runs, or the chosen one and the one that it is compared with. */
export function shownRuns(runs: readonly RunText[], choice: RunChoice, all: boolean): ShownRun[] {
  const names = runs.map((run) => run.name);
  const pair = comparedRuns(names, choice)?.order ?? [];
  const whole = all || names.length < 3;
  const base = whole ? baseOf(names, choice) : (pair[0] ?? null);
  const inView = whole ? runs : pair.flatMap((name) => runs.find((run) => run.name === name) ?? []);
  const parts = partings(inView, base);
  return inView.map((run, index) => ({ ...run, parts: parts[index] ?? null, isBase: run.name === base }));
}

export function summaryOf(inView: readonly ShownRun[]): string {
  if (inView.length === 0) return "";
  if (inView.length === 1) return "no intervention is on";
  if (inView.length === 2) {
    const parting = firstParting(inView.map((run) => run.parts));
    return parting === null ? "the runs are the same" : `the runs differ from token ${parting + 1} on`;
  }
  const base = inView.find((run) => run.isBase)?.name ?? "";
  const places = inView
    .filter((run) => !run.isBase)
    .map(({ name, parts }) =>
      parts === null ? `${name} is the same` : `${name} differs from token ${parts + 1} on`,
    );
  return `compared with ${base}: ${places.join(", ")}`;
}
