// Pictures to look at, no test of anything: the hover, the code actions with their picker and the trace panel, in three
// themes, each in a window of 1440 by 900, in one that is 700 wide, and at a zoom of 200 %. Run
// `LOOKS=FOLDER npm run e2e`.

import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { afterEach, test } from "vitest";

import { EXAMPLES, Workbench } from "./workbench.js";

const FOLDER = resolve(process.env["LOOKS"] ?? "looks");
const THEMES = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  contrast: "Default High Contrast",
};
/** In CSS pixels: at a zoom of 200 % a window of 1440 by 900 has half of them. */
const SIZES = {
  wide: { width: 1440, height: 900 },
  narrow: { width: 700, height: 900 },
  zoomed: { width: 720, height: 450 },
};
let bench: Workbench;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await bench.keep(task.name);
  await bench.stop();
});

test.each(Object.keys(THEMES) as (keyof typeof THEMES)[])("%s", { timeout: 600_000 }, async (theme) => {
  mkdirSync(FOLDER, { recursive: true });
  bench = await Workbench.start({
    files: { "heart.prompt": readFileSync(join(EXAMPLES, "heart.prompt"), "utf8") },
    settings: { "workbench.colorTheme": THEMES[theme] },
  });
  const { page } = bench;
  await bench.open("heart.prompt");
  await page.locator(".codelens-decoration", { hasText: "on: 4.90 → 0.00" }).waitFor();
  await bench.goTo(13, 39);
  for (const [size, shown] of Object.entries(SIZES)) {
    await page.setViewportSize(shown);
    await bench.goTo(13, 39);
    const picture = async (what: string): Promise<void> => {
      // On the title bar, where it opens no box.
      await page.mouse.move(2, 2);
      await page.locator(".workbench-hover").waitFor({ state: "hidden" });
      await page.screenshot({ path: join(FOLDER, `${what}-${size}-${theme}.png`), animations: "disabled" });
    };
    const close = async (what: ReturnType<typeof page.locator>): Promise<void> => {
      await page.keyboard.press("Escape");
      await what.waitFor({ state: "hidden" });
    };
    await page.mouse.move(2, 2);
    await page.keyboard.press("Control+K");
    await page.keyboard.press("Control+I");
    const hover = page.locator(".monaco-hover-content", { hasText: "why here" });
    await hover.waitFor();
    await picture("hover");
    await close(hover);

    await page.keyboard.press("Control+.");
    const menu = page.locator(".action-widget");
    await menu.getByText("Track a token…").waitFor();
    await picture("actions");
    // The first entry, by keyboard: the menu takes no other click.
    await page.keyboard.press("Enter");
    const picker = page.locator(".quick-input-widget", { hasText: "Change L" });
    await picker.locator(".monaco-list-row").first().waitFor();
    await picture("picker");
    await close(picker);

    await bench.run("unembed: Open Trace");
    const trace = await bench.view("Trace");
    await trace.locator('.cell[data-column="7"]:focus').waitFor();
    await trace.locator(".column-title", { hasText: "position 7" }).waitFor();
    await picture("trace");
    await bench.run("View: Hide Panel");
  }
});
