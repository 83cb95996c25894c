// The first thing anybody does: a file is opened, and a word hovered.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, Workbench } from "./workbench.js";

let bench: Workbench;

beforeAll(async () => {
  bench = await Workbench.start({
    files: { "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8") },
  });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

test("a hover says what comes next and why", async () => {
  await bench.open("heart.prompt");
  await bench.goTo(13, 39);
  await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
  await bench.page.keyboard.press("Control+K");
  await bench.page.keyboard.press("Control+I");
  const hover = bench.page.locator(".monaco-hover-content", { hasText: "why here" });
  await hover.waitFor();
  expect(await hover.innerText()).toContain("brain");
  await bench.picture("hover");
});
