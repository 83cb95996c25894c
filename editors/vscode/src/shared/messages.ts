// What the extension's host and its three views say to each other, both directions. Types, and nothing that runs.
//
// A view sends `ready` once it listens; the host then tells it all it knows. Whatever a view asks carries an `ask`
// number, and its answer, or the `failed` in its place, carries the same number; a view takes the newest and drops older
// ones. Views keep nothing but what is selected: when the file changes, the host sends anew, and the view asks anew for
// what it shows.

import type {
  ClustersDocument,
  GenerateDocument,
  Intervention,
  RunNext,
  RunToken,
  SearchDocument,
  TraceDocument,
  VectorDocument,
} from "./documents.js";
import type { TraceGrid } from "./grid.js";

/** What somebody can do about a state that is no good; the host does it. */
export type Action =
  | "restart"
  | "showLog"
  | "fetch"
  | "openSettings"
  | "installServer"
  | "newPrompt"
  | "openExample"
  | "showProblems"
  | "buildIndex"
  | "trust"
  | "retry";

export interface StateMessage {
  type: "state";
  /** `stale`: what is shown is of an older text, and new data is under way. `ready`: as it is, nothing is under way. */
  state: "loading" | "empty" | "error" | "stale" | "ready";
  /** One line: what is so. */
  message?: string | undefined;
  /** What to do about it, or more about it. */
  detail?: string | undefined;
  /** Buttons, the first one the likeliest. */
  actions?: { action: Action; label: string }[] | undefined;
}

/** The prompt file that a view is about. */
export interface FileInfo {
  uri: string;
  /** As shown: `heart.prompt`. */
  name: string;
  readOnly: boolean;
}

/** An ask came to nothing; the message is for people. */
export interface FailedMessage {
  type: "failed";
  ask: number;
  message: string;
}

/** `ask` 0: nobody asked, but it has changed (a new name); taken where this card is open. */
export interface CardMessage {
  type: "card";
  ask: number;
  card: VectorDocument;
}

/** The file's interventions as they are now, for a card's controls. */
export interface InterventionsMessage {
  type: "interventions";
  interventions: Intervention[];
}

export interface ActionMessage {
  type: "action";
  action: Action;
}

/** What an intervention becomes; `scale`, `set`, `add` act where the line says, or everywhere. */
export type InterventionValue =
  | "off"
  | "boost"
  | "enable"
  | "disable"
  | "toggle"
  | "remove"
  | number
  | { set: number }
  | { scale: number }
  | { add: number };

/** Of a slider that is moved, and of its end; null for what is changed at once. */
export type Movement = "moving" | "released" | null;

export interface InterveneMessage {
  type: "intervene";
  /** `L5D901`, or a name. */
  target: string;
  value: InterventionValue;
  movement: Movement;
}

/** The host asks for a name and gives it to the vector. */
export interface NameMessage {
  type: "name";
  id: string;
}

// ── Trace ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type HostToTrace =
  | StateMessage
  | FailedMessage
  | CardMessage
  | InterventionsMessage
  | { type: "trace"; grid: TraceGrid; version: number; file: FileInfo }
  /** A trace with one position, top 10, words 4, of every run. */
  | { type: "column"; ask: number; document: TraceDocument }
  /** Where the editor's cursor is; null when it is on no token. */
  | { type: "cursor"; position: number | null }
  /** The next-token distributions after the prompt, quickly, while a trace is still computed. */
  | { type: "preview"; next: RunNext[] };

export type TraceToHost =
  | { type: "ready" }
  | { type: "askColumn"; ask: number; position: number }
  | { type: "askCard"; ask: number; id: string }
  /** Put the editor's cursor on this token. */
  | { type: "reveal"; position: number }
  | InterveneMessage
  | NameMessage
  | ActionMessage;

// ── Concept explorer ───────────────────────────────────────────────────────────────────────────────────────────────

/** What names and recent vectors are listed with. */
export interface NamedVectors {
  name: string;
  ids: string[];
  /** Words of the first one, where known. */
  words: string[];
}

export interface RecentVector {
  id: string;
  name: string | null;
  words: string[];
}

export type ExplorerSection = "search" | "clusters" | "names" | "recent";

export type HostToExplorer =
  | StateMessage
  | FailedMessage
  | CardMessage
  | InterventionsMessage
  /** The next-token distributions after the prompt, for a card whose slider moves. */
  | { type: "preview"; next: RunNext[] }
  /** Which file an addition goes to (null: none is open, or it cannot be edited), and whose vectors are shown. */
  | { type: "context"; file: FileInfo | null; model: string | null }
  | { type: "results"; ask: number; document: SearchDocument }
  | { type: "clusters"; ask: number; document: ClustersDocument }
  | { type: "names"; names: NamedVectors[] }
  | { type: "recent"; recent: RecentVector[] }
  /** The index is being built: `share` from 0 to 1 where known; null when it is done. */
  | { type: "building"; progress: { message: string; share: number | null } | null }
  /** Come to this section, and search this, or open this card. */
  | { type: "show"; section: ExplorerSection; query?: string | undefined; id?: string | undefined };

export type ExplorerToHost =
  | { type: "ready" }
  | { type: "search"; ask: number; query: string; limit: number }
  | { type: "askClusters"; ask: number; cluster: number | null }
  | { type: "askCard"; ask: number; id: string }
  /** Add an intervention on it to the prompt file. */
  | { type: "add"; target: string }
  | { type: "copy"; text: string }
  | InterveneMessage
  | NameMessage
  | ActionMessage;

// ── Generation ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The generated tokens of a run with their texts, from a trace; in the order of `ids`. */
export interface GeneratedTokens {
  run: string;
  tokens: RunToken[];
}

export type HostToGeneration =
  | StateMessage
  | FailedMessage
  /** A generation begins: what was shown goes. `prompt` is the text that is continued. */
  | { type: "started"; file: FileInfo; prompt: string }
  /** `unembed/generated` as it came. */
  | { type: "piece"; run: string; ids: number[]; text: string }
  /** Done. `tokens` may be empty, and may come in a second `result` when a trace has them. */
  | { type: "result"; file: FileInfo; prompt: string; document: GenerateDocument; tokens: GeneratedTokens[] }
  /** It was cancelled, or failed half-way: what came so far stays. `message` is null for a cancel. */
  | { type: "stopped"; message: string | null }
  /** The file has changed since. */
  | { type: "outdated" }
  | { type: "column"; ask: number; document: TraceDocument };

export type GenerationToHost =
  | { type: "ready" }
  | { type: "generate" }
  | { type: "cancel" }
  /** Why a generated token: the trace at `position` (the one before it) with so many tokens `generated`. */
  | { type: "askColumn"; ask: number; position: number; generated: number }
  /** In the concept explorer. */
  | { type: "openCard"; id: string }
  /** The run's new text: at the end of the prompt, on the clipboard, or in a file beside the prompt. */
  | { type: "insert" | "copy" | "save"; run: string }
  | ActionMessage;
