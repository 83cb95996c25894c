// What the editor's own places (lenses, text behind a line) say about interventions. Data in, a line of text out.

import type { Intervention, RunNext } from "../shared/documents.js";

/** What an intervention does, in a few words. */
export function effectOf(one: Intervention): string {
  const from = one.coefficient === null ? "" : shown(one.coefficient);
  switch (one.effect) {
    case "on":
      return one.intervened === null || from === "" ? "on" : `on: ${from} → ${shown(one.intervened)}`;
    case "off":
      return from === "" ? "disabled" : `disabled: ${from}`;
    case "none":
      return `no effect here${from === "" ? "" : `: ${from}`}`;
    case "error":
      return `error: ${one.message ?? "it cannot act"}`;
  }
}

/** Two decimals, with a minus sign as wide as a plus. */
export function shown(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== "0.00" ? `−${text}` : text;
}

/** What comes next, most likely first, and how likely it was without the interventions. */
export function previewOf(next: readonly RunNext[]): string {
  const last = next.at(-1);
  if (last === undefined) return "";
  const first = next.length > 1 ? next[0] : undefined;
  const guesses = last.next.slice(0, 3).map((guess) => {
    const before = first?.next.find((one) => one.id === guess.id);
    const now = guess.p.toFixed(2);
    const token = guess.token.replace(/ /g, "␣").replace(/\n/g, "⏎");
    return first === undefined ? `${token} ${now}` : `${token} ${before?.p.toFixed(2) ?? "<"} → ${now}`;
  });
  return `next: ${guesses.join("  ·  ")}`;
}
