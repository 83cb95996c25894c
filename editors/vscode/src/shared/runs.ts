// Which runs of a file a view shows: the reader chooses one, and another to compare it with. Names only.

/** The reader's choice for a file. Null is the default; so is a name that the file does not have. */
export interface RunChoice {
  shown: string | null;
  compared: string | null;
}

/** The runs in view. */
export interface ComparedRuns {
  shown: string;
  /** Null if the file has one run. */
  compared: string | null;
  /** Both, in reading order: what changes from left to right. The file's first run always stands left. */
  order: string[];
}

/** Null if there are no runs. By default the second run is shown, compared with the first, which is the baseline. */
export function comparedRuns(names: readonly string[], choice: RunChoice): ComparedRuns | null {
  const [first, second] = names;
  if (first === undefined) return null;
  const known = (name: string | null): string | undefined => names.find((one) => one === name);
  const shown = known(choice.shown) ?? second ?? first;
  const compared =
    [known(choice.compared), first, second].find((name) => name !== undefined && name !== shown) ?? null;
  if (compared === null) return { shown, compared, order: [shown] };
  return { shown, compared, order: shown === first ? [shown, compared] : [compared, shown] };
}

/** Those of a document's runs that are in view, in reading order. */
export function runsInView<Run>(
  runs: readonly Run[],
  nameOf: (run: Run) => string,
  choice: RunChoice,
): Run[] {
  const order = comparedRuns(runs.map(nameOf), choice)?.order ?? [];
  return order.flatMap((name) => runs.find((run) => nameOf(run) === name) ?? []);
}

/** The run that all others are compared with. */
export function baseOf(names: readonly string[], { compared }: RunChoice): string | null {
  return names.find((name) => name === compared) ?? names[0] ?? null;
}
