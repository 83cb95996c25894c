// Asks of the host: one running, one pending. Someone who moves fast gets the answer to where they stopped, and the host
// is never asked for more than one thing in between.

export class Asks<What> {
  #running: { ask: number; what: What } | null = null;
  #pending: What | null = null;
  static #last = 0;

  constructor(private readonly send: (ask: number, what: What) => void) {}

  /** Asks now, or after what is running; what waited before is dropped. */
  ask(what: What): void {
    if (this.#running === null) this.#start(what);
    else this.#pending = what;
  }

  /** What was asked, if this is an answer to what is running; `newest` says that nothing else waits behind it. */
  answered(ask: number): { what: What; newest: boolean } | null {
    if (this.#running?.ask !== ask) return null;
    const { what } = this.#running;
    const next = this.#pending;
    this.#running = null;
    this.#pending = null;
    if (next !== null) this.#start(next);
    return { what, newest: next === null };
  }

  /** Whether something was asked and not answered yet. */
  get waiting(): boolean {
    return this.#running !== null;
  }

  /** Forgets what is under way: its answer, should it come, is nobody's. */
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
