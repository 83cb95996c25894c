// What the editor's own places (lenses, text behind a line, messages) say. Data in, a line of text out.

import type { EffectDocument, NextDocument } from "../shared/api.js";
import { type RunChoice, runsInView } from "../shared/runs.js";

/** What an intervention does, in a few words. */
export function effectOf(one: EffectDocument): string {
  const from = one.coefficient === null ? "" : shown(one.coefficient);
  switch (one.effect) {
    case "on":
      return one.becomes === null || from === "" ? "on" : `on: ${from} → ${shown(one.becomes)}`;
    case "off":
      return from === "" ? "disabled" : `disabled: ${from}`;
    case "none":
      return `no effect here${from === "" ? "" : `: ${from}`}`;
    case "error":
      return `error: ${one.message ?? "it cannot act"}`;
  }
}

/** The same, with the run's name if the file has lines of several runs. */
export function effectInRun(one: EffectDocument, all: readonly EffectDocument[]): string {
  const several = all.some((other) => other.run !== one.run);
  return several ? `${one.run}: ${effectOf(one)}` : effectOf(one);
}

/** Two decimals, with a minus sign as wide as a plus. */
export function shown(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== "0.00" ? `−${text}` : text;
}

/** What comes next in the chosen run, most likely first, and how likely it is in the run that it is compared with. */
export function previewOf(next: readonly NextDocument[], choice: RunChoice): string {
  const inView = runsInView(next, (one) => one.run, choice);
  const last = inView.at(-1);
  if (last === undefined) return "";
  const first = inView.length > 1 ? inView[0] : undefined;
  const guesses = last.next.slice(0, 3).map((guess) => {
    const before = first?.next.find((one) => one.id === guess.id);
    const now = guess.p.toFixed(2);
    const token = guess.token.replace(/ /g, "␣").replace(/\n/g, "⏎");
    return first === undefined ? `${token} ${now}` : `${token} ${before?.p.toFixed(2) ?? "<"} → ${now}`;
  });
  return `next: ${guesses.join("  ·  ")}`;
}

/** This many ids are written out. */
const WRITTEN = 4;

/** Ids for a title, which has one line. */
export function listed(ids: readonly string[]): string {
  if (ids.length <= WRITTEN) return ids.join(", ");
  return `${ids.slice(0, WRITTEN - 1).join(", ")} and ${ids.length - WRITTEN + 1} more`;
}

/** Words that begin the server's messages. Any other word may be an id, whose case is never changed. */
const BEGINNINGS = new Set(
  (
    "a an another at cannot each every in is it its line no not nothing only such that the there these this to " +
    "unknown value values vectors write"
  ).split(" "),
);

/** As a sentence: a capital, unless the first word may be an id, and a stop. */
export function sentence(message: string): string {
  const [word = ""] = /^[a-z]+(?=[\s,;]|$)/.exec(message) ?? [];
  const first = BEGINNINGS.has(word) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
