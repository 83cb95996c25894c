// What a host would send, made of the fixtures: for tests and pictures.

import type {
  ClustersDocument,
  ContinuationDocument,
  GenerateDocument,
  RunDocument,
  SearchDocument,
  TraceDocument,
  VectorDocument,
} from "../../src/shared/api.js";
import { gridOf, type TraceGrid } from "../../src/shared/grid.js";
import type {
  CardMessage,
  FileInfo,
  HostToExplorer,
  HostToGeneration,
  HostToTrace,
} from "../../src/shared/messages.js";
import type { RunChoice } from "../../src/shared/runs.js";
import { fixture, type View } from "./harness.js";

export const heart: FileInfo = { uri: "file:///heart.prompt", name: "heart.prompt", readOnly: false };
export const history: FileInfo = { uri: "file:///history.prompt", name: "history.prompt", readOnly: false };

export const NO_CHOICE: RunChoice = { shown: null, compared: null };

/** The runs of a file with `interventions:` and two lists below `runs:`. */
export const FOUR = ["baseline", "intervened", "weak", "strong-at-last"];

export function traceOf(name: "heart" | "history"): Extract<HostToTrace, { type: "trace" }> {
  return {
    type: "trace",
    grid: gridOf(fixture(`trace-${name}`) as TraceDocument),
    version: 1,
    file: name === "heart" ? heart : history,
    choice: NO_CHOICE,
  };
}

/** The trace of history.prompt with four runs: the others are the second with other numbers. */
export function traceOfFour(): Extract<HostToTrace, { type: "trace" }> {
  const trace = traceOf("history");
  return { ...trace, grid: withFour(trace.grid) };
}

function withFour(grid: TraceGrid): TraceGrid {
  const runs = FOUR.flatMap((name, index) => {
    const run = grid.runs[Math.min(index, 1)];
    return run === undefined ? [] : [{ ...run, name, p: run.p.map((p) => (index > 1 ? p * 0.7 : p)) }];
  });
  return { ...grid, runs };
}

export function columnOf(name: "heart" | "history" | "history-generated"): TraceDocument {
  return fixture(`column-${name}`) as TraceDocument;
}

export function cardOf(name: "card" | "card-heart"): VectorDocument {
  return fixture(name) as VectorDocument;
}

/** The answer to a question for a card. */
export function cardMessage(
  ask: number,
  name: "card" | "card-heart" = "card",
  strength: number | null = null,
): CardMessage {
  return { type: "card", ask, card: cardOf(name), strength };
}

/** The same trace with four runs: the others are the second with other numbers. */
export function withFourRuns(document: TraceDocument): TraceDocument {
  const [baseline, intervened] = document.runs;
  if (baseline === undefined || intervened === undefined)
    throw new Error("the trace has fewer than two runs");
  return { ...document, runs: FOUR.map((name, index) => mixed(name, index, baseline, intervened)) };
}

function mixed(name: string, index: number, baseline: RunDocument, intervened: RunDocument): RunDocument {
  const run = structuredClone(index === 0 ? baseline : intervened);
  if (index > 1) {
    for (const position of run.positions) {
      position.next = position.next.map((guess) => ({ ...guess, p: guess.p * 0.8 }));
      for (const layer of position.layers) layer.kl *= 0.7;
    }
  }
  return { ...run, name };
}

/** The lines of history.prompt. */
export const lines: Extract<HostToTrace, { type: "interventions" }> = {
  type: "interventions",
  interventions: [
    {
      run: "intervened",
      line: 7,
      target: "L5D662",
      ids: ["L5D662"],
      value: "8",
      enabled: true,
      effect: "on",
      message: null,
      coefficient: 0.41,
      becomes: 8,
      number: 8,
    },
    {
      run: "intervened",
      line: 8,
      target: "L2D343",
      ids: ["L2D343"],
      value: "8",
      enabled: true,
      effect: "on",
      message: null,
      coefficient: -0.07,
      becomes: 8,
      number: 8,
    },
  ],
};

export function results(ask: number): HostToExplorer {
  return { type: "results", ask, document: fixture("search") as SearchDocument };
}

export function noResults(ask: number): HostToExplorer {
  return { type: "results", ask, document: fixture("search-none") as SearchDocument };
}

export function clusters(ask: number): HostToExplorer {
  return { type: "clusters", ask, document: fixture("clusters") as ClustersDocument };
}

export const prompt = "The history of";

export function generated(): Extract<HostToGeneration, { type: "result" }> {
  const document = fixture("generate") as GenerateDocument;
  return { type: "result", file: history, prompt, document, choice: NO_CHOICE };
}

/** The same with four runs: each of the others begins as the second one and goes on as the first. */
export function generatedInFour(): Extract<HostToGeneration, { type: "result" }> {
  const result = generated();
  const [baseline, intervened] = result.document.runs;
  if (baseline === undefined || intervened === undefined) throw new Error("fewer than two runs");
  const runs = [baseline, intervened, spliced("weak", baseline, intervened, 9)];
  runs.push(spliced("strong-at-last", intervened, baseline, 5));
  return { ...result, document: { ...result.document, runs } };
}

function spliced(
  name: string,
  first: ContinuationDocument,
  second: ContinuationDocument,
  at: number,
): ContinuationDocument {
  const cut = <T>(a: T[], b: T[]): T[] => [...a.slice(0, at), ...b.slice(at)];
  const tokens = cut(first.tokens, second.tokens);
  return {
    ...first,
    name,
    tokens,
    ids: cut(first.ids, second.ids),
    logprobs: cut(first.logprobs, second.logprobs),
    text: tokens.map((token) => token.text).join(""),
    diverges_at: name === "weak" ? at : 1,
  };
}

export function started(): Extract<HostToGeneration, { type: "started" }> {
  return { type: "started", file: history, prompt, choice: NO_CHOICE };
}

/** The pieces of a generation, as they stream. */
export function pieces(): Extract<HostToGeneration, { type: "piece" }>[] {
  return generated().document.runs.flatMap(({ name, tokens }) =>
    tokens.map((token) => ({ type: "piece" as const, run: name, ids: [token.id], text: token.text })),
  );
}

/** A panel with an example's trace and the column of its last token. */
export async function traced(view: View, name: "heart" | "history" = "heart"): Promise<View> {
  await view.send(traceOf(name), ...(name === "history" ? [lines] : []));
  const { ask } = await view.waitSent("askColumn");
  await view.send({ type: "column", ask, document: columnOf(name) });
  await view.page.waitForSelector(".layers");
  return view;
}
