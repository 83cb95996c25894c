// The value vectors that are selected in a list, as in VS Code's own lists: one at a time, or as a range from an anchor.
// It knows no element.

export class Selection {
  /** Set by the list that shows it. */
  mark: () => void = () => undefined;
  #ids = new Set<string>();
  /** Where a range begins. */
  #anchor: string | null = null;
  /** What was selected before the range. */
  #before = new Set<string>();

  constructor(private readonly changed: () => void) {}

  /** In the order in which they were selected. */
  get ids(): string[] {
    return [...this.#ids];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** A range begins here. */
  anchor(id: string): void {
    this.#anchor = id;
    this.#before = new Set(this.#ids);
  }

  /** A range begins here, unless one has begun elsewhere. */
  startAt(id: string): void {
    if (this.#anchor === null) this.anchor(id);
  }

  toggle(id: string): void {
    const ids = new Set(this.#ids);
    if (!ids.delete(id)) ids.add(id);
    this.#set(ids);
    this.anchor(id);
  }

  /** Selects from the anchor to `id`, in place of an earlier range from the same anchor. */
  extend(id: string, order: readonly string[]): void {
    if (this.#anchor === null || !order.includes(this.#anchor)) this.anchor(id);
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)];
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#set(new Set([...this.#before, ...range]));
  }

  all(order: readonly string[]): void {
    this.#set(new Set(order));
  }

  clear(): void {
    this.#anchor = null;
    this.#before.clear();
    if (this.#ids.size > 0) this.#set(new Set());
  }

  /** Forgets what is not in the list any more. */
  keep(order: readonly string[]): void {
    const ids = new Set([...this.#ids].filter((id) => order.includes(id)));
    if (ids.size < this.#ids.size) this.#set(ids);
  }

  #set(ids: Set<string>): void {
    this.#ids = ids;
    this.mark();
    this.changed();
  }
}
