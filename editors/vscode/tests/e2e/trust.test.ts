// A workspace that is not trusted: the extension's own program serves it; the program on the PATH does so only after the
// user trusts the workspace.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { EXAMPLES, Workbench } from "./workbench.js";

const files = { "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8") };
let bench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench?.keep(task.name);
  await bench?.stop();
  bench = undefined;
});

test("the program on the PATH is started when the workspace is trusted", async () => {
  const path = `${dirname(process.env["UNEMBED"] ?? "")}:/usr/bin:/bin`;
  bench = await Workbench.start({ files, build: "bare", restricted: true, path });
  await bench.open("heart.prompt");
  await bench.run("unembed: Open Trace");
  const trace = await bench.view("Trace");
  await trace.locator(".state .message", { hasText: "restricted workspace" }).waitFor();
  expect(bench.hostLog).not.toContain("Served by");
  await trace.locator(".state button", { hasText: "Manage trust" }).click();
  await bench.page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).click();
  await trace.locator(".heatmap [role=gridcell]").first().waitFor();
});

test("the bundled server serves a restricted workspace", async () => {
  bench = await Workbench.start({ files, restricted: true });
  await bench.open("heart.prompt");
  await bench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
});
