// Special files: with errors, too long, with a model that must be fetched, read-only, and none at all.

import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, Workbench } from "./workbench.js";

const HEART = readFileSync(join(EXAMPLES, "heart.prompt"), "utf8");
let bench: Workbench;
let trace: Frame;

beforeAll(async () => {
  bench = await Workbench.start({
    files: {
      "errors.prompt":
        "---\ninterventions:\n  - L99D1: off\n  - L5D739: off\n---\nThe structure of the human heart and the\n",
      "long.prompt": `The ${"history of the ".repeat(2000)}\n`,
      "wife.prompt": readFileSync(join(EXAMPLES, "wife.prompt"), "utf8"),
      "fixed.prompt": HEART,
    },
  });
  chmodSync(join(bench.project, "fixed.prompt"), 0o444);
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

test("no file is open", async () => {
  await bench.run("unembed: Open Trace");
  trace = await bench.view("Trace");
  await trace.locator(".state .message", { hasText: "No prompt file is open." }).waitFor();
  await trace.locator(".state button", { hasText: "Open the example" }).waitFor();
});

test("a file with errors is traced without the lines that have them", async () => {
  await bench.open("errors.prompt");
  await trace.locator(".problems", { hasText: "Line 3" }).waitFor();
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "error:" }).waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
});

test("a prompt that is too long for its model is cut", async () => {
  await bench.open("long.prompt");
  await trace.locator(".problems", { hasText: "the prompt is longer than the context of starter" }).waitFor();
  // The panel shows the part that fits.
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
});

test("a model that is missing can be fetched", async () => {
  await bench.open("wife.prompt");
  await trace.locator(".state .message", { hasText: "openai-community/gpt2" }).waitFor();
  await trace.locator(".state button", { hasText: "Fetch the model" }).waitFor();
  await bench.page.locator(".statusbar-item.warning-kind", { hasText: "openai-community/gpt2" }).waitFor();
});

test("a read-only file is shown and not changed", async () => {
  await bench.open("fixed.prompt");
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
  await bench.goTo(7, 6);
  await bench.run("unembed: Toggle Intervention");
  await bench.page.locator(".notification-toast", { hasText: "read-only" }).waitFor();
  expect(readFileSync(join(bench.project, "fixed.prompt"), "utf8")).toBe(HEART);
});
