// Index builds: which of those that run is of a file's model, and how far it is.

import type { IndexBuild, Phase, StatusParams } from "./api.js";

/** The model of a file, as far as the editor knows it. */
export interface NamedModel {
  /** As the file writes it; null if it names none. */
  named: string | null;
  /** The default model, as the editor's settings have it. */
  byDefault: string;
  /** The models that other files name. */
  others: readonly string[];
}

/** The build of the index of a file's model; null if none runs. */
export function buildOf(
  builds: readonly IndexBuild[],
  { named, byDefault, others }: NamedModel,
): IndexBuild | null {
  const written = named ?? byDefault;
  const found =
    builds.find(({ model }) => model === written) ?? builds.find(({ model }) => means(written, model));
  if (found !== undefined || named !== null) return found ?? null;
  // A settings file may set another default, which the editor does not know. No file names that model.
  return builds.find(({ model }) => !others.some((other) => means(other, model))) ?? null;
}

/**
 * Whether `written` is a way to write the model of this name. The name of a model in a folder is the folder's. Old
 * Hugging Face ids have no owner, and the revision `main` is left out.
 */
function means(written: string, name: string): boolean {
  const plain = written.replace(/@main$/, "");
  if (plain === name) return true;
  return name.includes("/") ? lastPart(name) === plain : lastPart(plain) === name;
}

function lastPart(path: string): string {
  return /([^/\\]+)[/\\]*$/.exec(path)?.[1] ?? path;
}

/** In percent; null once a search finds every value vector, while clusters and examples are built. */
export function percentOf({ done, all }: IndexBuild): number | null {
  return done < all ? Math.floor((100 * done) / all) : null;
}

/** Why a file's model cannot be used. */
export interface ModelProblem {
  /** One line of text. */
  message: string;
  /** The Hugging Face id to fetch; null if that does not help. */
  fetch: string | null;
}

/** A file, as far as the server's status is about it. */
export interface StatusOfFile {
  model: NamedModel;
  /** Of its index. */
  build: IndexBuild | null;
  problem: ModelProblem | null;
}

/** What the server does for a file. The loads, the builds and the problems of other files' models are nothing of this one. */
export function phaseFor(
  { phase, subject, busy }: StatusParams,
  { model, build, problem }: StatusOfFile,
): Phase {
  if (phase === "loading" && isLoaded(subject, model)) return "loading";
  if (build !== null) return "indexing";
  if (busy && phase !== "loading") return "working";
  if (problem !== null) return problem.fetch === null ? "failed" : "missing";
  return "ready";
}

/** Whether the model that is being loaded is a file's. */
export function isLoaded(subject: string | undefined, model: NamedModel): boolean {
  return subject === undefined || buildOf([{ model: subject, done: 0, all: 0 }], model) !== null;
}

/** Tells a view of the build of its file's model, each change once. */
export class BuildTeller {
  private told: IndexBuild | null | undefined;

  constructor(
    private readonly tell: (build: IndexBuild | null) => void,
    /** The build that was told last has ended. */
    private readonly ended: () => void,
  ) {}

  /** `own` is one of `builds`, all that run. */
  update(own: IndexBuild | null, builds: readonly IndexBuild[]): void {
    const before = this.told;
    if (before !== undefined && JSON.stringify(own) === JSON.stringify(before)) return;
    this.told = own;
    this.tell(own);
    if (before && !builds.some(({ model }) => model === before.model)) this.ended();
  }

  /** The view is new and was told nothing. */
  forget(): void {
    this.told = undefined;
  }
}
