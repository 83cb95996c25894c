// The hover and the light bulb on a word of the prompt: what they show at once, and where they lead.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, Workbench } from "./workbench.js";

const HEART = readFileSync(join(EXAMPLES, "heart.prompt"), "utf8");
let bench: Workbench;

beforeAll(async () => {
  bench = await Workbench.start({ files: { "heart.prompt": HEART, "crlf.prompt": "The city\r\nof\r\n" } });
  await bench.open("heart.prompt");
  await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

test("the box has the table in it, and ids lead to cards", async () => {
  await bench.goTo(13, 39);
  const cursor = await bench.editor.locator(".cursor").first().boundingBox();
  if (cursor === null) throw new Error("the editor has no cursor");
  await bench.page.mouse.move(cursor.x + 3, cursor.y + cursor.height / 2, { steps: 3 });
  const hover = bench.page.locator(".monaco-hover-content", { hasText: "why here" });
  await hover.waitFor();
  // The box fades in.
  await bench.page
    .locator(".monaco-hover", { has: hover })
    .evaluate((box: { getAnimations(): { finished: Promise<unknown> }[] }) =>
      Promise.all(box.getAnimations().map(async ({ finished }) => finished)),
    );
  await bench.picture("hover", true);
  // At least three of the table's rows are seen without scrolling.
  const box = await bench.page.locator(".monaco-hover", { has: hover }).boundingBox();
  const rows = await hover
    .locator("tbody tr")
    .evaluateAll((all) =>
      all.map(
        (row) =>
          (row as unknown as { getBoundingClientRect(): { bottom: number } }).getBoundingClientRect().bottom,
      ),
    );
  const bottom = (box?.y ?? 0) + (box?.height ?? 0);
  expect(rows.filter((row) => row <= bottom).length).toBeGreaterThanOrEqual(3);
  // The first id of the table.
  const link = hover.locator("tbody a").first();
  const id = await link.innerText();
  expect(id).toMatch(/^L\d+D\d+$/);
  await link.click();
  const concepts = await bench.view("Concepts");
  await concepts.locator(".card", { hasText: id }).first().waitFor();
});

test("a light bulb has an entry a vector, which opens its choices", async () => {
  await bench.goTo(13, 39);
  await bench.page.keyboard.press("Control+.");
  const menu = bench.page.locator(".action-widget");
  await menu.getByText("Track a token…").waitFor();
  await bench.picture("actions");
  expect(await menu.getByText(/^Change L\d+D\d+/).count()).toBe(4);
  // By keyboard, as far as the entry: the menu takes no other click.
  await menu.getByText("Track a token…").click();
  const picker = bench.page.locator(".quick-input-widget", { hasText: "Track a token…" });
  await picker.locator(".monaco-list-row").first().waitFor();
  await picker.locator(".monaco-list-row").last().click();
  const saved = await bench.saved("heart.prompt", (text) => text !== HEART);
  expect(saved).toMatch(/track: \[" brain", " heart", /);
});

test("line ends that were not typed are changed by an action", async () => {
  await bench.open("crlf.prompt");
  await bench.page.locator(".statusbar-item", { hasText: "CRLF" }).waitFor();
  await bench.goTo(1, 1);
  await bench.page.keyboard.press("Control+.");
  const fix = bench.page.locator(".action-widget .monaco-list-row.focused", { hasText: "Use LF line ends" });
  await fix.waitFor();
  await bench.page.keyboard.press("Enter");
  expect(await bench.saved("crlf.prompt", (text) => !text.includes("\r"))).toBe("The city\nof\n");
});
