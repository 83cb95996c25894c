// Made-up traces with any number of tokens, layers and runs, for tests that need more than the starter model has. They are
// the same each time.

import type { TraceGrid } from "../../src/shared/grid.js";
import type { HostToTrace } from "../../src/shared/messages.js";
import { heart, NO_CHOICE } from "./story.js";

/** A generator with the same numbers on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const WORDS = [
  " the",
  " of",
  " and",
  ",",
  ".",
  "\n",
  " illness",
  " government",
  " representation",
  "ing",
  " 1998",
  " a",
  " in",
  "\ufffd",
  " über",
  " 北京",
];

/** A grid as the host sends it. The runs differ from the first one in places. */
export function madeGrid(tokens: number, layers: number, names = ["baseline", "intervened"]): TraceGrid {
  const next = random(7);
  const vocabulary = Array.from({ length: 400 }, (_, id) => ({
    id,
    token: `${WORDS[id % WORDS.length] ?? ""}${id < WORDS.length ? "" : String(id)}`,
  }));
  const pick = (): number => Math.floor(next() * vocabulary.length);
  const list = Array.from({ length: tokens }, (_, position) => {
    const word = vocabulary[pick()];
    const start = position * 5;
    return {
      position,
      id: word?.id ?? 0,
      text: word?.token ?? "",
      start,
      end: start + 5,
      logprob: position === 0 ? null : -next() * 8,
      rank: position === 0 ? null : 1 + Math.floor(next() * 50),
    };
  });
  const base = { guess: [] as number[], p: [] as number[], kl: [] as number[], saturation: [] as number[] };
  for (let position = 0; position < tokens; position += 1) {
    const final = pick();
    const settles = Math.floor(next() * layers);
    base.saturation.push(settles);
    for (let layer = 0; layer < layers; layer += 1) {
      base.guess.push(layer >= settles ? final : pick());
      base.p.push(Number((next() ** 2 * (layer >= settles ? 1 : 0.5)).toPrecision(4)));
      base.kl.push(Number((next() * 2).toPrecision(4)));
    }
  }
  const runs = names.map((name, run) => ({
    name,
    tokens: list,
    guess: base.guess.map((guess) => (run > 0 && next() < 0.1 ? pick() : guess)),
    p: base.p,
    kl: base.kl,
    saturation: base.saturation,
  }));
  return {
    model: "made",
    layers: Array.from({ length: layers }, (_, layer) => layer),
    complete: true,
    lens: "ln_f",
    vocabulary,
    runs,
    problems: [],
  };
}

/** The message that shows such a trace. */
export function madeTrace(...made: Parameters<typeof madeGrid>): Extract<HostToTrace, { type: "trace" }> {
  return { type: "trace", grid: madeGrid(...made), version: 1, file: heart, choice: NO_CHOICE };
}
