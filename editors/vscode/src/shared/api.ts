// Generated from server/api by `UPDATE=1 cargo test -p api`; do not edit.

/** The `schema` of every document. */
export const SCHEMA = 1;

/** How a coefficient is distributed over text, position 0 excluded. */
export interface ActivationDocument {
  /** Number of positions. */
  count: number;
  /** The mean of the coefficient m. */
  mean: number;
  /** The population standard deviation of m. */
  deviation: number;
  /** By rising share. */
  quantiles: QuantileDocument[];
}

/**
 * How an intervention changes a coefficient m.
 * `off`: m becomes 0.
 * `boost`: m becomes act(s + 0.01), where s is the layer's largest score at the last prompt position of
 * the clean run.
 * `set`: m becomes this number.
 * `scale`: m is multiplied by this number.
 * `add`: This number is added to m.
 */
export type Change = "off" | "boost" | { set: number } | { scale: number } | { add: number };

/** The arguments of `unembed.check_name`. */
export interface CheckNameArguments {
  /** The text to check. */
  name: string;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** The result of `unembed.check_name`. */
export interface CheckNameResult {
  /** One line of text: why the text cannot be a name; null where it can. */
  problem: string | null;
  /** The value vectors of the file's model that have the name already. */
  vectors: ValueId[];
}

/** A change to choose. */
export interface Choice {
  /** What it writes, in a few words. */
  title: string;
  /** The change, to be sent back as it is. */
  action: unknown;
}

/** The arguments of `unembed.choose`. */
export interface ChooseArguments {
  /** An open document. */
  uri: string;
  /** The title of the code action. */
  title: string;
  /** The changes to choose from. */
  choices: Choice[];
  /** The chosen one, counted from 0; where absent, the server asks. */
  choice?: number;
}

/** A cluster. */
export interface ClusterDocument {
  /** The cluster's number, from 0. */
  cluster: number;
  /** Number of value vectors in the cluster. */
  size: number;
  /** The mean cosine of the members to their mean direction, -1 to 1. */
  cohesion: number;
  /** The words that the members promote together. */
  words: string[];
  /** Members with their cosine to the mean direction, nearest first. */
  members: SimilarDocument[];
}

/** The arguments of `unembed.clusters`. With neither `cluster` nor `id`, the result has all clusters. */
export interface ClustersArguments {
  /** A cluster's number. */
  cluster?: number;
  /** A value vector's id or name: its cluster. `cluster` takes precedence. */
  id?: string;
  /** The model as a prompt file names it. It takes precedence over the document's. */
  model?: string;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** Clusters of value vectors with similar directions. */
export interface ClustersDocument {
  /** The schema's version. */
  schema: number;
  /** Always null: clusters do not depend on an input. */
  experiment: ExperimentDocument | null;
  /** Always empty. */
  problems: ProblemDocument[];
  /** The model whose value vectors are grouped. */
  model: ModelDocument;
  /** The largest first. */
  clusters: ClusterDocument[];
}

/** How one run continues. */
export interface ContinuationDocument {
  /** The run's name. */
  name: RunName;
  /** Every new token, an end-of-text token or a stop sequence included. */
  ids: TokenId[];
  /** The new text. Bytes that are not UTF-8 appear as U+FFFD. */
  text: string;
  /** Why the text ended. */
  stopped: Stopped;
  /** ln p in nats of each new token, under the model's own distribution (temperature 1). */
  logprobs: number[];
  /** Number of leading new tokens that the run shares with the baseline; null where the two are identical. */
  diverges_at: number | null;
  /** Every new token with its place in the text, in the order of `ids`. */
  tokens: NewTokenDocument[];
  /** The new text's bytes, present only where `text` cannot say them. */
  bytes?: number[];
}

/** The daemon's own status. */
export interface DaemonDocument {
  /** The program's version and build. */
  version: string;
  /** The process id. */
  pid: number;
  /** How long the daemon has run. */
  uptime_seconds: number;
  /** The resident memory, in 10^6 bytes; null where the system does not report it. */
  memory_megabytes: number | null;
  /** The engine's jobs. */
  queue: QueueDocument;
  /** One entry for each connected editor. */
  sessions: SessionDocument[];
  /** The models in memory. */
  models: LoadedModelDocument[];
  /** The open concept indexes. */
  indexes: OpenIndexDocument[];
  /** The requests of all editors. */
  requests: RequestsDocument;
}

/** How new tokens are chosen. The defaults belong to the file format; no setting changes them. */
export interface Decoding {
  /** The largest number of new tokens. */
  maxOutputTokens: number;
  /** 0 means greedy decoding. */
  temperature: number;
  /** Sample from the k most likely tokens only; 0 means all tokens. */
  topK: number;
  /** Sample from the most likely tokens that together reach this probability. */
  topP: number;
  /** The random seed. One random number is drawn per step, and all runs of a file use the same seed. */
  seed: number;
  /** The continuation's text ends before the first occurrence of any of these texts. */
  stopSequences: string[];
}

/** What `unembed names set`, `remove` and `rename` say. */
export interface DoneDocument {
  /** The schema's version. */
  schema: number;
  /** One line of text: what was changed. */
  done: string;
}

/** What `unembed index drop` says. */
export interface DropDocument {
  /** The schema's version. */
  schema: number;
  /** False where there was no index. */
  dropped: boolean;
  /** Number of damaged indexes that had been moved aside and were removed. */
  damaged: number;
  /** The file that keeps the user's examples for the next build; null where there are none. */
  examples: string | null;
}

/**
 * What an intervention line does.
 * `on`: The line acts.
 * `off`: The line is in a comment.
 * `none`: The line acts and changes nothing that comes next.
 * `error`: The line cannot act; `message` says why.
 */
export type Effect = "on" | "off" | "none" | "error";

/** One intervention line. */
export interface EffectDocument {
  /** The run that the line belongs to. */
  run: RunName;
  /** The file's line, from 1. */
  line: number;
  /** The id or name as written. */
  target: string;
  /** What the target stands for: one id, or all of a group. */
  ids: Target[];
  /** The value as written. */
  value: string;
  /** False for a line in a comment. */
  enabled: boolean;
  /** What the line does. */
  effect: Effect;
  /** Why the line has no effect, or what is wrong with it; null where there is nothing to say. */
  message: string | null;
  /**
   * The coefficient m at the last prompt position without this line, the other lines kept; null for a
   * group.
   */
  coefficient: number | null;
  /** The coefficient m there with this line; null for a group and for a line that is off. */
  becomes: number | null;
}

/**
 * The two ends of a value vector's logits.
 * `top`: What a positive coefficient promotes.
 * `bottom`: What a negative coefficient promotes.
 */
export type End = "top" | "bottom";

/** The place of an intervention line. */
export interface EntryDocument {
  /** The run that the line belongs to. */
  run: RunName;
  /** The file's line, from 1. */
  line: number;
  /** The whole entry, a disabled entry's `#` included. */
  range: TextRange;
  /** The id or name as written. */
  target: string;
  /** The place of `target`. */
  target_range: TextRange;
  /** The value as written. */
  value: string;
  /** The place of `value`. */
  value_range: TextRange;
  /** False for an entry in a comment. */
  enabled: boolean;
  /** The number that a step changes; null where the value has none, as in `off`. */
  number: NumberDocument | null;
}

/** A passage in which a value vector is active. */
export interface ExampleDocument {
  /** The text around the token. */
  text: string;
  /** The token's first byte in `text`. */
  start: number;
  /** The byte after the token's last byte in `text`. */
  end: number;
  /** The coefficient m at the token. */
  coefficient: number;
}

/**
 * What to do with a name that stands for other value vectors.
 * `add`: Add the vectors to those that it stands for.
 * `replace`: Let it stand for the new vectors alone.
 */
export type ExistingName = "add" | "replace";

/** Whether one expectation holds. */
export interface ExpectDocument {
  /** Whether the expectation holds. */
  ok: boolean;
  /** The file's line, from 1. */
  line: number;
  /** One line of text: what was expected and, where `ok` is false, what came instead. */
  message: string;
}

/**
 * A check on the model's output, from the file's `expect`.
 * `next`: The token is among the `rank` most likely next tokens.
 * `contains`: The continuation contains the text.
 */
export type Expectation = { next: string; rank: number } | { contains: string };

/** The prompt file as it was run, after names and defaults were resolved. */
export interface ExperimentDocument {
  /** The model as the user names it. */
  model: string;
  /** Whether the run begins with the model's beginning-of-text token. */
  bos: boolean;
  /** How the text is continued. */
  config: Decoding;
  /** The enabled, valid interventions, run by run, in file order. */
  interventions: InterventionDocument[];
  /** The tokens to follow, as written. */
  track: string[];
  /** The file's expectations, in file order. */
  expect: Expectation[];
}

/** The arguments of `unembed.fetch`. */
export interface FetchArguments {
  /** A Hugging Face id, such as `openai-community/gpt2`. */
  id: string;
}

/** What `unembed models fetch` says. */
export interface FetchedDocument {
  /** The schema's version. */
  schema: number;
  /** The Hugging Face id of the fetched model. */
  fetched: string;
}

/**
 * What a file is.
 * `prompt`: A prompt file.
 * `foreign`: A prompt file of another program; it is not run.
 * `names`: A names file.
 */
export type FileKind = "prompt" | "foreign" | "names";

/** The arguments of `unembed.generate`. */
export interface GenerateArguments {
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** The continuation of every run, and whether the file's expectations hold. */
export interface GenerateDocument {
  /** The schema's version. */
  schema: number;
  /** The file as it was run. */
  experiment: ExperimentDocument;
  /** The problems of the file. What is wrong is left out of the runs. */
  problems: ProblemDocument[];
  /** The prompt's tokens, a beginning-of-text token included. */
  prompt_ids: TokenId[];
  /** The baseline first, then the others in file order. */
  runs: ContinuationDocument[];
  /** One entry for each expectation of the file, in file order. */
  expect: ExpectDocument[];
}

/** New tokens of a run, sent during the generation. */
export interface GeneratedParams {
  /** The `workDoneToken` of the command; null where it had none. */
  token: ProgressToken | null;
  /** The document that is continued. */
  uri: string;
  /** The run that continues. */
  run: RunName;
  /** The tokens since the last notification of this run. */
  ids: TokenId[];
  /**
   * The text since the last notification of this run. It holds whole characters only, so it may lag
   * behind `ids`.
   */
  text: string;
}

/** A token and its probability. */
export interface GuessDocument {
  /** The token's id in the vocabulary. */
  id: TokenId;
  /** The token's text. Bytes that are not UTF-8 appear as U+FFFD. */
  token: string;
  /** Probability, 0 to 1: softmax over the whole vocabulary. */
  p: number;
  /** The token's bytes, present only where `token` cannot say them. */
  bytes?: number[];
}

/**
 * Whether the session can use its models.
 * `ok`: The models of all open files can be used.
 * `warning`: The model of an open file must be fetched first.
 * `error`: The model of an open file cannot be loaded.
 */
export type Health = "ok" | "warning" | "error";

/** A value vector that was found. */
export interface HitDocument {
  /** The value vector's id, such as `L3D77`. */
  id: ValueId;
  /** The value vector's block, from 0. */
  layer: number;
  /** The value vector's row in that block, from 0. */
  dim: number;
  /** The number that hits are sorted by, larger is better; comparable within one answer only. */
  relevance: number;
  /** The end of the card at which the query was found. */
  end: End;
  /** The value vector's name in the project's names file; null where it has none. */
  name: string | null;
  /** The words that the value vector promotes, the most promoted first. */
  top: WordDocument[];
  /** The words that the value vector suppresses, the most suppressed first. */
  bottom: WordDocument[];
}

/** A concept index while it is built. */
export interface IndexBuild {
  /** The model's name. */
  model: string;
  /** Number of value vectors that a search finds. */
  done: number;
  /** Number of value vectors of the model. */
  all: number;
}

/** How much of a concept index is built. */
export interface IndexCountsDocument {
  /** Number of value vectors in the index. */
  indexed: number;
  /** Number of value vectors of the model. The index has all of them where `indexed` is equal to it. */
  all: number;
}

/** The progress of a model's concept index: `unembed index build`, `status` and `examples`. */
export interface IndexDocument {
  /** The schema's version. */
  schema: number;
  /** Always null: an index does not depend on an input. */
  experiment: ExperimentDocument | null;
  /** Always empty. */
  problems: ProblemDocument[];
  /** The model of the index. */
  model: IndexedModelDocument;
  /** The index's path. */
  folder: string;
  /** Number of value vectors in the index. */
  indexed: number;
  /** Number of value vectors of the model. */
  all: number;
  /** Whether every value vector is in the index. */
  complete: boolean;
  /** Whether the daemon builds the index now. */
  building: boolean;
  /** Whether clusters are built. */
  clustered: boolean;
  /** Number of passages that were indexed. */
  passages: number;
  /** Whether the passages of all texts are indexed, the program's own and the user's. */
  counted: boolean;
  /** The size on disk. */
  bytes: number;
}

/** The model of an index. */
export interface IndexedModelDocument {
  /** The model as the user names it. */
  name: string;
  /** The identity of the weights and the tokenizer. */
  fingerprint: string;
}

/** The arguments of `unembed.intervene`. */
export interface InterveneArguments {
  /** An id or a name. */
  target: string;
  /**
   * A value as a prompt file has it, such as `4.5` or `{ scale: 2, at: prompt }`; or `enable`, `disable`,
   * `toggle` or `remove`. A number or an object means what it means in the file.
   */
  value: unknown;
  /** The run whose list is changed; `intervened`, the list `interventions`, where absent. */
  run?: RunName;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** The result of `unembed.intervene`. */
export interface InterveneResult {
  /** The version of the open document that the edits are for; null for a text that is not open. */
  version: number | null;
  /** The target's line after the edits, from 1; null where it has none. */
  line: number | null;
  /** Empty where the file has the change already. */
  edits: TextChange[];
}

/** One intervention. */
export interface InterventionDocument {
  /** The run that it belongs to. */
  run: RunName;
  /** The part of the model that is changed, such as `L3D77`. */
  id: Target;
  /** What the coefficient becomes. */
  change: Change;
  /** The positions at which it acts. */
  at: Scope;
  /** The file's line, from 1; 0 for an intervention from a command-line flag. */
  line: number;
}

/** The arguments of `unembed.interventions`. */
export interface InterventionsArguments {
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** Every intervention line of a file, and the next token of every run. */
export interface InterventionsDocument {
  /** The schema's version. */
  schema: number;
  /** In file order. */
  interventions: EffectDocument[];
  /** What comes next in each run; empty where the file has no prompt. */
  next: NextDocument[];
  /** The version of the open document that was read; null for a text that is not open. */
  version: number | null;
}

/** The place of a key of the front matter. */
export interface KeyDocument {
  /** The key's name. */
  name: string;
  /** The whole lines of the key and its value. */
  range: TextRange;
  /** The place of the value; empty, directly after the colon, where there is none. */
  value_range: TextRange;
}

/** What one block's FFN did at a position. */
export interface LayerDocument {
  /** From 0. */
  layer: number;
  /** The logit lens before the FFN, most likely first. */
  before: GuessDocument[];
  /** The logit lens after the FFN, most likely first. */
  after: GuessDocument[];
  /** KL(after || before) in nats. */
  kl: number;
  /** The dominant sub-updates, largest score first. */
  updates: UpdateDocument[];
}

/** A model of the list. */
export interface ListedModelDocument {
  /** What a prompt file or `--model` names it. */
  name: string;
  /** Whether it is used where none is named. */
  default: boolean;
  /** The checkpoint's path; null for the model that is compiled into the program. */
  folder: string | null;
  /** How the weights are stored. */
  precision: string;
  /** Null where `error` is not. */
  sizes: SizesDocument | null;
  /** One line of text: why the model cannot be used; null where it can. */
  error: string | null;
}

/** A model in memory. */
export interface LoadedModelDocument {
  /** The model as the user names it. */
  name: string;
  /** The identity of the weights and the tokenizer. */
  fingerprint: string;
  /** The memory that the model takes, in 10^6 bytes. */
  megabytes: number;
  /** Time since the model's last request. */
  idle_seconds: number;
  /** Whether a request uses the model now. */
  in_use: boolean;
}

/** A loaded model. */
export interface ModelDocument {
  /** The model as the user names it. */
  name: string;
  /** The identity of the weights and the tokenizer. */
  fingerprint: string;
  /** Number of blocks. */
  layers: number;
  /** Width of the residual stream. */
  width: number;
  /** Number of value vectors in a block. */
  ffn: number;
  /** Number of tokens in the vocabulary. */
  vocab: number;
  /** The largest number of positions in a run. */
  context: number;
  /** `float32`, or how the weights are quantised. */
  precision: string;
}

/**
 * The models of this computer: configured ones, the starter, and what the Hugging Face cache has. Those
 * of the cache that cannot be used come last.
 */
export interface ModelsDocument {
  /** The schema's version. */
  schema: number;
  /** One entry for each model. */
  models: ListedModelDocument[];
}

/** The arguments of `unembed.name`. */
export interface NameArguments {
  /** The name to give. */
  name: string;
  /** Value vectors' ids, such as `L3D77`. */
  ids: string[];
  /** What to do if the name stands for other vectors; where absent, the command fails. */
  existing?: ExistingName;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** A name. */
export interface NameDocument {
  /** The name as the names file has it. */
  name: string;
  /** What the name stands for: one id, or all of a group. */
  ids: Target[];
}

/** The place of a name in a names file. */
export interface NamePlaceDocument {
  /** The name as the file has it. */
  name: string;
  /** What the name stands for: one id, or all of a group. */
  ids: Target[];
  /** The name, without its ids. */
  range: TextRange;
}

/** The result of `unembed.name` for a `text`, or for a client that applies no edits. */
export interface NameResult {
  /** The names file. */
  uri: string;
  /** The version of the names file that the edits are for; null where it is not open. */
  version: number | null;
  /** Whether the names file does not exist yet. */
  create: boolean;
  /** The changes of the names file. */
  edits: TextChange[];
}

/** The names of a model's value vectors in a project. */
export interface NamesDocument {
  /** The schema's version. */
  schema: number;
  /** The names file's path. */
  file: string;
  /** In alphabetical order. */
  names: NameDocument[];
}

/** A new token. */
export interface NewTokenDocument {
  /** The token's id in the vocabulary. */
  id: TokenId;
  /** The token's text. Bytes that are not UTF-8 appear as U+FFFD. */
  text: string;
  /** ln p in nats, as in `logprobs`. */
  logprob: number;
  /**
   * The token's first byte in the continuation's `text`, as UTF-8; it may lie inside a character. Null
   * for a token that is not in the text, such as end-of-text.
   */
  start: number | null;
  /** The byte after the token's last byte in the continuation's `text`; null as `start`. */
  end: number | null;
  /** The token's bytes, present only where `text` cannot say them. */
  bytes?: number[];
}

/** What comes next in a run. */
export interface NextDocument {
  /** The run's name. */
  run: RunName;
  /** Most likely first. */
  next: GuessDocument[];
}

/** The number in a value. */
export interface NumberDocument {
  /** The place of the number. */
  range: TextRange;
  /** The number. */
  value: number;
  /** The number as written, such as `+2.50`. */
  text: string;
}

/** An open concept index. */
export interface OpenIndexDocument {
  /** The identity of the model that it is for. */
  fingerprint: string;
  /** Number of value vectors in the index. */
  indexed: number;
  /** Number of value vectors of the model. */
  all: number;
  /** Whether the daemon builds the index now. */
  building: boolean;
  /** Whether clusters are built. */
  clustered: boolean;
  /** Number of passages that were indexed. */
  passages: number;
  /** Whether the passages of all texts are indexed, the program's own and the user's. */
  counted: boolean;
  /** The size on disk. */
  bytes: number;
  /** The size on disk, in 10^6 bytes. */
  megabytes: number;
}

/** Direct effects that add up to a centred logit. */
export interface PartsDocument {
  /** The token embedding plus the position embedding. */
  embedding: number;
  /** Each block's attention. */
  attention: number[];
  /** Each block's FFN. */
  ffn: number[];
  /** The final norm's bias. */
  bias: number;
}

/**
 * What the session does now.
 * `loading`: A model is being loaded.
 * `indexing`: A concept index is being built.
 * `working`: A command runs.
 * `ready`: Nothing runs, and every open file's model can be used.
 * `failed`: The model of an open file cannot be loaded.
 * `missing`: The model of an open file must be fetched first.
 */
export type Phase = "loading" | "indexing" | "working" | "ready" | "failed" | "missing";

/** The trace of one position. */
export interface PositionDocument {
  /** From 0; a beginning-of-text token counts. */
  position: number;
  /** The next-token distribution, most likely first. */
  next: GuessDocument[];
  /** The first block from which on the final most likely token stays the most likely. */
  saturation: number;
  /** The requested blocks. */
  layers: LayerDocument[];
  /** One entry for each tracked token, in the order of the file. */
  tracked: TrackedDocument[];
}

/** A problem of the file. */
export interface ProblemDocument {
  /** How serious the problem is. */
  severity: Severity;
  /** One line of text. If `line` is 0 it begins with the flag that it is about. */
  message: string;
  /** The file's line, from 1; 0 for a problem of a command-line flag. */
  line: number;
}

/** A progress token of LSP. */
export type ProgressToken = number | string;

/**
 * How a value vector is projected onto the vocabulary.
 * `raw`: The output matrix alone, with no norm, no bias and no coefficient.
 */
export type Projection = "raw";

/** Where a prompt file makes a value vector act. */
export interface PromptDocument {
  /** The file's path. */
  file: string;
  /** The token's position, from 0; a beginning-of-text token counts. */
  position: number;
  /** The token's text. */
  token: string;
  /** The coefficient m there in the baseline. */
  coefficient: number;
}

/** A quantile of a coefficient. */
export interface QuantileDocument {
  /** The share of positions whose coefficient is at most `value`, 0 to 1. */
  share: number;
  /** A coefficient m. */
  value: number;
}

/** The engine's jobs. */
export interface QueueDocument {
  /** Number of jobs that run. */
  running: number;
  /** Number of jobs that wait. */
  waiting: number;
}

/** What `unembed report` collects. */
export interface ReportDocument {
  /** The schema's version. */
  schema: number;
  /** The program's version and build. */
  version: string;
  /** The system that the program runs on. */
  system: SystemDocument;
  /** The text of the user's settings file; null where there is none. */
  settings: string | null;
  /** What is wrong with the settings, a line each. */
  settings_problems: string[];
  /** The daemon's status, or why there is none. */
  status: ReportedStatus;
  /** The last lines of the log. */
  log: string[];
  /** The prompt files that the user named. */
  prompts: ReportedPromptDocument[];
}

/** A prompt file in a report. */
export interface ReportedPromptDocument {
  /** The file's path. */
  file: string;
  /** One line of text: why the file cannot be read. Absent where it can. */
  error?: string;
  /** Absent where the file cannot be read. */
  text?: string;
}

/** The daemon's status, or one line of text that says why there is none. */
export type ReportedStatus = DaemonDocument | string;

/** A request that was answered. */
export interface RequestDocument {
  /** The LSP method or the command. */
  method: string;
  /** How long the answer took. */
  milliseconds: number;
  /** How long ago the answer was given. */
  seconds_ago: number;
}

/** The requests that were answered. */
export interface RequestsDocument {
  /** Number of requests since the daemon started. */
  answered: number;
  /** The slowest recent requests, slowest first. */
  slowest: RequestDocument[];
}

/** One run of a trace. */
export interface RunDocument {
  /** The run's name. */
  name: RunName;
  /** The tokens of the prompt and the generated ones, by position. */
  tokens: RunTokenDocument[];
  /** The traces of the requested positions. */
  positions: PositionDocument[];
}

/** The name of one run of an experiment. */
export type RunName = string;

/** A token of a run. */
export interface RunTokenDocument {
  /** From 0; a beginning-of-text token counts. */
  position: number;
  /** The token's id in the vocabulary. */
  id: TokenId;
  /** The token's text. Bytes that are not UTF-8 appear as U+FFFD. */
  text: string;
  /** The token's first byte in the prompt; null for a generated or a beginning-of-text token. */
  start: number | null;
  /** The byte after the token's last byte in the prompt; null as `start`. */
  end: number | null;
  /** ln p in nats, predicted at the position before; null at position 0. */
  logprob: number | null;
  /** The token's rank at the position before, 1 for the most likely; null at position 0. */
  rank: number | null;
  /** The token's bytes, present only where `text` cannot say them. */
  bytes?: number[];
}

/**
 * The positions at which an intervention acts. Positions count from 0 and include a beginning-of-text
 * token.
 * `all`: Every prompt position and every generated position.
 * `prompt`: Every prompt position.
 * `last`: The last prompt position. Its trace predicts the first new token.
 * `generated`: Every generated position.
 * `text`: Every prompt position whose token overlaps this text.
 */
export type Scope = "all" | "prompt" | "last" | "generated" | number | { text: string };

/** The arguments of `unembed.search`. */
export interface SearchArguments {
  /** Words, or a query such as `like L5D662`. */
  query: string;
  /** The largest number of hits; 20 where absent. */
  limit?: number;
  /** The model as a prompt file names it. It takes precedence over the document's. */
  model?: string;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** The answer to a query. */
export interface SearchDocument {
  /** The schema's version. */
  schema: number;
  /** Always null: a search does not depend on an input. */
  experiment: ExperimentDocument | null;
  /** Always empty. */
  problems: ProblemDocument[];
  /** The query as written. */
  query: string;
  /** Best first. */
  hits: HitDocument[];
  /** How many value vectors the index had when the search began. */
  index: IndexCountsDocument;
  /** What the answer leaves out and why, a line each. */
  notes: string[];
}

/** A connected editor. */
export interface SessionDocument {
  /** The session's number. */
  id: number;
  /** The folder that the editor started in. */
  folder: string;
  /** How long the session has lasted. */
  seconds: number;
}

/** How serious a problem is, as in LSP. */
export type Severity = "error" | "warning" | "information" | "hint";

/** A value vector near another. */
export interface SimilarDocument {
  /** The value vector's id, such as `L3D77`. */
  id: ValueId;
  /** The cosine of the two directions, -1 to 1. */
  cosine: number;
  /** The words that stand for the value vector; absent in long lists. */
  words?: string[];
}

/** The sizes of a model. */
export interface SizesDocument {
  /** Number of blocks. */
  layers: number;
  /** Width of the residual stream. */
  width: number;
  /** Number of value vectors in a block. */
  ffn: number;
  /** Number of tokens in the vocabulary. */
  vocab: number;
  /** The largest number of positions in a run. */
  context: number;
}

/** What `unembed status` says. */
export interface StatusDocument {
  /** The schema's version. */
  schema: number;
  /** Whether a daemon runs. */
  running: boolean;
  /** The open concept indexes. */
  indexes?: OpenIndexDocument[];
  /** The resident memory, in 10^6 bytes; null where the system does not report it. */
  memory_megabytes?: number | null;
  /** The models in memory. */
  models?: LoadedModelDocument[];
  /** The process id. */
  pid?: number;
  /** The engine's jobs. */
  queue?: QueueDocument;
  /** The requests of all editors. */
  requests?: RequestsDocument;
  /** One entry for each connected editor. */
  sessions?: SessionDocument[];
  /** How long the daemon has run. */
  uptime_seconds?: number;
  /** The program's version and build. */
  version?: string;
}

/** The state of the session. Editors act on the fields; `message` is for people and may be reworded. */
export interface StatusParams {
  /** Whether the models of all open files can be used. */
  health: Health;
  /** Whether a command, a load or an index build runs. */
  busy: boolean;
  /** One line of text. */
  message: string;
  /** What the session does now. */
  phase: Phase;
  /** Absent where unknown. */
  all?: number;
  /** Every running index build of this session, in any phase. Absent where none runs. */
  builds?: IndexBuild[];
  /** How much of `all` is done, in the unit of the current step. Absent where unknown. */
  done?: number;
  /** The model that the phase is about. Absent where there is none. */
  subject?: string;
}

/** What `unembed stop` says. */
export interface StopDocument {
  /** The schema's version. */
  schema: number;
  /** False where no daemon ran. */
  stopped: boolean;
}

/**
 * Why a continuation ended.
 * `length`: `maxOutputTokens` was reached.
 * `eos`: The model's end-of-text token.
 * `stop`: A stop sequence.
 * `context`: The model's context is full.
 */
export type Stopped = "length" | "eos" | "stop" | "context";

/** A coefficient to offer. */
export interface Strength {
  /** A coefficient m. */
  value: number;
  /** A few words: where the value comes from, such as `its 99th percentile`. */
  why: string;
}

/** The arguments of `unembed.strengths`. */
export interface StrengthsArguments {
  /** An id or a name. */
  target: string;
  /** The position whose coefficient is offered, from 0; the prompt's last where absent. */
  position?: number;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** The result of `unembed.strengths`. */
export interface StrengthsResult {
  /** The first is the default. */
  strengths: Strength[];
}

/** The arguments of `unembed.structure`. */
export interface StructureArguments {
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** The parts of a prompt file or a names file. It takes no model. */
export interface StructureDocument {
  /** The schema's version. */
  schema: number;
  /** The version of the open document that was read; null for a text that is not open. */
  version: number | null;
  /** What the file is. */
  kind: FileKind;
  /** The model as written; null where the file names none. */
  model: string | null;
  /** The front matter with its `---` lines; null where there is none. */
  front_matter: TextRange | null;
  /** The keys at the top of the front matter, in file order. */
  keys: KeyDocument[];
  /** The prompt; empty, at the end of the file, for a names file. */
  prompt: TextRange;
  /** The runs that the file makes: the baseline first, then the others in file order. */
  runs: RunName[];
  /** In file order. */
  interventions: EntryDocument[];
  /** The names that a names file gives, in file order; empty for a prompt file. */
  names: NamePlaceDocument[];
}

/** The system that the program runs on. */
export interface SystemDocument {
  /** Such as `linux`. */
  os: string;
  /** Such as `x86_64`. */
  arch: string;
  /** Number of threads that run at a time. */
  threads: number;
}

/** The part of a model that an intervention changes, as written in a file: `L3D77`. */
export type Target = string;

/** A replacement of a part of a text. */
export interface TextChange {
  /** The part to replace. */
  range: TextRange;
  /** The text that replaces it. */
  newText: string;
}

/** A place in a text. */
export interface TextPosition {
  /** From 0. */
  line: number;
  /** From 0, in units of the session's position encoding. */
  character: number;
}

/** A part of a text. */
export interface TextRange {
  /** The place of the first character. */
  start: TextPosition;
  /** The place after the last character. */
  end: TextPosition;
}

/** The id of a token in a model's vocabulary. */
export type TokenId = number;

/** The arguments of `unembed.trace`. */
export interface TraceArguments {
  /** Number of tokens to generate and trace as well; 0 where absent. */
  generated?: number;
  /** The blocks to report, from 0; all where absent. */
  layers?: number[];
  /** The positions to trace; all where absent. */
  positions?: TracePositions;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /** Number of tokens of each distribution; the setting `trace.top` where absent. */
  top?: number;
  /** Number of dominant sub-updates of each block; 10 where absent. */
  updates?: number;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
  /**
   * Number of words that say what each sub-update promotes. Where absent or 0, `name`, `end` and `words`
   * are absent.
   */
  words?: number;
}

/** The FFN trace of every run of a file. */
export interface TraceDocument {
  /** The schema's version. */
  schema: number;
  /** The file as it was run. */
  experiment: ExperimentDocument;
  /** The problems of the file. What is wrong is left out of the runs. */
  problems: ProblemDocument[];
  /** The model that ran. */
  model: ModelDocument;
  /** The name of the norm that the logit lens applies: the model's own final norm. */
  lens: string;
  /** The baseline first, then the others in file order. */
  runs: RunDocument[];
}

/**
 * The positions to trace.
 * `all`: Every prompt position and every generated one.
 * `last`: The last prompt position and every generated one.
 */
export type TracePositions = "all" | "last" | number[];

/** A tracked token at a position. */
export interface TrackedDocument {
  /** The token's id in the vocabulary. */
  id: TokenId;
  /** The token's text. Bytes that are not UTF-8 appear as U+FFFD. */
  token: string;
  /** The probability that the token comes next, 0 to 1. */
  p: number;
  /** 1 for the most likely token. */
  rank: number;
  /** The token's logit minus the mean logit over the vocabulary. */
  logit: number;
  /** One entry for each block of the model. */
  layers: TrackedLayerDocument[];
  /** The direct effects that add up to `logit`. */
  parts: PartsDocument;
  /** The token's bytes, present only where `token` cannot say them. */
  bytes?: number[];
}

/** A tracked token's probability around one FFN. */
export interface TrackedLayerDocument {
  /** Probability before the FFN, 0 to 1. */
  before: number;
  /** Probability after the FFN, 0 to 1. */
  after: number;
}

/** A sub-update: a value vector times its coefficient. */
export interface UpdateDocument {
  /** The value vector's id, such as `L3D77`. */
  id: ValueId;
  /** The value vector's block, from 0. */
  layer: number;
  /** The value vector's row in that block, from 0. */
  dim: number;
  /** The coefficient m, signed, as it acts in this run. */
  coefficient: number;
  /** The length of the value vector, ||v||. */
  norm: number;
  /** |m| * ||v|| */
  score: number;
  /** The direct effect on the centred logit of each tracked token, in the order of the file. */
  effects: number[];
  /** The end of the value vector that acts: `bottom` where the coefficient is negative. */
  end?: End;
  /** The value vector's name in the project's names file; null where it has none. */
  name?: string | null;
  /** The words of that end, which the sub-update promotes, the most promoted first. */
  words?: string[];
}

/**
 * The id of a value vector: row `dim` of the FFN output matrix of block `layer`. Written `L3D77`; both
 * count from 0.
 */
export type ValueId = string;

/** The arguments of `unembed.vector`. */
export interface VectorArguments {
  /** A value vector's id, such as `L3D77`, or the name of one value vector. */
  id: string;
  /** The model as a prompt file names it. It takes precedence over the document's. */
  model?: string;
  /** The text to read in place of the open document. It is not kept. */
  text?: string;
  /**
   * An open document, or where `text` would stand: relative paths and the names file are looked up from
   * there.
   */
  uri?: string;
}

/** A value vector in the vocabulary, and what its index and its project know of it. */
export interface VectorDocument {
  /** The schema's version. */
  schema: number;
  /** Always null: a card does not depend on an input. */
  experiment: ExperimentDocument | null;
  /** Always empty. */
  problems: ProblemDocument[];
  /** The value vector's id, such as `L3D77`. */
  id: ValueId;
  /** The value vector's block, from 0. */
  layer: number;
  /** The value vector's row in that block, from 0. */
  dim: number;
  /** The length of the value vector, ||v||. */
  norm: number;
  /** The value vector's name in the project's names file; null where it has none. */
  name: string | null;
  /** How the value vector is projected onto the vocabulary. */
  projection: Projection;
  /** The words that the value vector promotes, the most promoted first. */
  top: WordDocument[];
  /** The words that the value vector suppresses, the most suppressed first. */
  bottom: WordDocument[];
  /** The number of the value vector's cluster; null before clusters are built. */
  cluster: number | null;
  /** The words of that cluster. */
  cluster_words: string[];
  /** The nearest value vectors by direction, nearest first. */
  similar: SimilarDocument[];
  /** How the coefficient is distributed over the indexed texts; null before any text is indexed. */
  activation: ActivationDocument | null;
  /** Passages with the largest coefficients, then those with the smallest. */
  examples: ExampleDocument[];
  /** Where the project's prompts make the value vector act most, the largest |m| first. */
  prompts: PromptDocument[];
}

/** What a client may put into `initializationOptions` beside its settings. */
export interface Wishes {
  /**
   * The URI that opens a value vector's card in the client, with `{id}` for the vector's id. Hovers link
   * ids to it. A client that sets it renders Markdown: its marks take no room.
   */
  cards?: string;
  /** The server sends `unembed/generated` during a generation. */
  generated?: boolean;
  /** The URI of the client's copy of `GLOSSARY.md`. Hovers link their terms to its lines, such as `#L57`. */
  glossary?: string;
  /**
   * The client shows the results of commands itself. Otherwise the server shows them, as a document or a
   * message.
   */
  results?: boolean;
}

/** A token of the vocabulary on a value vector's card. */
export interface WordDocument {
  /** The token's id in the vocabulary. */
  id: TokenId;
  /** The token's text. Bytes that are not UTF-8 appear as U+FFFD. */
  token: string;
  /** The dot product of the value vector and the token's row of the output matrix. */
  logit: number;
  /** How many standard deviations `logit` is from the mean over the vocabulary. */
  z: number;
  /** The token's bytes, present only where `token` cannot say them. */
  bytes?: number[];
  /** True for an undertrained token: its place on the card says nothing. Absent where false. */
  undertrained?: boolean;
}

/** Every command, with its one argument. */
export interface Commands {
  /** Check whether a text can be a name, and find the value vectors that it names. */
  "unembed.check_name": { arguments: CheckNameArguments; result: CheckNameResult };
  /**
   * Apply one of several changes of a file. A code action that stands for several changes runs it.
   * Without a `choice`, the server asks the user (`window/showMessageRequest`); an editor with a picker
   * of its own adds the `choice` before it sends the command. The client is asked to apply the edit.
   */
  "unembed.choose": { arguments: ChooseArguments; result: null };
  /** Get all clusters of a model without their members' words, or one cluster with them. */
  "unembed.clusters": { arguments: ClustersArguments; result: ClustersDocument };
  /** Download a published model. */
  "unembed.fetch": { arguments: FetchArguments; result: null };
  /** Continue every run of a file and check its expectations. */
  "unembed.generate": { arguments: GenerateArguments; result: GenerateDocument };
  /**
   * Add, change, enable, disable or remove a target's intervention line. The client is asked to apply the
   * edits, unless it shows results itself or the arguments have a `text`.
   */
  "unembed.intervene": { arguments: InterveneArguments; result: InterveneResult };
  /** Find the effect of each intervention line of a file, and what comes next in each run. */
  "unembed.interventions": { arguments: InterventionsArguments; result: InterventionsDocument };
  /**
   * Give value vectors a name in the project's names file. The client is asked to apply the edit. Where
   * the arguments have a `text`, or the client applies no edits, the edit is returned instead.
   */
  "unembed.name": { arguments: NameArguments; result: NameResult | null };
  /**
   * Search value vectors by concept. The first search starts to build the index and answers from what is
   * built.
   */
  "unembed.search": { arguments: SearchArguments; result: SearchDocument };
  /** List the coefficients that an editor offers for a target. */
  "unembed.strengths": { arguments: StrengthsArguments; result: StrengthsResult };
  /** Find the parts of a prompt file or a names file. No model is loaded. */
  "unembed.structure": { arguments: StructureArguments; result: StructureDocument };
  /** Trace every run of a file. */
  "unembed.trace": { arguments: TraceArguments; result: TraceDocument };
  /** Get a value vector's card. */
  "unembed.vector": { arguments: VectorArguments; result: VectorDocument };
}

/** Every notification from the server, with its parameters. */
export interface Notifications {
  /** New tokens of `unembed.generate`, for a client with the option `generated`. */
  "unembed/generated": GeneratedParams;
  /** The state of the session, sent when it changes. */
  "unembed/status": StatusParams;
}

/** The document that each command line prints with `--json`. */
export interface Documents {
  clusters: ClustersDocument;
  generate: GenerateDocument;
  "index build": IndexDocument;
  "index drop": DropDocument;
  "index examples": IndexDocument;
  "index status": IndexDocument;
  models: ModelsDocument;
  "models fetch": FetchedDocument;
  names: NamesDocument;
  "names remove": DoneDocument;
  "names rename": DoneDocument;
  "names set": DoneDocument;
  report: ReportDocument;
  search: SearchDocument;
  status: StatusDocument;
  stop: StopDocument;
  trace: TraceDocument;
  vector: VectorDocument;
}
