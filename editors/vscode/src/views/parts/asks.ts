// Questions to the host: one running, one pending. A reader who moves fast gets the answer for where they stopped, and
// the host gets at most one question in between.

export class Asks<What> {
  #running: { ask: number; what: What } | null = null;
  #pending: What | null = null;
  static #last = 0;

  constructor(private readonly send: (ask: number, what: What) => void) {}

  /** Asks now, or after the running question; a question that waited before is dropped. */
  ask(what: What): void {
    if (this.#running === null) this.#start(what);
    else this.#pending = what;
  }

  /** The question of this answer, if it is the running one; `newest` says that no other waits. */
  answered(ask: number): { what: What; newest: boolean } | null {
    if (this.#running?.ask !== ask) return null;
    const { what } = this.#running;
    const next = this.#pending;
    this.#running = null;
    this.#pending = null;
    if (next !== null) this.#start(next);
    return { what, newest: next === null };
  }

  /** Whether a question is running. */
  get waiting(): boolean {
    return this.#running !== null;
  }

  /** Forgets the questions; answers to them are ignored. */
  drop(): void {
    this.#running = null;
    this.#pending = null;
  }

  #start(what: What): void {
    Asks.#last += 1;
    this.#running = { ask: Asks.#last, what };
    this.send(Asks.#last, what);
  }
}
