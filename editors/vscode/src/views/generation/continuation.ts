// The runs of a generation as tokens, from pieces as they come and from the document at the end, and where they differ.
// No elements.

import type { ContinuationDocument, GenerateDocument, Stopped } from "../../shared/api.js";

export interface GeneratedToken {
  id: number;
  text: string;
  bytes: number[] | undefined;
  /** Its probability when it was chosen; null while the text streams. */
  p: number | null;
}

export interface RunText {
  name: string;
  tokens: GeneratedToken[];
  /** Why the text ended; null while it streams. */
  stopped: Stopped | null;
}

/** The runs with a new piece at the end of its run. */
export function withPiece(
  runs: readonly RunText[],
  name: string,
  ids: readonly number[],
  text: string,
): RunText[] {
  const found = runs.find((run) => run.name === name) ?? { name, tokens: [], stopped: null };
  const added = ids.map((id, index): GeneratedToken => ({
    id,
    text: index === 0 ? text : "",
    bytes: undefined,
    p: null,
  }));
  const tokens = [...found.tokens, ...added];
  const last = tokens.at(-1);
  // Text without ids is the rest of a character that is longer than its tokens.
  if (ids.length === 0 && last !== undefined) tokens[tokens.length - 1] = { ...last, text: last.text + text };
  const next = { ...found, tokens };
  return runs.includes(found) ? runs.map((run) => (run === found ? next : run)) : [...runs, next];
}

export function fromDocument(document: GenerateDocument): RunText[] {
  return document.runs.map(fromContinuation);
}

function fromContinuation({ name, tokens, stopped }: ContinuationDocument): RunText {
  return {
    name,
    stopped,
    tokens: tokens.map(({ id, text, bytes, logprob }) => ({ id, text, bytes, p: Math.exp(logprob) })),
  };
}

/**
 * Where each run parts from the one that they are compared with: the index of its first other token; null where it does
 * not. That one parts where the first of the others does.
 */
export function partings(runs: readonly RunText[], compared: string | null): (number | null)[] {
  const base = runs.find((run) => run.name === compared);
  if (base === undefined) return runs.map(() => null);
  const places = runs.map((run) => (run === base ? null : partsAt(base, run)));
  return runs.map((run, index) => (run === base ? firstParting(places) : (places[index] ?? null)));
}

/** As `diverges_at` of the document: of finished runs, one may also go on where the other ended. */
function partsAt(a: RunText, b: RunText): number | null {
  const both = Math.min(a.tokens.length, b.tokens.length);
  const at = a.tokens.slice(0, both).findIndex((token, index) => b.tokens[index]?.id !== token.id);
  if (at >= 0) return at;
  const finished = a.stopped !== null && b.stopped !== null;
  return finished && a.tokens.length !== b.tokens.length ? both : null;
}

/** The earliest of the places. */
export function firstParting(places: readonly (number | null)[]): number | null {
  const known = places.filter((place) => place !== null);
  return known.length === 0 ? null : Math.min(...known);
}

export function stoppedText(stopped: Stopped | null): string {
  switch (stopped) {
    case null:
      return "";
    case "length":
      return "ended at maxOutputTokens";
    case "eos":
      return "ended by the model";
    case "stop":
      return "ended at a stop sequence";
    case "context":
      return "ended at the model's context length";
  }
}
