// The main story: open the example, hover, read the trace panel, search for food, add a vector, generate, compare the
// texts, disable the line, name the vector, undo. Its pictures are the documentation's.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";

const HEART = readFileSync(join(EXAMPLES, "heart.prompt"), "utf8");
let bench: Workbench;

beforeAll(async () => {
  bench = await Workbench.start({ files: { "heart.prompt": HEART } });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

test("a hover says what comes next and why", async () => {
  await bench.open("heart.prompt");
  await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
  await bench.goTo(13, 39);
  await bench.page.keyboard.press("Control+K");
  await bench.page.keyboard.press("Control+I");
  const hover = bench.page.locator(".monaco-hover-content", { hasText: "why here" });
  await hover.waitFor();
  expect(await hover.innerText()).toContain("brain");
  await bench.page.keyboard.press("Escape");
});

test("the trace panel shows each layer's prediction at each token", async () => {
  await bench.run("unembed: Open Trace");
  const trace = await bench.view("Trace");
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
  await trace.locator(".column-title", { hasText: "position 7" }).waitFor();
  // It follows the editor's cursor.
  await bench.goTo(13, 27);
  await trace.locator(".column-title", { hasText: "heart" }).waitFor();
  await bench.goTo(13, 39);
  await trace.locator(".column-title", { hasText: "position 7" }).waitFor();
  expect(await trace.locator(".updates .vector").count()).toBeGreaterThan(0);
  await trace.locator(".updates .vector").first().click();
  await trace.locator(".card .word-bars").first().waitFor();
  await trace.locator(".card button", { hasText: "Close" }).first().click();
});

test("the panel fits every theme", async () => {
  const trace = await bench.view("Trace");
  for (const [theme, name, kind] of [
    ["Default Dark Modern", "trace-dark", "vscode-dark"],
    ["Default High Contrast", "trace-contrast", "vscode-high-contrast"],
    ["Default Light Modern", "trace-light", "vscode-light"],
  ] as const) {
    await bench.set({ "workbench.colorTheme": theme });
    await trace.locator(`body.${kind}`).waitFor();
    // The settings editor has restored the panel's size.
    await bench.run("View: Toggle Maximized Panel");
    await bench.editor.waitFor({ state: "hidden" });
    await trace.locator(".column-title").scrollIntoViewIfNeeded();
    await bench.picture(name);
  }
  await bench.set({ "workbench.colorTheme": "Default Dark Modern" });
  await trace.locator("body.vscode-dark").waitFor();
});

test("a concept is found and added", async () => {
  await bench.run("unembed: Search Concepts");
  const concepts = await bench.view("Concepts");
  await concepts.locator(".search-box").fill("food");
  const first = concepts.locator(".results .item", { hasText: "L4D397" });
  await first.waitFor();
  expect(await first.innerText()).toContain("food");
  // The picture shows a complete index.
  await concepts.locator(".building .progress").waitFor({ state: "hidden" });
  await concepts.locator(".results .item-add").first().click();
  const text = await bench.saved("heart.prompt", (now) => now !== HEART);
  expect(text).toMatch(/\n {2}- L4D397: 7\.5 {2}# .*food/);
  await bench.page.locator(".codelens-decoration", { hasText: "→ 7.50" }).waitFor();
  await bench.picture("explorer");
  await first.click();
  await concepts.locator(".card .word-bars").first().waitFor();
  await bench.picture("card");
});

test("a slider writes its number while it moves, as one step to undo", async () => {
  const concepts = await bench.view("Concepts");
  const slider = concepts.locator(".card .slider");
  const box = await slider.boundingBox();
  if (box === null) throw new Error("The slider cannot be seen.");
  const { mouse } = bench.page;
  const middle = box.y + box.height / 2;
  await mouse.move(box.x + box.width * 0.7, middle);
  await mouse.down();
  for (const part of [0.6, 0.5, 0.4]) {
    await mouse.move(box.x + box.width * part, middle);
    await until("the line follows", async () => {
      const [line] = await bench.editor.locator(".view-line", { hasText: "L4D397" }).allInnerTexts();
      const value = Number(/:\s(-?[\d.]+)/.exec(line ?? "")?.[1]);
      return value === Number(await slider.inputValue()) ? true : undefined;
    });
  }
  await mouse.up();
  await bench.saved("heart.prompt", (now) => !now.includes("- L4D397: 7.5"));
  await concepts.locator("[aria-label='Close the card']").click();
  await bench.goTo(9, 6);
  await bench.page.keyboard.press("Control+Z");
  await bench.saved("heart.prompt", (now) => now.includes("- L4D397: 7.5"));
});

test("the text differs with the intervention", async () => {
  await bench.goTo(9, 6);
  await bench.page.keyboard.press("Alt+Enter");
  const generation = await bench.view("Generation");
  const baseline = generation.locator(".run[aria-label=baseline] .flowing");
  const intervened = generation.locator(".run[aria-label=intervened] .flowing");
  await generation.locator(".toolbar", { hasText: "the runs differ from token" }).waitFor();
  expect(await intervened.innerText()).not.toBe(await baseline.innerText());
  // The tokens can be chosen once the text is complete.
  await intervened.locator("[role=button]").first().waitFor();
  await bench.picture("generation");
  await intervened.locator("[role=button]").nth(1).click();
  await generation.locator(".why [aria-expanded]").last().click();
  const vector = generation.locator(".why .updates .vector").first();
  const id = await vector.getAttribute("data-id");
  await vector.click();
  const concepts = await bench.view("Concepts");
  await concepts
    .locator(".card h2, .card .card-title", { hasText: id ?? "" })
    .first()
    .waitFor();
  await concepts.locator("[aria-label='Close the card']").click();
});

test("a line is stepped, and switched off and on", async () => {
  await bench.goTo(9, 6);
  await bench.page.keyboard.press("Alt+=");
  await bench.saved("heart.prompt", (now) => now.includes("  - L4D397: 8  #"));
  await until("what comes next stands behind the line", async () => {
    const shown = await bench.behindLines();
    return shown.find((text) => /next: .* → /.test(text));
  });
  // Keys count even if they come faster than the text changes.
  for (const key of ["Alt+=", "Alt+=", "Alt+=", "Alt+-", "Alt+="]) await bench.page.keyboard.press(key);
  await bench.saved("heart.prompt", (now) => now.includes("  - L4D397: 9.5  #"));
  for (const key of Array<string>(4).fill("Alt+-")) await bench.page.keyboard.press(key);
  await bench.saved("heart.prompt", (now) => now.includes("  - L4D397: 7.5  #"));
  await bench.run("unembed: Toggle Intervention");
  await bench.saved("heart.prompt", (now) => now.includes("  # - L4D397: 7.5  #"));
  await bench.page.locator(".codelens-decoration", { hasText: "disabled: −0.11" }).waitFor();
  await bench.run("unembed: Toggle Intervention");
  await bench.saved("heart.prompt", (now) => now.includes("\n  - L4D397: 7.5  #"));
});

test("the vector gets a name, and the name is changed in both files", async () => {
  await bench.goTo(9, 6);
  await bench.run("unembed: Name Value Vector");
  const input = bench.page.locator(".quick-input-widget input");
  await bench.page.locator(".quick-input-widget", { hasText: "Name L4D397" }).waitFor();
  await input.fill("food");
  await bench.page.keyboard.press("Enter");
  await until("the name is written", () => read(names(), (text) => text.includes("food: L4D397")));
  // Write the name in place of the id.
  await bench.goTo(9, 5);
  for (const key of Array<string>("L4D397".length).fill("Shift+ArrowRight")) {
    await bench.page.keyboard.press(key);
  }
  await bench.page.locator(".statusbar-item", { hasText: "(6 selected)" }).waitFor();
  await bench.page.keyboard.type("food");
  await bench.saved("heart.prompt", (now) => now.includes("  - food: 7.5  #"));
  await bench.page.locator(".codelens-decoration", { hasText: "→ 7.50" }).waitFor();
  await bench.page.keyboard.press("F2");
  const rename = bench.page.locator("input.rename-input");
  await rename.waitFor();
  await rename.fill("eating");
  await bench.page.keyboard.press("Enter");
  await bench.saved("heart.prompt", (now) => now.includes("  - eating: 7.5  #"));
  await until("the names file says it too", () => read(names(), (text) => text.includes("eating: L4D397")));
  const concepts = await bench.view("Concepts");
  await concepts.locator("[role=tab]", { hasText: "Names" }).click();
  await concepts.locator("#panel-names .item", { hasText: "eating" }).waitFor();
});

test("everything can be undone", async () => {
  await bench.goTo(9, 6);
  // One undo takes back the rename in both files.
  await bench.page.keyboard.press("Control+Z");
  await bench.saved("heart.prompt", (now) => now.includes("  - food: 7.5  #"));
  await until("the names file is as it was", () => read(names(), (text) => text.includes("food: L4D397")));
  const text = await until("the file is as it was", async () => {
    await bench.page.keyboard.press("Control+Z");
    await bench.page.keyboard.press("Control+S");
    return read(join(bench.project, "heart.prompt"), (now) => now === HEART);
  });
  expect(text).toBe(HEART);
});

test("no console has a warning of the extension", () => {
  expect(bench.complaints()).toEqual([]);
});

function names(): string {
  return join(bench.project, "unembed.names.yaml");
}

function read(file: string, is: (text: string) => boolean): Promise<string | undefined> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return Promise.resolve(is(text) ? text : undefined);
}
