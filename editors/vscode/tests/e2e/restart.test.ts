// The server's process is killed while views and providers ask: it is started again, and no log complains of a broken stream.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";

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

/** The processes of this workbench that serve its editor. */
function servers(): number[] {
  const read = (pid: string, what: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${what}`, "utf8");
    } catch {
      // It has ended.
      return "";
    }
  };
  const own = `XDG_RUNTIME_DIR=${join(dirname(bench.project), "run")}`;
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && read(pid, "cmdline").endsWith("unembed\0lsp\0"))
    .filter((pid) => read(pid, "environ").split("\0").includes(own))
    .map(Number);
}

test("a killed server is replaced without a broken stream", async () => {
  await bench.open("heart.prompt");
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
  await bench.run("unembed: Open Trace");
  const trace = await bench.view("Trace");
  await trace.locator(".heatmap .head", { hasText: "human" }).waitFor();
  for (const word of [" nose", " foot"]) {
    const [before] = servers();
    if (before === undefined) throw new Error("no server runs");
    await bench.goTo(13, 39);
    process.kill(before, "SIGKILL");
    // Questions meet the end of the server.
    await bench.page.keyboard.type(word);
    await trace.locator(".heatmap .head", { hasText: word.trim() }).waitFor();
    await until("another server runs", () => {
      const now = servers();
      return Promise.resolve(now.length === 1 && now[0] !== before ? true : undefined);
    });
  }
  await bench.run("unembed: Restart Server");
  await bench.page.locator(".codelens-decoration", { hasText: "→" }).first().waitFor();
  const wrong = bench.hostLog.split("\n").filter((line) => /ERR_STREAM|FAILED|EPIPE/.test(line));
  expect(wrong).toEqual([]);
});
