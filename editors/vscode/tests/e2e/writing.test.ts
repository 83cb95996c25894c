// Writing a file: what is offered and where, names that exist, the preview that goes with its line, and a high contrast
// theme.

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

/** What the list of completions has, as soon as it says anything. */
async function offered(): Promise<string[]> {
  await bench.page.keyboard.press("Control+Space");
  const list = bench.page.locator(".suggest-widget.visible");
  await list.locator(".monaco-list-row:visible, .message:visible").first().waitFor();
  await list.getByText("Loading").waitFor({ state: "hidden" });
  const labels = await list.locator(".monaco-list-row .label-name").allInnerTexts();
  await bench.page.keyboard.press("Escape");
  await list.waitFor({ state: "hidden" });
  return labels;
}

test("snippets stand where they are valid", async () => {
  await bench.open("heart.prompt");
  await bench.page.locator(".statusbar-item", { hasText: "starter" }).waitFor();
  await bench.page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
  await bench.goTo(13, 24);
  expect(await offered()).toEqual([]);
  // Behind "- L5D739: ".
  await bench.goTo(7, 13);
  const values = await offered();
  const [first, numbers, others] = [values[0], values.slice(1, -4), values.slice(-4)];
  expect([first, ...others]).toEqual(["off", "boost", "set", "scale", "add"]);
  // The strengths of the vector.
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers.filter((value) => !(Number(value) > 0))).toEqual([]);
  await bench.goTo(9, 1);
  expect(await offered()).toEqual(["runs"]);
});

test("a name that exists is added to, or kept", async () => {
  const file = join(bench.project, "unembed.names.yaml");
  const name = async (line: number): Promise<void> => {
    await bench.goTo(line, 8);
    await bench.run("unembed: Name Value Vector");
    await bench.page.locator(".quick-input-widget", { hasText: "works wherever an id does" }).waitFor();
    await bench.page.locator(".quick-input-widget input").fill("organ");
    await bench.page.keyboard.press("Enter");
  };
  const answer = async (button: string): Promise<void> => {
    const dialog = bench.page.locator(".monaco-dialog-box", { hasText: "stands for" });
    await dialog.locator(".monaco-button", { hasText: button }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await name(7);
  const one = await written(file, (text) => text.includes("organ: L5D739"));
  await name(8);
  await answer("Cancel");
  expect(readFileSync(file, "utf8")).toBe(one);
  await name(8);
  await answer("Add to the group");
  const group = await written(file, (text) => text.includes("L5D629"));
  expect(group).toContain("L5D739");
  await bench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
});

test("a name of the command line is there beside one of the editor", async () => {
  const file = join(bench.project, "unembed.names.yaml");
  bench.unembed("names", "set", "pump", "L5D740");
  await bench.goTo(7, 8);
  await bench.run("unembed: Name Value Vector");
  await bench.page.locator(".quick-input-widget", { hasText: "works wherever an id does" }).waitFor();
  // While the editor asks.
  bench.unembed("names", "set", "vessel", "L5D741");
  await bench.page.locator(".quick-input-widget input").fill("beat");
  await bench.page.keyboard.press("Enter");
  const text = await written(file, (now) => now.includes("beat: L5D739"));
  for (const name of ["organ", "pump: L5D740", "vessel: L5D741"]) expect(text).toContain(name);
});

test("a names file with changes is not written over one that is newer", async () => {
  const file = join(bench.project, "unembed.names.yaml");
  // The web's default is to save by itself.
  await bench.set({ "files.autoSave": "off" });
  // The list of files that the quick input searches is older than the file.
  await bench.page
    .locator(".explorer-folders-view .monaco-list-row", { hasText: "unembed.names.yaml" })
    .dblclick();
  await bench.page.locator('.tab.active[data-resource-name="unembed.names.yaml"]').waitFor();
  await bench.editor.locator(".view-line").first().click();
  await bench.page.keyboard.press("Control+End");
  await bench.page.keyboard.type("lung: L5D742");
  await bench.page.locator(".tab.dirty", { hasText: "unembed.names.yaml" }).waitFor();
  bench.unembed("names", "set", "liver", "L5D743");
  await bench.page.keyboard.press("Control+S");
  await bench.page.locator(".notification-list-item", { hasText: "newer" }).waitFor();
  await bench.picture("names-conflict");
  const text = readFileSync(file, "utf8");
  expect(text).toContain("liver: L5D743");
  expect(text).not.toContain("lung");
  await bench.run("File: Revert File");
  await bench.page.locator(".tab.dirty").waitFor({ state: "detached" });
  await bench.open("heart.prompt");
});

test("the preview goes with its line", async () => {
  await bench.goTo(8, 1);
  await bench.page.keyboard.insertText("  - L4D397: 7.5\n");
  await bench.saved("heart.prompt", (text) => text.includes("L4D397: 7.5\n"));
  await bench.goTo(8, 6);
  await bench.page.keyboard.press("Alt+=");
  await until("the preview is there", async () =>
    (await bench.behindLines()).find((t) => t.includes("next:")),
  );
  await until("the file is as it was", async () => {
    await bench.page.keyboard.press("Control+Z");
    await bench.page.keyboard.press("Control+S");
    return readFileSync(join(bench.project, "heart.prompt"), "utf8") === HEART ? true : undefined;
  });
  await until("the preview is gone", async () => {
    const behind = await bench.behindLines();
    return behind.some((text) => text.includes("next:")) ? undefined : true;
  });
});

test("hints have brackets in high contrast", async () => {
  const hint = bench.editor.locator(".view-line", { hasText: "human heart and the" });
  await until("the hint is there", async () => ((await hint.innerText()).includes("→") ? true : undefined));
  expect(await hint.innerText()).not.toContain("[");
  await bench.set({ "workbench.colorTheme": "Default High Contrast" });
  await until("the hint has brackets", async () =>
    /\[.*brain.*heart.*\]/.test(await hint.innerText()) ? true : undefined,
  );
  await bench.picture("hints-contrast");
});

test("no console has a warning of the extension", () => {
  // VS Code's own two lines on the conflict that is provoked above.
  const conflict = /File Modified Since|The content of the file is newer/;
  const complaints = bench.complaints();
  expect(complaints.filter((text) => !conflict.test(text))).toEqual([]);
  expect(complaints.filter((text) => conflict.test(text)).length).toBeLessThanOrEqual(2);
});

async function written(file: string, is: (text: string) => boolean): Promise<string> {
  return until("the names are written", () => {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    return Promise.resolve(is(text) ? text : undefined);
  });
}
