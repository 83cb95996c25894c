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
/** As CSS pixels: a browser at a zoom of 200 % has half of them. */
const SIZES = {
  wide: { width: 1440, height: 900, deviceScaleFactor: 1 },
  narrow: { width: 700, height: 900, deviceScaleFactor: 1 },
  zoomed: { width: 720, height: 450, deviceScaleFactor: 2 },
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
  const screen = await page.context().newCDPSession(page);
  for (const [size, shown] of Object.entries(SIZES)) {
    await screen.send("Emulation.setDeviceMetricsOverride", { ...shown, mobile: false });
    await page.waitForFunction(
      (width) => (globalThis as unknown as { innerWidth: number }).innerWidth === width,
      shown.width,
    );
    const picture = (what: string) =>
      page.screenshot({ path: join(FOLDER, `${what}-${size}-${theme}.png`), animations: "disabled" });
    const close = async (what: ReturnType<typeof page.locator>): Promise<void> => {
      await page.keyboard.press("Escape");
      await what.waitFor({ state: "hidden" });
    };
    await bench.run("View: Focus Active Editor Group");
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
    await menu
      .getByText(/^Change L\d+D\d+/)
      .first()
      .click();
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
