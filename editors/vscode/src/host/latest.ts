// "One running, one pending": requests that come while the work runs are one more run after it, for the newest state.

export class Latest {
  private running = false;
  private again = false;
  private stopped = false;

  /** `work` never runs twice at a time. It shows its own errors; `failed` is called with those that it throws. */
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
    // After all listeners of the event that led here: one of them tells the server of an edit, and that must come before
    // a question about it.
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
