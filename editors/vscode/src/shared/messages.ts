// What the extension's host and its three views say to each other, in both directions. Types only.
//
// A view sends `ready` once it listens; the host then sends all that it knows. A question of a view carries an `ask`
// number. Its answer, or the `failed` in its place, carries the same number; a view takes the newest and drops older
// ones. Views keep only what is selected: when the file changes, the host sends new data, and the view asks again for its
// details.

import type {
  ClustersDocument,
  EffectDocument,
  GenerateDocument,
  IndexBuild,
  NextDocument,
  SearchDocument,
  TraceDocument,
  VectorDocument,
} from "./api.js";
import type { TraceGrid } from "./grid.js";
import type { RunChoice } from "./runs.js";

/** What the user can do about a state; the host does it. */
export type Action =
  | "restart"
  | "showLog"
  | "fetch"
  | "openSettings"
  | "openSettingsFile"
  | "chooseModel"
  | "installServer"
  | "newPrompt"
  | "openExample"
  | "showProblems"
  | "buildIndex"
  | "trust"
  | "retry";

export interface StateMessage {
  type: "state";
  /** `stale`: the content is of an older text, and new data is on its way. `ready`: nothing is on its way. */
  state: "loading" | "empty" | "error" | "stale" | "ready";
  /** One line: what the state is. */
  message?: string | undefined;
  /** The name of the file that it is about; none if it is about no file. */
  file?: string | undefined;
  /** What to do about it, or more about it. */
  detail?: string | undefined;
  /** Buttons, the likeliest first. */
  actions?: { action: Action; label: string }[] | undefined;
}

/** The prompt file that a view is about. */
export interface FileInfo {
  uri: string;
  /** As shown: `heart.prompt`. */
  name: string;
  readOnly: boolean;
}

/** A question that could not be answered; `message` is for people. */
export interface FailedMessage {
  type: "failed";
  ask: number;
  message: string;
}

export interface CardMessage {
  type: "card";
  /** 0 without a question: the vector has a new name. It is taken where this card is open. */
  ask: number;
  card: VectorDocument;
  /** The coefficient that the server offers for the vector; null without a prompt file. */
  strength: number | null;
}

/** An intervention line of the file: what it does, and the number in it, if it has one. */
export interface Intervention extends EffectDocument {
  number: number | null;
}

/** The file's interventions as they are now, for a card's controls. */
export interface InterventionsMessage {
  type: "interventions";
  interventions: Intervention[];
}

/** The build of the index of the file's model; null if none runs. */
export interface BuildingMessage {
  type: "building";
  build: IndexBuild | null;
}

/** What comes next in every run. */
export interface PreviewMessage {
  type: "preview";
  next: NextDocument[];
}

/** Which runs of a file are shown: the reader chose in another view. */
export interface RunsMessage {
  type: "runs";
  uri: string;
  choice: RunChoice;
}

/** The reader chose runs in this view. */
export interface ChooseRunsMessage {
  type: "chooseRuns";
  uri: string;
  choice: RunChoice;
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

/** Of a slider while it moves, and of its end; null for a change at once. */
export type Movement = "moving" | "released" | null;

export interface InterveneMessage {
  type: "intervene";
  /** `L5D901`, or a name. */
  target: string;
  value: InterventionValue;
  /** The run whose list is changed; null for the server's default. */
  run: string | null;
  movement: Movement;
}

/** The host asks the user for a name and gives it to the vectors. */
export interface NameMessage {
  type: "name";
  ids: string[];
}

// ── Trace ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type HostToTrace =
  | StateMessage
  | FailedMessage
  | CardMessage
  | InterventionsMessage
  | BuildingMessage
  | RunsMessage
  | { type: "trace"; grid: TraceGrid; version: number; file: FileInfo; choice: RunChoice }
  /** A trace with one position, top 10, words 4, of every run. */
  | { type: "column"; ask: number; document: TraceDocument }
  /** Where the editor's cursor is; null when it is on no token. */
  | { type: "cursor"; position: number | null }
  /** A command opened the panel: the keys move from the chosen cell. */
  | { type: "focus" }
  /** Quick, while a trace is still computed. */
  | PreviewMessage;

export type TraceToHost =
  | { type: "ready" }
  | { type: "askColumn"; ask: number; position: number }
  /** `position`: the chosen token. */
  | { type: "askCard"; ask: number; id: string; position: number }
  /** Put the editor's cursor on this token. */
  | { type: "reveal"; position: number }
  | ChooseRunsMessage
  | InterveneMessage
  | NameMessage
  | ActionMessage;

// ── Concept explorer ───────────────────────────────────────────────────────────────────────────────────────────────

/** An entry of a names file. */
export interface NamedVectors {
  name: string;
  ids: string[];
  /** Words of the first vector, where known. */
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
  /** For a card whose slider moves. */
  | PreviewMessage
  /** Which file an addition goes to (null: none is open, or it is read-only), and the model that vectors are of. */
  | { type: "context"; file: FileInfo | null; model: string | null }
  | { type: "results"; ask: number; document: SearchDocument }
  | { type: "clusters"; ask: number; document: ClustersDocument }
  | { type: "names"; names: NamedVectors[] }
  | { type: "recent"; recent: RecentVector[] }
  | BuildingMessage
  /** Show this section, and search this, or open this card. */
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

export type HostToGeneration =
  | StateMessage
  | FailedMessage
  | RunsMessage
  /** A generation begins: the view is emptied. `prompt` is the text that is continued. */
  | { type: "started"; file: FileInfo; prompt: string; choice: RunChoice }
  /** `unembed/generated` as it came. */
  | { type: "piece"; run: string; ids: number[]; text: string }
  | { type: "result"; file: FileInfo; prompt: string; document: GenerateDocument; choice: RunChoice }
  /** It was cancelled, or failed half-way: the text until then stays. `message` is null for a cancel. */
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
  | ChooseRunsMessage
  | ActionMessage;
