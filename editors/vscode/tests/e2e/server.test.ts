// The server is missing, is too old, does not start, loads a model, and finally serves: one workbench through all of it, with
// the build that has no server.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, test } from "vitest";

import { broken, loading, tooOld } from "./fakes.js";
import { EXAMPLES, Workbench } from "./workbench.js";

let bench: Workbench;
let trace: Frame;

beforeAll(async () => {
  const files = { "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8") };
  // No unembed on the PATH, wherever the tests run.
  bench = await Workbench.start({ files, build: "bare", path: "/usr/bin:/bin" });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
});
afterAll(() => bench.stop());

async function says(message: string): Promise<void> {
  await trace.locator(".state .message", { hasText: message }).waitFor();
}

async function bar(text: string): Promise<void> {
  await bench.page.locator(".statusbar-item", { hasText: text }).waitFor();
}

test("there is no program", async () => {
  await bench.open("heart.prompt");
  await bench.run("unembed: Open Trace");
  trace = await bench.view("Trace");
  await says("The program unembed was not found.");
  await trace.locator(".state button", { hasText: "How to install" }).waitFor();
  await bench.page.locator(".statusbar-item.error-kind", { hasText: "unembed" }).waitFor();
  await bench.picture("no-program");
});

test("the setting names a missing file", async () => {
  await bench.set({ "unembed.server.path": "/nowhere/unembed" }, "Machine");
  await says("There is no program at /nowhere/unembed.");
});

test("the program is too old", async () => {
  await bench.set({ "unembed.server.path": tooOld(bench.project) }, "Machine");
  await says("The program unembed is too old for this extension.");
  await trace.locator(".state .detail", { hasText: "unembed.intervene" }).waitFor();
});

test("the program does not start", async () => {
  await bench.set({ "unembed.server.path": broken(bench.project) }, "Machine");
  await says("The server does not start.");
  await trace.locator(".state .detail", { hasText: "no processor for this program" }).waitFor();
});

test("a model is loading", async () => {
  await bench.set({ "unembed.server.path": loading(bench.project) }, "Machine");
  await says("Loading large");
  await bar("starter: loading");
});

test("the setting names the right program", async () => {
  await bench.set({ "unembed.server.path": process.env["UNEMBED"] }, "Machine");
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
  await bar("starter");
});

test("the daemon ends, and the panel comes back", async () => {
  bench.unembed("stop");
  await bench.goTo(13, 41);
  await bench.page.keyboard.type(" nose");
  await trace.locator(".heatmap .head", { hasText: "nose" }).waitFor();
});
