// What is offered while an intervention is typed: value vectors by concept and names behind the dash, then values, and no
// snippet above them.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";

const HEART = readFileSync(join(EXAMPLES, "heart.prompt"), "utf8");
const VALUES = ["off", "boost", "set", "scale", "add"];
let bench: Workbench;

beforeAll(async () => {
  bench = await Workbench.start({ files: { "heart.prompt": HEART } });
  // Only what is in the index is offered.
  bench.unembed("index", "build");
  await bench.open("heart.prompt");
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
}, 300_000);
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

const list = () => bench.page.locator(".suggest-widget.visible");
const rows = () => list().locator(".monaco-list-row");

/** What the open list offers, as soon as one of its rows has the text. */
async function offered(text: string): Promise<string[]> {
  await rows().filter({ hasText: text }).first().waitFor();
  return rows().locator(".label-name").allInnerTexts();
}

/** Begins a line below the last intervention. */
async function line(typed: string): Promise<void> {
  await bench.goTo(8, 1);
  await bench.page.keyboard.press("End");
  // The new line is indented as the one before it.
  await bench.page.keyboard.press("Enter");
  await bench.page.locator(".statusbar-item", { hasText: "Ln 9, Col 3" }).waitFor();
  await bench.page.keyboard.type(typed);
}

async function undone(): Promise<void> {
  await until("the file is as it was", async () => {
    await bench.page.keyboard.press("Control+Z");
    await bench.page.keyboard.press("Control+S");
    return readFileSync(join(bench.project, "heart.prompt"), "utf8") === HEART ? true : undefined;
  });
}

/** The labels that are no numbers: the strengths of a vector are. */
function words(labels: string[]): string[] {
  return labels.filter((label) => Number.isNaN(Number(label)));
}

test("a word behind the dash offers the value vectors that promote it", async () => {
  await line("- food");
  const labels = await offered("L4D397");
  expect(labels[0]).toBe("L4D397");
  expect(labels.filter((label) => !/^L\d+D\d+$/.test(label))).toEqual([]);
  await bench.picture("completion");
});

test("a chosen vector is followed by its values, and they are narrowed as one types", async () => {
  await bench.page.keyboard.press("Enter");
  expect(words(await offered("boost"))).toEqual(VALUES);
  await bench.page.keyboard.type("bo");
  await until("boost alone is offered", async () =>
    (await rows().locator(".label-name").allInnerTexts()).join() === "boost" ? true : undefined,
  );
  await bench.page.keyboard.press("Enter");
  await bench.saved("heart.prompt", (text) => text.includes("\n  - L4D397: boost\n"));
  await undone();
});

test("a value typed behind a name is offered too", async () => {
  await line("- L5D662: ");
  expect(words(await offered("boost"))).toEqual(VALUES);
  await bench.page.keyboard.type("of");
  await until("off comes first", async () =>
    (await rows().locator(".label-name").first().innerText()) === "off" ? true : undefined,
  );
  await bench.page.keyboard.press("Enter");
  await bench.saved("heart.prompt", (text) => text.includes("\n  - L5D662: off\n"));
  await undone();
});

test("a name comes before the vectors of its concept", async () => {
  bench.unembed("names", "set", "foodstuff", "L5D133", "L2D70");
  await until("the name is written", () =>
    Promise.resolve(existsSync(join(bench.project, "unembed.names.yaml")) ? true : undefined),
  );
  await line("- foods");
  const labels = await offered("foodstuff");
  expect(labels[0]).toBe("foodstuff");
  await bench.page.keyboard.press("Enter");
  expect(words(await offered("boost"))).toEqual(VALUES);
  await bench.page.keyboard.press("Enter");
  await bench.saved("heart.prompt", (text) => text.includes("\n  - foodstuff: off\n"));
});

test("no console has a warning of the extension", () => {
  expect(bench.complaints()).toEqual([]);
});
