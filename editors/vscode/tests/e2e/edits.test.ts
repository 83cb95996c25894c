// Random edits in the workbench: after every few of them the server holds the same text as the editor. The edits are drawn
// from a seed, SEED in the environment, which a failure names.
//
// The bytes of a trace's tokens are the prompt's text, but for one line end at its end. The front matter is compared by
// what the server says about its parts: the same about the text that it holds as about the editor's.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";
import { relay, Tap } from "./relay.js";

const SEED = Number(process.env["SEED"] ?? 1);
const EDITS = 150;
const EVERY = 10;
/** Before the circled digits, which mark a comparison. */
const CIRCLED = 0x245f;
/** A longer text is shortened: a model's context has an end. */
const LONGEST = 350;

const LINES = [
  "The city of\tParis 😀",
  "cafe\u0301 and 𝔘nicode",
  "",
  "  the heart\u0308 the lungs",
  "日本 the end",
];
const files = {
  "lf.prompt": `${LINES.join("\n")}\n`,
  "crlf.prompt": `${LINES.join("\r\n")}\r\n`,
  "front.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8"),
};
let bench: Workbench;
let tap: Tap;

beforeAll(async () => {
  bench = await Workbench.start({
    files,
    settings: {
      "[lmprompt]": { "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" } },
      "editor.suggestOnTriggerCharacters": false,
      "editor.insertSpaces": false,
      "editor.detectIndentation": false,
    },
  });
  const folder = join(bench.project, "..");
  const place = join(folder, "relay.sock");
  const path = relay(folder, process.env["UNEMBED"] ?? "", place);
  await bench.set({ "unembed.server.path": path }, "Machine");
  await bench.open("lf.prompt");
  await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
  await until("the relay runs", () => Promise.resolve(bench.hostLog.includes("relay") ? true : undefined));
  tap = new Tap(place);
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(async () => {
  tap.close();
  await bench.stop();
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = [
  "a",
  " the",
  "heart",
  "é",
  "e\u0301",
  "\u0308",
  "😀",
  "👩‍🔬",
  "𝔘",
  "日本",
  " ",
  "\t",
  "—",
  "ß",
  "it's",
];
const PASTED = [
  "😀\r\nof the\n",
  "one\ntwo\nthree",
  "e\u0301\t𝔘",
  "\n",
  "a\r\nb\r\n\r\nc",
  "the heart of the city",
];

interface Edits {
  all: [weight: number, name: string, act: () => Promise<void>][];
  text: () => string;
}

function edits(draw: () => number): Edits {
  const { page } = bench;
  const { keyboard } = page;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await keyboard.press(key);
  };
  const text = (): string => Array.from({ length: 1 + Math.floor(draw() * 3) }, () => pick(PIECES)).join("");
  const move = async (): Promise<void> => {
    await press(pick(["Control+Home", "Control+End", "Home", "End", "ArrowDown"]));
    for (let steps = Math.floor(draw() * 6); steps > 0; steps -= 1)
      await press(pick(["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "Control+ArrowRight"]));
  };
  const lineEnds = async (choice: string): Promise<void> => {
    await page.locator("[id='status.editor.eol']").click();
    await page.locator(`.quick-input-list .monaco-list-row[aria-label="${choice}"]`).click();
    await page.locator("[id='status.editor.eol']", { hasText: new RegExp(`^${choice}$`) }).waitFor();
    await bench.editor.locator(":focus").waitFor({ state: "attached" });
  };
  const all: Edits["all"] = [
    [12, "type", async () => keyboard.type(text())],
    [6, "move and type", async () => (await move(), keyboard.type(text()))],
    [4, "Enter", async () => press("Enter")],
    [5, "delete", async () => (await move(), press(pick(["Backspace", "Delete", "Control+Backspace"])))],
    [
      3,
      "type over a selection",
      async () => (await move(), await press("Shift+ArrowRight", "Shift+ArrowDown"), keyboard.type(text())),
    ],
    [
      5,
      "paste",
      async () => {
        await move();
        await page.evaluate(async (pasted) => {
          const { clipboard } = (
            globalThis as unknown as { navigator: { clipboard: { writeText(text: string): Promise<void> } } }
          ).navigator;
          await clipboard.writeText(pasted);
        }, pick(PASTED));
        await press("Control+v");
      },
    ],
    [6, "undo", async () => press(...Array<string>(1 + Math.floor(draw() * 3)).fill("Control+z"))],
    [4, "redo", async () => press(...Array<string>(1 + Math.floor(draw() * 2)).fill("Control+Shift+z"))],
    [3, "delete a line", async () => (await move(), press("Control+Shift+k"))],
    [3, "move a line", async () => (await move(), press(pick(["Alt+ArrowUp", "Alt+ArrowDown"])))],
    [3, "copy a line", async () => (await move(), press("Control+Shift+Alt+ArrowDown"))],
    [
      3,
      "join lines at several cursors",
      async () => (await move(), press("Shift+Alt+ArrowDown", "End", "Delete", "Escape")),
    ],
    [
      5,
      "type at several cursors",
      async () => {
        await press("Control+Home", ...Array<string>(Math.floor(draw() * 3)).fill("ArrowDown"));
        await press("Shift+Alt+ArrowDown", "Shift+Alt+ArrowDown");
        await keyboard.type(text());
        await press("Escape");
      },
    ],
    [
      3,
      "replace all of a word",
      async () => {
        const [from, to] = pick([
          ["the", "THE"],
          ["THE", "the"],
          ["a", "😀"],
          ["e", "e\u0301"],
          ["😀", "a"],
        ] as const);
        await press("Control+h");
        const widget = page.locator(".find-widget.visible");
        await widget.locator("textarea.input").first().fill(from);
        await widget.locator("textarea.input").nth(1).fill(to);
        await press("Control+Alt+Enter", "Escape");
        await widget.waitFor({ state: "hidden" });
      },
    ],
    [2, "change the line ends", async () => lineEnds(pick(["LF", "CRLF"]))],
  ];
  return { all, text };
}

/** Saves, and compares the file with what the server holds. */
async function compare(name: string, done: readonly string[]): Promise<void> {
  const where = `seed ${SEED}, ${name}, after ${done.length} edits: ${done.slice(-EVERY).join(", ")}`;
  // A change that is known when it comes to the server, and is seen in the file. A text is never empty, which has no trace.
  // It is one character, since longer text may come as several changes.
  const mark = String.fromCodePoint(CIRCLED + done.length / EVERY);
  await bench.page.keyboard.press("Control+End");
  await bench.page.keyboard.insertText(mark);
  await until(`the server is told of ${mark}: ${where}`, async () =>
    (await tap.change()).includes(mark) ? true : undefined,
  );
  const text = await bench.saved(name, (saved) => saved.endsWith(mark));
  const uri = `file://${join(bench.project, name)}`;
  const held = await tap.ask("unembed.structure", { uri });
  const sent = await tap.ask("unembed.structure", { uri, text });
  if (typeof held === "string" || typeof sent === "string") throw new Error(`No structure: ${where}`);
  expect({ ...held, version: null }, where).toEqual({ ...sent, version: null });
  const asked = { uri, positions: [], layers: [], top: 1, updates: 0 };
  const trace = await tap.ask("unembed.trace", asked);
  if (typeof trace === "string") throw new Error(`${trace}: ${where}`);
  const bytes = trace.runs[0]?.tokens.map((token) => Buffer.from(token.bytes ?? token.text));
  const prompt = text
    .split(/(?<=\n)/)
    .slice(held.prompt.start.line)
    .join("")
    .slice(held.prompt.start.character);
  expect(Buffer.concat(bytes ?? []).toString("utf8"), where).toBe(prompt);
}

test.each(Object.keys(files))("the server holds the text of %s", { timeout: 600_000 }, async (name) => {
  const draw = random(SEED + name.length);
  await bench.open(name);
  await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
  await bench.goTo(1, 1);
  const { all } = edits(draw);
  const whole = all.reduce((sum, [weight]) => sum + weight, 0);
  const done: string[] = [];
  const file = join(bench.project, name);
  while (done.length < EDITS) {
    // Each kind once, then as they are drawn.
    let at = draw() * whole;
    const drawn = all.find(([weight]) => (at -= weight) < 0);
    const [, what, act] = all[done.length] ?? drawn ?? [];
    if (what === undefined || act === undefined) throw new Error("There are no edits.");
    done.push(what);
    await act();
    if (done.length % EVERY !== 0) continue;
    await compare(name, done);
    if (readFileSync(file, "utf8").length < LONGEST) continue;
    for (const key of ["Control+End", ...Array<string>(6).fill("Control+Shift+k")])
      await bench.page.keyboard.press(key);
  }
});
