// Several hits of a search are selected and get one name: by keys, by clicks, and into a group that has others already.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";

let bench: Workbench;
let concepts: Frame;

beforeAll(async () => {
  const files = { "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8") };
  bench = await Workbench.start({ files });
  // With a whole index the list of hits stays as it is, and there are clusters.
  bench.unembed("index", "build");
}, 300_000);
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

const item = (id: string) => concepts.locator(`.results .item[data-key="${id}"]`);

/** The hits' ids, best first. */
async function hits(): Promise<string[]> {
  return concepts
    .locator(".results .item")
    .evaluateAll((all) => all.map((one) => (one as unknown as { dataset: { key: string } }).dataset.key));
}

async function selected(): Promise<string[]> {
  const options = concepts.locator('[role=option][aria-selected="true"]');
  return options.evaluateAll((all) =>
    all.map((one) => (one as unknown as { dataset: { key: string } }).dataset.key),
  );
}

/** The ids that the names file gives a name, as soon as they are so many. */
async function named(name: string, count: number): Promise<string[]> {
  const file = join(bench.project, "unembed.names.yaml");
  return until(`${name} has ${count} vectors`, () => {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const line = text.split("\n").find((one) => one.trim().startsWith(`${name}:`)) ?? "";
    const ids = line.match(/L\d+D\d+/g) ?? [];
    return Promise.resolve(ids.length === count ? ids : undefined);
  });
}

async function enter(name: string, title: string): Promise<void> {
  const box = bench.page.locator(".quick-input-widget", { hasText: title });
  await box.waitFor();
  await box.locator("input").fill(name);
  await bench.page.keyboard.press("Enter");
}

async function says(text: string): Promise<void> {
  await concepts.locator("#announcer", { hasText: text }).waitFor({ state: "attached" });
}

test("hits are selected by keys", async () => {
  await bench.open("heart.prompt");
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
  await bench.run("unembed: Search Concepts");
  concepts = await bench.view("Concepts");
  await concepts.locator(".search-box").fill("food");
  await item("L4D397").waitFor();
  await says("found");
  await concepts.locator(".search-box").press("ArrowDown");
  await concepts.locator(".results .item:focus").first().waitFor();
  for (const key of ["Space", "Shift+ArrowDown", "Shift+ArrowDown"]) await bench.page.keyboard.press(key);
  await says("3 value vectors selected");
  expect(await selected()).toEqual((await hits()).slice(0, 3));
  await bench.picture("selected");
});

test("the hits get one name", async () => {
  const ids = (await hits()).slice(0, 3);
  await concepts.locator(".selected button", { hasText: "Name 3 vectors…" }).click();
  await enter("meal", `Name ${ids.join(", ")}`);
  expect((await named("meal", 3)).sort()).toEqual([...ids].sort());
  await says("3 value vectors named meal");
  expect(await selected()).toEqual([]);
  await concepts.locator("[role=tab]", { hasText: "Names" }).click();
  await concepts.locator("#panel-names .item", { hasText: "3 value vectors" }).waitFor();
  await concepts.locator("[role=tab]", { hasText: "Search" }).click();
});

test("more join the name, by clicks and the same question", async () => {
  const all = await hits();
  const [a = "", b = "", c = "", d = "", e = ""] = all;
  await item(d).click({ modifiers: ["Control"] });
  await item(e).click({ modifiers: ["Control"] });
  await says("2 value vectors selected");
  await bench.page.keyboard.press("n");
  await enter("meal", `Name ${d}, ${e}`);
  const dialog = bench.page.locator(".monaco-dialog-box", { hasText: "The name “meal” stands for" });
  await dialog.locator(".monaco-button", { hasText: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  expect((await named("meal", 3)).sort()).toEqual([a, b, c].sort());
  // What was given up is still selected.
  expect(await selected()).toEqual([d, e]);
  await concepts.locator(".selected button", { hasText: "Name 2 vectors…" }).click();
  await enter("meal", `Name ${d}, ${e}`);
  await dialog.locator(".monaco-button", { hasText: "Add to the group" }).click();
  expect((await named("meal", 5)).sort()).toEqual([a, b, c, d, e].sort());
});

test("the members of a cluster get one name", async () => {
  await concepts.locator("[role=tab]", { hasText: "Clusters" }).click();
  const panel = concepts.locator("#panel-clusters");
  await panel.locator(".item").first().click();
  await panel.locator(".cluster-head").waitFor();
  await panel.locator(".item").first().focus();
  for (const key of ["Control+a", "Escape", "Shift+ArrowDown"]) await bench.page.keyboard.press(key);
  await says("2 value vectors selected");
  // The page's text is not selected besides.
  expect(await concepts.evaluate("String(getSelection())")).toBe("");
  const ids = await selected();
  await concepts.locator(".selected button", { hasText: "Name 2 vectors…" }).click();
  await enter("kin", `Name ${ids.join(", ")}`);
  expect((await named("kin", 2)).sort()).toEqual([...ids].sort());
});

test("no console has a warning of the extension", () => {
  expect(bench.complaints()).toEqual([]);
});
