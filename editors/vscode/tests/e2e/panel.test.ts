// The trace panel as it opens in a window of 1440 by 900: all layers, the keys at once, and the same in the editor area.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";

let bench: Workbench;
let trace: Frame;

beforeAll(async () => {
  const files = { "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8") };
  bench = await Workbench.start({ files });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

/** Waits until the cell of the last token has the focus. */
async function landed(frame: Frame): Promise<void> {
  await frame.locator('.cell[data-column="7"]:focus').waitFor();
}

test("the keys move in the panel as soon as it is open", async () => {
  await bench.open("heart.prompt");
  await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
  await bench.goTo(13, 39);
  await bench.page.keyboard.press("Alt+Shift+Enter");
  trace = await bench.view("Trace");
  await landed(trace);
  await bench.page.keyboard.press("ArrowLeft");
  await trace.locator(".column-title", { hasText: "position 6" }).waitFor();
  // The second time the page is there already.
  await bench.goTo(13, 39);
  await trace.locator(".column-title", { hasText: "position 7" }).waitFor();
  await bench.page.keyboard.press("Alt+Shift+Enter");
  await landed(trace);
});

test("all six layers are in view at the panel's own height", async () => {
  const map = await trace.locator(".heatmap").first().boundingBox();
  const frame = await (await trace.frameElement()).boundingBox();
  for (const layer of [0, 5]) {
    const cell = await trace.locator(`.cell[data-column="7"][data-row="${layer}"]`).boundingBox();
    expect(cell?.y).toBeGreaterThan(map?.y ?? Infinity);
    expect((cell?.y ?? Infinity) + (cell?.height ?? 0)).toBeLessThan((frame?.y ?? 0) + (frame?.height ?? 0));
  }
  await bench.picture("panel");
});

test("the trace opens in the editor area", async () => {
  await bench.run("unembed: Open Trace in Editor Area");
  const beside = await until("there are two pages", async () => {
    for (const frame of bench.page.frames()) {
      const found = frame !== trace && (await frame.title().catch(() => "")) === "Trace";
      if (found) return frame;
    }
    return undefined;
  });
  await landed(beside);
  await bench.page.keyboard.press("ArrowLeft");
  await beside.locator(".column-title", { hasText: "position 6" }).waitFor();
  await bench.picture("panel-beside");
});
