// "One running, one pending": work that is asked for many times while it runs is done once more after it, for the newest
// state of things. Nothing here knows what the work is.

export class Latest {
  private running = false;
  private again = false;
  private stopped = false;

  /** `work` is never run twice at a time. What goes wrong in it is its own to show; `failed` hears of what was not. */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  request(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    // After every listener of the event that led here has had its turn: among them the one that tells the server of an
    // edit, which must come before a question about it.
    setImmediate(() => void this.run());
  }

  dispose(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    this.again = false;
    if (!this.stopped) {
      try {
        await this.work();
      } catch (error) {
        this.failed(error);
      }
    }
    this.running = false;
    if (this.isWanted()) this.request();
  }

  private isWanted(): boolean {
    return this.again;
  }
}
