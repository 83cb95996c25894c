// The server's JSON documents: their types, and a reader for each that takes what came over the wire.
// Shapes only: nothing here knows an editor, a page, or what a document is for.

import {
  anything,
  boolean,
  list,
  nullable,
  number,
  object,
  oneOf,
  type Reader,
  string,
  withDefault,
} from "./read.js";

type Of<R> = R extends Reader<infer T> ? T : never;

const texts = withDefault(list(string), []);
const numbers = withDefault(list(number), []);
const bytes = nullable(list(number));

/** A token and its probability. `bytes` only where `token` cannot say it. */
const guess = object({ id: number, token: string, bytes, p: number });
export type Guess = Of<typeof guess>;

const problem = object({
  severity: oneOf(["error", "warning", "information", "hint"], "information"),
  message: string,
  line: withDefault(number, 0),
});
export type Problem = Of<typeof problem>;
const problems = withDefault(list(problem), []);

/** The file as resolved: what was run. */
const experiment = object({
  model: withDefault(string, ""),
  bos: withDefault(boolean, false),
  track: texts,
  interventions: withDefault(
    list(object({ id: string, change: anything, at: anything, line: withDefault(number, 0) })),
    [],
  ),
});
export type Experiment = Of<typeof experiment>;

const model = object({
  name: string,
  fingerprint: withDefault(string, ""),
  layers: number,
  width: withDefault(number, 0),
  ffn: withDefault(number, 0),
  vocab: withDefault(number, 0),
  context: withDefault(number, 0),
  precision: withDefault(string, "float32"),
});
export type Model = Of<typeof model>;

/** `start` and `end` are bytes in the prompt; null for what the model wrote and for a beginning-of-text token. */
const runToken = object({
  position: number,
  id: number,
  text: string,
  bytes,
  start: nullable(number),
  end: nullable(number),
  logprob: nullable(number),
  rank: nullable(number),
});
export type RunToken = Of<typeof runToken>;

/** One value vector times its coefficient. `name` and `words` are there where they were asked for. */
const update = object({
  id: string,
  layer: number,
  dim: number,
  coefficient: number,
  norm: number,
  score: number,
  effects: numbers,
  name: nullable(string),
  words: texts,
});
export type Update = Of<typeof update>;

const layer = object({
  layer: number,
  before: list(guess),
  after: list(guess),
  kl: number,
  updates: withDefault(list(update), []),
});
export type Layer = Of<typeof layer>;

const tracked = object({
  id: number,
  token: string,
  bytes,
  p: number,
  rank: number,
  logit: withDefault(number, 0),
  layers: list(object({ before: number, after: number })),
});
export type Tracked = Of<typeof tracked>;

const position = object({
  position: number,
  next: list(guess),
  saturation: number,
  layers: list(layer),
  tracked: withDefault(list(tracked), []),
});
export type Position = Of<typeof position>;

const run = object({ name: string, tokens: list(runToken), positions: list(position) });
export type Run = Of<typeof run>;

const trace = object({
  experiment: nullable(experiment),
  problems,
  model,
  lens: withDefault(string, "ln_f"),
  runs: list(run),
});
export type TraceDocument = Of<typeof trace>;

const continuation = object({
  name: string,
  ids: list(number),
  text: string,
  bytes,
  stopped: oneOf(["length", "eos", "stop", "context"], "length"),
  logprobs: numbers,
  diverges_at: nullable(number),
});
export type Continuation = Of<typeof continuation>;

const generate = object({
  experiment: nullable(experiment),
  problems,
  prompt_ids: withDefault(list(number), []),
  runs: list(continuation),
  expect: withDefault(list(object({ ok: boolean, line: number, message: string })), []),
});
export type GenerateDocument = Of<typeof generate>;

/** A word of a value vector. */
const word = object({
  id: number,
  token: string,
  bytes,
  logit: number,
  z: withDefault(number, 0),
  undertrained: withDefault(boolean, false),
});
export type Word = Of<typeof word>;
const words = withDefault(list(word), []);

const hit = object({
  id: string,
  layer: number,
  dim: number,
  relevance: withDefault(number, 0),
  end: oneOf(["top", "bottom"], "top"),
  name: nullable(string),
  top: words,
  bottom: words,
});
export type Hit = Of<typeof hit>;

const search = object({ query: string, hits: list(hit), notes: texts });
export type SearchDocument = Of<typeof search>;

/** A near value vector; `words` are there for the first ones of a long list. */
const similar = object({ id: string, cosine: number, words: texts });
export type Similar = Of<typeof similar>;

const activation = object({
  count: number,
  mean: number,
  deviation: number,
  quantiles: withDefault(list(object({ share: number, value: number })), []),
});
export type Activation = Of<typeof activation>;

/** A passage; `start` and `end` are bytes in `text`. */
const example = object({ text: string, start: number, end: number, coefficient: number });
export type Example = Of<typeof example>;

/** A value vector's card. */
const vector = object({
  id: string,
  layer: number,
  dim: number,
  norm: number,
  name: nullable(string),
  top: words,
  bottom: words,
  cluster: nullable(number),
  cluster_words: texts,
  similar: withDefault(list(similar), []),
  activation: nullable(activation),
  examples: withDefault(list(example), []),
  prompts: withDefault(
    list(object({ file: string, position: number, token: string, coefficient: number })),
    [],
  ),
});
export type VectorDocument = Of<typeof vector>;

const cluster = object({
  cluster: number,
  size: number,
  cohesion: withDefault(number, 0),
  words: texts,
  members: withDefault(list(similar), []),
});
export type Cluster = Of<typeof cluster>;

const clusters = object({ model: nullable(model), clusters: list(cluster) });
export type ClustersDocument = Of<typeof clusters>;

const runNext = object({ run: string, next: list(guess) });
export type RunNext = Of<typeof runNext>;

/** A line of the file's interventions, and what it does at the last prompt position. */
const intervention = object({
  line: number,
  target: string,
  ids: texts,
  value: string,
  enabled: boolean,
  effect: oneOf(["on", "off", "none", "error"], "error"),
  message: nullable(string),
  coefficient: nullable(number),
  intervened: nullable(number),
});
export type Intervention = Of<typeof intervention>;

const interventions = object({
  version: nullable(number),
  interventions: list(intervention),
  next: withDefault(list(runNext), []),
});
export type InterventionsDocument = Of<typeof interventions>;

// Each throws a ReadError that names the field.
export const readTrace = (value: unknown): TraceDocument => trace(value, "");
export const readGenerate = (value: unknown): GenerateDocument => generate(value, "");
export const readSearch = (value: unknown): SearchDocument => search(value, "");
export const readVector = (value: unknown): VectorDocument => vector(value, "");
export const readClusters = (value: unknown): ClustersDocument => clusters(value, "");
export const readInterventions = (value: unknown): InterventionsDocument => interventions(value, "");
