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

/** What the server does for a file whose index build is `own`. The build of another model is nothing of this file. */
export function phaseFor({ phase, health, busy }: StatusParams, own: IndexBuild | null): Phase {
  if (phase !== "indexing" || own !== null) return phase;
  if (busy) return "working";
  if (health === "ok") return "ready";
  return health === "error" ? "failed" : "missing";
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
