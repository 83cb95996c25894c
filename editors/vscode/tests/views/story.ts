// What a host would send, made of the fixtures: for tests, screenshots and whoever wants to see the views.

import {
  readClusters,
  readGenerate,
  readSearch,
  readTrace,
  readVector,
  type TraceDocument,
  type VectorDocument,
} from "../../src/shared/documents.js";
import { gridOf } from "../../src/shared/grid.js";
import type {
  FileInfo,
  GeneratedTokens,
  HostToExplorer,
  HostToGeneration,
  HostToTrace,
} from "../../src/shared/messages.js";
import { fixture } from "./harness.js";

export const heart: FileInfo = { uri: "file:///heart.prompt", name: "heart.prompt", readOnly: false };
export const history: FileInfo = { uri: "file:///history.prompt", name: "history.prompt", readOnly: false };

export function traceOf(name: "heart" | "history"): Extract<HostToTrace, { type: "trace" }> {
  return {
    type: "trace",
    grid: gridOf(readTrace(fixture(`trace-${name}`))),
    version: 1,
    file: name === "heart" ? heart : history,
  };
}

export function columnOf(name: "heart" | "history" | "history-generated"): TraceDocument {
  return readTrace(fixture(`column-${name}`));
}

export function cardOf(name: "card" | "card-heart"): VectorDocument {
  return readVector(fixture(name));
}

/** The lines of history.prompt, as the server tells of them. */
export const lines: Extract<HostToTrace, { type: "interventions" }> = {
  type: "interventions",
  interventions: [
    {
      line: 7,
      target: "L5D662",
      ids: ["L5D662"],
      value: "8",
      enabled: true,
      effect: "on",
      message: null,
      coefficient: 0.41,
      intervened: 8,
    },
    {
      line: 8,
      target: "L2D343",
      ids: ["L2D343"],
      value: "8",
      enabled: true,
      effect: "on",
      message: null,
      coefficient: -0.07,
      intervened: 8,
    },
  ],
};

export function results(ask: number): HostToExplorer {
  return { type: "results", ask, document: readSearch(fixture("search")) };
}

export function noResults(ask: number): HostToExplorer {
  return { type: "results", ask, document: readSearch(fixture("search-none")) };
}

export function clusters(ask: number): HostToExplorer {
  return { type: "clusters", ask, document: readClusters(fixture("clusters")) };
}

export const prompt = "The history of";

export function generated(): Extract<HostToGeneration, { type: "result" }> {
  const tokens = (fixture("generated-tokens") as GeneratedTokens[]).map(({ run, tokens }) => ({
    run,
    tokens: tokens.map((token) => ({ ...token, bytes: null })),
  }));
  return { type: "result", file: history, prompt, document: readGenerate(fixture("generate")), tokens };
}

/** The pieces of a generation, as they stream. */
export function pieces(): Extract<HostToGeneration, { type: "piece" }>[] {
  return generated().tokens.flatMap(({ run, tokens }) =>
    tokens.map((token) => ({ type: "piece" as const, run, ids: [token.id], text: token.text })),
  );
}
