// How long the workbench waits for the extension, by the workbench's own figure: reading the code and activate(), over a few
// starts. Run `MEASURE=1 npm run e2e` on an idle machine. The bound is 100 ms.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, test } from "vitest";

import { EXAMPLES, Workbench } from "./workbench.js";

const TIMES = 5;
let bench: Workbench;

beforeAll(async () => {
  const files = { "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8") };
  bench = await Workbench.start({ files });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

test("activation", async () => {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    if (time > 0) await bench.reload();
    // The workbench saves the open editors now and then, so a reloaded page may not have the file yet.
    await bench.open("heart.prompt");
    await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
    await bench.run("Developer: Show Running Extensions");
    const row = bench.page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: "unembed" });
    await row.waitFor();
    times.push(Number(/Activation: (\d+)ms/.exec(await row.innerText())?.[1]));
    await bench.run("View: Close Editor");
  }
  // `activate()` alone, as the extension's log has it: without reading the code.
  const own = [...bench.hostLog.matchAll(/Activated in ([\d.]+) ms/g)].map(([, time]) => time);
  console.log(`activation: ${times.join(", ")} ms; activate() alone: ${own.join(", ")} ms`);
});
