/** Handles one thing at a time. What comes up meanwhile has its turn afterwards; nothing has two turns in a row of them. */
export class InTurn<T> {
  private running = false;
  private again = false;

  constructor(
    private readonly next: (had: ReadonlySet<string>) => T | undefined,
    private readonly key: (thing: T) => string,
    private readonly handle: (thing: T) => Promise<void>,
  ) {}

  /** Looks for the next thing, now or when the present one is done. `handle` must not throw. */
  async look(): Promise<void> {
    this.again = true;
    if (this.running) return;
    this.running = true;
    const had = new Set<string>();
    try {
      while (this.again) {
        this.again = false;
        const thing = this.next(had);
        if (thing === undefined) continue;
        had.add(this.key(thing));
        await this.handle(thing);
        // It may have hidden another one that was there from the start.
        this.again = true;
      }
    } finally {
      this.running = false;
    }
  }
}
