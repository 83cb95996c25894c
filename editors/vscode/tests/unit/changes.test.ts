import { expect, test } from "vitest";

import { Changes, type Text, type UndoStops, type Wanted } from "../../src/host/changes.js";

/** A file of one number. The test answers for the server, and changes the text as a user. */
class Line implements Text<string> {
  readonly uri = "file:///heart.prompt";
  version = 1;
  written: string[] = [];
  stops: UndoStops[] = [];
  refuses = false;
  private asked: (() => void)[] = [];
  private arrived: (() => void)[] = [];

  get text(): string {
    return this.written.at(-1) ?? "before";
  }

  editsFor({ value }: Wanted): Promise<string[]> {
    for (const one of this.arrived.splice(0)) one();
    return new Promise((answer) => this.asked.push(() => answer([JSON.stringify(value)])));
  }

  apply(edits: string[], stops: UndoStops): Promise<boolean> {
    if (this.refuses) return Promise.resolve(false);
    this.edit(edits.join());
    this.stops.push(stops);
    return Promise.resolve(true);
  }

  /** The user changes the text. */
  edit(text: string): void {
    this.written.push(text);
    this.version += 1;
  }

  /** A question is on its way. */
  question(): Promise<void> {
    return this.asked.length > 0 ? Promise.resolve() : new Promise((there) => this.arrived.push(there));
  }

  async answer(): Promise<void> {
    await this.question();
    for (const one of this.asked.splice(0)) one();
  }
}

const set = (value: number): Wanted => ({ target: "L4D397", value: { set: value }, run: null });
/** The slider is moved to 1, and the line follows. */
async function moved(line: Line, changes: Changes): Promise<void> {
  const moving = changes.change(line, set(1), "moving");
  await line.answer();
  await moving;
}

const text = (value: number): string => JSON.stringify({ set: value });

test("only the newest value of a moving slider is written, as one step to undo", async () => {
  const line = new Line();
  const changes = new Changes();
  const first = changes.change(line, set(1), "moving");
  await line.question();
  const passed = [2, 3, 4].map((value) => changes.change(line, set(value), "moving"));
  await line.answer();
  await first;
  await line.answer();
  await Promise.all(passed);
  const last = changes.change(line, set(5), "released");
  await line.answer();
  await last;
  expect(line.written).toEqual([text(1), text(4), text(5)]);
  expect(line.stops).toEqual([
    { undoStopBefore: true, undoStopAfter: false },
    { undoStopBefore: false, undoStopAfter: false },
    { undoStopBefore: false, undoStopAfter: true },
  ]);
});

test("a slider that is released at the value of its line writes nothing", async () => {
  const line = new Line();
  const changes = new Changes();
  await moved(line, changes);
  await changes.change(line, set(1), "released");
  expect(line.written).toEqual([text(1)]);
});

test.each([1, 2])("a movement that is undone before it ends is not written again: %d", async (end) => {
  const line = new Line();
  const changes = new Changes();
  const moving = changes.change(line, set(1), "moving");
  await line.answer();
  await moving;
  line.edit("before");
  await changes.change(line, set(end), "released");
  expect(line.text).toBe("before");
  // The next movement is a new one.
  const next = changes.change(line, set(end), "released");
  await line.answer();
  await next;
  expect(line.text).toBe(text(end));
  expect(line.stops.at(-1)).toEqual({ undoStopBefore: true, undoStopAfter: true });
});

test("a movement that is undone while its end is being asked for is not written again", async () => {
  const line = new Line();
  const changes = new Changes();
  await moved(line, changes);
  const end = changes.change(line, set(2), "released");
  await line.question();
  line.edit("before");
  await line.answer();
  await end;
  expect(line.text).toBe("before");
});

test("a change at once is asked for again if the text has changed, also after a movement", async () => {
  const line = new Line();
  const changes = new Changes();
  await moved(line, changes);
  line.edit("typed");
  const done = changes.change(line, set(1), null);
  await line.question();
  line.edit("typed again");
  await line.answer();
  await line.answer();
  await done;
  expect(line.written).toEqual([text(1), "typed", "typed again", text(1)]);
});

test("an edit that the editor refuses is an error, and the next change is written", async () => {
  const line = new Line();
  const changes = new Changes();
  line.refuses = true;
  const refused = changes.change(line, set(1), null);
  await line.answer();
  await expect(refused).rejects.toThrow("read-only");
  line.refuses = false;
  const done = changes.change(line, set(2), null);
  await line.answer();
  await done;
  expect(line.written).toEqual([text(2)]);
});

test("a text that keeps changing is an error", async () => {
  const line = new Line();
  const done = new Changes().change(line, set(1), null);
  const given = expect(done).rejects.toThrow("changes too fast");
  for (let tries = 0; tries < 3; tries += 1) {
    await line.question();
    line.edit("typed");
    await line.answer();
  }
  await given;
});
