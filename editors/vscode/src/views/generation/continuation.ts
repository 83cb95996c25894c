// The runs of a generation as tokens, from pieces as they come and from the document at the end. No elements.

import type { GenerateDocument } from "../../shared/documents.js";
import type { GeneratedTokens } from "../../shared/messages.js";

export interface GeneratedToken {
  id: number | null;
  text: string;
  bytes: number[] | null;
  /** Its probability when it was chosen; null while it streams. */
  p: number | null;
  rank: number | null;
}

export interface RunText {
  name: string;
  tokens: GeneratedToken[];
  /** Why it ended; null while it goes on. */
  stopped: "length" | "eos" | "stop" | "context" | null;
  /** How many tokens it shares with the first run, which has the least of them; null where they have not parted. */
  parts: number | null;
}

/** A new piece at the end of its run. */
export function withPiece(
  runs: readonly RunText[],
  run: string,
  ids: readonly number[],
  text: string,
): RunText[] {
  const found = runs.find((one) => one.name === run) ?? { name: run, tokens: [], stopped: null, parts: null };
  const added = ids.map((id, index): GeneratedToken => ({
    id,
    text: index === 0 ? text : "",
    bytes: null,
    p: null,
    rank: null,
  }));
  const tokens = [...found.tokens, ...added];
  const last = tokens.at(-1);
  // Text without ids is the rest of a character that its tokens could not say alone.
  if (ids.length === 0 && last !== undefined) tokens[tokens.length - 1] = { ...last, text: last.text + text };
  const next = { ...found, tokens };
  const all = runs.includes(found) ? runs.map((one) => (one === found ? next : one)) : [...runs, next];
  return parted(all);
}

function parted(runs: readonly RunText[]): RunText[] {
  const [first] = runs;
  if (first === undefined) return [];
  return firstToo(
    runs.map((run) => (run === first ? run : { ...run, parts: partsAt(first.tokens, run.tokens) })),
  );
}

/** The first run parts from the others where the first of them does. */
function firstToo(runs: readonly RunText[]): RunText[] {
  const place = firstParting(runs.slice(1));
  return runs.map((run, index) => (index === 0 ? { ...run, parts: place } : run));
}

/** The first place where both have a token and it is another one. */
function partsAt(a: readonly GeneratedToken[], b: readonly GeneratedToken[]): number | null {
  const at = a.findIndex((token, index) => b[index] !== undefined && b[index].id !== token.id);
  return at < 0 ? null : at;
}

/** The document's runs. Texts come from `tokens`, or else from what has streamed; with neither, a run is one text. */
export function fromDocument(
  document: GenerateDocument,
  tokens: readonly GeneratedTokens[],
  streamed: readonly RunText[],
): RunText[] {
  const runs = document.runs.map((run): RunText => {
    const known = tokens.find((one) => one.run === run.name)?.tokens;
    const pieces = streamed.find((one) => one.name === run.name)?.tokens;
    const p = (index: number): number | null => {
      const logprob = run.logprobs[index];
      return logprob === undefined ? null : Math.exp(logprob);
    };
    const own = (list: readonly { id: number | null }[] | undefined): boolean =>
      list?.length === run.ids.length && list.every((token, index) => token.id === run.ids[index]);
    let made: GeneratedToken[];
    if (known !== undefined && own(known)) {
      made = known.map(({ id, text, bytes, rank }, index) => ({ id, text, bytes, rank, p: p(index) }));
    } else if (pieces !== undefined && own(pieces)) {
      made = pieces.map((token, index) => ({ ...token, p: p(index) }));
    } else {
      made = run.text === "" ? [] : [{ id: null, text: run.text, bytes: null, p: null, rank: null }];
    }
    return { name: run.name, tokens: made, stopped: run.stopped, parts: run.diverges_at };
  });
  return firstToo(runs);
}

/** Where the runs part: the earliest place of any of them. */
export function firstParting(runs: readonly RunText[]): number | null {
  const places = runs.map((run) => run.parts).filter((place) => place !== null);
  return places.length === 0 ? null : Math.min(...places);
}

export function stoppedText(stopped: RunText["stopped"]): string {
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
