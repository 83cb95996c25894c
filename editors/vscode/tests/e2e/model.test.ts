// The model of the active file: its state in the status bar and in the panel, which no other file's model changes, the list
// that a click opens, and the settings file that names models.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Frame, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";

let bench: Workbench;
let trace: Frame;

beforeAll(async () => {
  bench = await Workbench.start({
    files: {
      "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8"),
      "wife.prompt": readFileSync(join(EXAMPLES, "wife.prompt"), "utf8"),
      "mine.prompt": "---\nmodel: mine\n---\nThe structure of the\n",
    },
  });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

/** The status bar's item, with a model and without a colour, or with one. */
function item(text: string, kind: "plain" | "warning" | "error"): Locator {
  const which =
    kind === "plain" ? ".statusbar-item:not(.warning-kind):not(.error-kind)" : `.statusbar-item.${kind}-kind`;
  return bench.page.locator(which, { hasText: text });
}

/** Opens the list by a click. */
async function choose(from: Locator, entry: string): Promise<void> {
  await from.click();
  await bench.page.locator(".quick-input-list .monaco-list-row", { hasText: entry }).first().click();
}

test("a file whose model is missing says so, under its own name", async () => {
  await bench.open("heart.prompt");
  await bench.run("unembed: Open Trace");
  trace = await bench.view("Trace");
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
  await bench.open("wife.prompt");
  await item("openai-community/gpt2", "warning").waitFor();
  await trace.locator(".state button", { hasText: "Fetch the model" }).waitFor();
  expect(await trace.locator(".state .message").innerText()).toMatch(/^openai-community\/gpt2 is not/);
  expect(await trace.locator(".toolbar .file").innerText()).toBe("wife.prompt");
});

test("the errors of other files' models do not colour a file whose model works", async () => {
  await bench.open("mine.prompt");
  await item("mine", "error").waitFor();
  await bench.open("heart.prompt");
  await item("starter", "plain").waitFor();
  await trace.locator(".toolbar .file", { hasText: "heart.prompt" }).waitFor();
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
});

test("a click on the status bar chooses the file's model", async () => {
  await bench.open("wife.prompt");
  await choose(item("openai-community/gpt2", "warning"), "starter");
  await item("starter", "plain").waitFor();
  await bench.saved("wife.prompt", (text) => /^model: starter$/m.test(text));
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
});

test("an id can be entered, and the edit can be undone", async () => {
  const before = readFileSync(join(bench.project, "heart.prompt"), "utf8");
  await bench.open("heart.prompt");
  await choose(item("starter", "plain"), "Enter an id or folder");
  await bench.page.locator(".quick-input-widget", { hasText: "Hugging Face id" }).waitFor();
  await bench.page.keyboard.type("openai-community/gpt2");
  await bench.page.keyboard.press("Enter");
  await item("openai-community/gpt2", "warning").waitFor();
  const after = await bench.saved("heart.prompt", (text) => text !== before);
  expect(after).toBe(before.replace("---\n", "---\nmodel: openai-community/gpt2\n"));
  await bench.goTo(2, 1);
  await bench.page.keyboard.press("Control+Z");
  await bench.saved("heart.prompt", (text) => text === before);
});

test("a model that the settings file names is in the list", async () => {
  const file = join(dirname(bench.project), "home/config/unembed/settings.toml");
  await bench.run("unembed: Open Settings File");
  await bench.page.locator('.tab.active[data-resource-name="settings.toml"]').waitFor();
  expect(readFileSync(file, "utf8")).toContain("# [models.configured]");
  await bench.goTo(1, 1);
  await bench.page.keyboard.insertText("models.configured.mine.path = '/nowhere/at/all'\n");
  await until("the settings are saved", async () => {
    await bench.page.keyboard.press("Control+S");
    return readFileSync(file, "utf8").startsWith("models.configured.mine") ? true : undefined;
  });
  await bench.open("mine.prompt");
  await item("mine", "error").click();
  const row = bench.page.locator(".quick-input-list .monaco-list-row", { hasText: "mine" });
  await row.filter({ hasText: "/nowhere/at/all" }).waitFor();
  await bench.picture("models");
});
