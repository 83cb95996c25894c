// Another extension has `.prompt`: this one offers itself for a file of its own, once in a workspace, and takes the files over
// as the answer says.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { EXAMPLES, until, Workbench } from "./workbench.js";

const OTHER = {
  dotprompt: {
    contributes: { languages: [{ id: "dotprompt", aliases: ["Dotprompt"], extensions: [".prompt"] }] },
  },
};
const files = {
  "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8"),
  "history.prompt": readFileSync(join(EXAMPLES, "history.prompt"), "utf8"),
  "greeting.prompt":
    "---\nmodel: googleai/gemini\ninput:\n  schema:\n    name: string\n---\nHello {{name}}\n",
};
let bench: Workbench;
let started: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await started?.keep(task.name);
  await started?.stop();
  started = undefined;
});

const offer = () =>
  bench.page.locator(".notification-toast", { hasText: "This looks like an unembed prompt file." });
const language = (name: string) =>
  bench.page.locator("[id='status.editor.mode']", { hasText: new RegExp(`^${name}$`) });

/** Waits until the extension has taken note of the file that is open: it runs, and it has had its turn. */
async function seen(): Promise<void> {
  await until("the extension runs", () =>
    Promise.resolve(bench.hostLog.includes("unembed.unembed") ? true : undefined),
  );
}

test("one file is taken over, and nothing is asked again", async () => {
  started = bench = await Workbench.start({ files, others: OTHER });
  await bench.open("greeting.prompt");
  await language("Dotprompt").waitFor();
  await seen();
  await bench.open("heart.prompt");
  await language("Dotprompt").waitFor();
  await offer().waitFor();
  expect(await offer().innerText()).toContain("Another extension opened it as dotprompt.");
  // Only this file's: the other one is not of this extension's format.
  expect(await offer().count()).toBe(1);
  await bench.picture("offer");
  await offer().getByRole("button", { name: "Open as Prompt" }).click();
  await language("Prompt").waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
  // The next one stays with the other extension. The answer is kept with the workspace.
  await bench.open("history.prompt");
  await language("Dotprompt").waitFor();
  await bench.reload();
  await bench.open("heart.prompt");
  await language("Dotprompt").waitFor();
  await bench.run("unembed: Search Concepts");
  const concepts = await bench.view("Concepts");
  await concepts.locator("footer", { hasText: "no prompt file is open" }).waitFor();
  expect(await offer().count()).toBe(0);
});

test("all files of the workspace are taken over", async () => {
  started = bench = await Workbench.start({ files, others: OTHER });
  await bench.open("heart.prompt");
  await offer().getByRole("button", { name: "Always for .prompt here" }).click();
  await language("Prompt").waitFor();
  await bench.open("history.prompt");
  await language("Prompt").waitFor();
  const settings = join(bench.project, ".vscode", "settings.json");
  expect(existsSync(settings) ? JSON.parse(readFileSync(settings, "utf8")) : null).toEqual({
    "files.associations": { "*.prompt": "lmprompt" },
  });
});

test("a refusal is an answer", async () => {
  started = bench = await Workbench.start({ files, others: OTHER });
  await bench.open("heart.prompt");
  await offer().getByRole("button", { name: "Not here" }).click();
  await offer().waitFor({ state: "detached" });
  await bench.open("history.prompt");
  await language("Dotprompt").waitFor();
  await bench.run("unembed: Search Concepts");
  const concepts = await bench.view("Concepts");
  await concepts.locator("footer", { hasText: "no prompt file is open" }).waitFor();
  expect(await offer().count()).toBe(0);
  expect(existsSync(join(bench.project, ".vscode"))).toBe(false);
});

test("the user's own choice of a language is not questioned", async () => {
  started = bench = await Workbench.start({
    files,
    others: OTHER,
    settings: { "files.associations": { "*.prompt": "yaml" } },
  });
  await bench.open("heart.prompt");
  await language("YAML").waitFor();
  await bench.run("unembed: Search Concepts");
  const concepts = await bench.view("Concepts");
  await concepts.locator("footer", { hasText: "no prompt file is open" }).waitFor();
  expect(await offer().count()).toBe(0);
});
