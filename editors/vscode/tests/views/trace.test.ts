// The trace panel in a browser: its heat map, keys, runs and states.

import { describe, expect, it } from "vitest";

import { browsing } from "./browsing.js";
import type { View } from "./harness.js";
import { madeGrid, madeTrace } from "./made.js";
import { columnOf, FOUR, heart, NO_CHOICE, traced, traceOf, traceOfFour, withFourRuns } from "./story.js";

const open = browsing("trace");

/** `[position, layer]` of the cell that has the focus. */
async function focused(of: View): Promise<[number, number] | null> {
  return of.page.evaluate(() => {
    const here = document.activeElement;
    if (!(here instanceof HTMLElement) || !here.classList.contains("cell")) return null;
    return [Number(here.dataset["column"]), Number(here.dataset["row"])] as [number, number];
  });
}

describe("the heat map", { timeout: 30_000 }, () => {
  it("is a grid whose cells have the prediction and its probability", async () => {
    const { page } = await traced(await open());
    const grid = page.getByRole("grid");
    expect(await grid.getAttribute("aria-colcount")).toBe("9");
    expect(await grid.getAttribute("aria-rowcount")).toBe("7");
    const label = (column: number, row: number): Promise<string | null> =>
      grid.locator(`[data-column="${column}"][data-row="${row}"]`).getAttribute("aria-label");
    expect(await grid.locator('[data-column="7"][data-row="5"]').textContent()).toBe("␣heart");
    expect(await label(7, 5)).toBe("heart, 0.07, differs between the runs");
    expect(await label(7, 4)).toMatch(/^heart, 0\.\d+, top token fixed from here on/);
    expect(await grid.getByRole("rowheader").last().getAttribute("aria-label")).toBe(
      "layer 5, the model's output",
    );
    expect(await grid.getByRole("columnheader").last().getAttribute("aria-label")).toBe("position 7, the");
  });

  it("asks for the column of the last token first", async () => {
    const opened = await traced(await open());
    expect(await opened.sent("askColumn")).toMatchObject([{ position: 7 }]);
  });

  it("has enough contrast in every cell, in every theme", async () => {
    const opened = await open({ width: 1000, height: 900 });
    await opened.send(madeTrace(60, 24));
    for (const theme of ["dark-modern", "light-modern", "high-contrast", "high-contrast-light"] as const) {
      await opened.setTheme(theme);
      // The shades follow the theme in a callback.
      await opened.page.waitForFunction(() => {
        const probe = getComputedStyle(document.documentElement).getPropertyValue(
          "--vscode-editor-background",
        );
        return document.querySelector(".cell") !== null && probe !== "";
      });
      const least = await opened.page.evaluate(async () => {
        await new Promise((done) => requestAnimationFrame(done));
        const numbers = (text: string): number[] => (text.match(/[\d.]+/g) ?? []).map(Number);
        const luminance = (text: string): number => {
          const [r = 0, g = 0, b = 0] = numbers(text).map((c) =>
            c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
          );
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        return Math.min(
          ...[...document.querySelectorAll<HTMLElement>(".cell")].map((cell) => {
            const style = getComputedStyle(cell);
            const [a, b] = [luminance(style.backgroundColor), luminance(style.color)];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          }),
        );
      });
      expect(least, theme).toBeGreaterThan(4.4);
    }
  });

  it("draws the visible cells of 1,024 tokens and 48 layers, in order", async () => {
    const opened = await open({ width: 1200, height: 800 });
    await opened.send(madeTrace(1024, 48));
    const count = (): Promise<number> => opened.page.locator(".cell").count();
    expect(await count()).toBeLessThan(1200);
    await opened.page
      .locator(".heatmap")
      .first()
      .evaluate((map) => map.scrollTo(40_000, 300));
    await opened.page.waitForFunction(
      () => document.querySelector('.heatmap .cell[data-column="480"]') !== null,
    );
    expect(await count()).toBeLessThan(1200);
    const order = await opened.page.evaluate(() => {
      const increasing = (list: number[]): boolean =>
        list.every((value, index) => index === 0 || value === (list[index - 1] ?? 0) + 1);
      const map = document.querySelector(".heatmap");
      const rows = [...(map?.querySelectorAll(".row") ?? [])];
      const columns = rows.map((row) =>
        [...row.querySelectorAll<HTMLElement>(".cell")].map((cell) => Number(cell.dataset["column"])),
      );
      return [
        increasing(rows.map((row) => Number(row.getAttribute("aria-rowindex")))),
        ...columns.map(increasing),
      ];
    });
    expect(order.every((one) => one)).toBe(true);
    // Scroll back: elements are reused.
    await opened.page
      .locator(".heatmap")
      .first()
      .evaluate((map) => map.scrollTo(39_400, 0));
    await opened.page.waitForFunction(
      () => document.querySelector('.heatmap .cell[data-column="474"][data-row="0"]') !== null,
    );
    const texts = await opened.page.evaluate(() => {
      const first = document.querySelector('.heatmap .cell[data-column="472"][data-row="3"]');
      const head = [...document.querySelectorAll<HTMLElement>(".heatmap .token-head")].map((one) =>
        Number(one.dataset["column"]),
      );
      return { text: first?.textContent ?? "", head };
    });
    const grid = madeGrid(1024, 48);
    const word = grid.vocabulary[grid.runs[1]?.guess[472 * 48 + 3] ?? 0]?.token ?? "";
    expect(texts.text).toBe(word.replaceAll(" ", "␣").replaceAll("\n", "⏎"));
    expect(texts.head).toEqual([...texts.head].sort((a, b) => a - b));
  });

  it("keeps its headers in view while it scrolls", async () => {
    const opened = await open({ width: 900, height: 700 });
    await opened.send(madeTrace(200, 48));
    const map = opened.page.locator(".heatmap").first();
    await map.evaluate((element) => element.scrollTo(3000, 400));
    await opened.page.waitForFunction(
      () => document.querySelector('.heatmap .cell[data-column="40"]') !== null,
    );
    const places = await map.evaluate((element) => {
      const own = element.getBoundingClientRect();
      const head = element.querySelector(".head")?.getBoundingClientRect();
      const numbers = [...element.querySelectorAll(".layer-head")];
      const side = numbers.map((one) => one.getBoundingClientRect().left - own.left);
      const layers = numbers.map((one) => [one.getBoundingClientRect().top, `layer ${one.textContent}`]);
      const rows = [...element.querySelectorAll(".row")].map((row) => [
        row.getBoundingClientRect().top,
        row.querySelector('[role="rowheader"]')?.getAttribute("aria-label")?.replace(/,.*/, ""),
      ]);
      return { top: (head?.top ?? -1) - own.top, side, layers, rows };
    });
    expect(places.top).toBe(0);
    expect(new Set(places.side)).toEqual(new Set([0]));
    expect(places.layers).toEqual(places.rows);
    expect(places.layers.length).toBeGreaterThan(5);
  });
});

/** Which layers of the chosen column are wholly in view, and whether the chosen cell is. */
async function inView(of: View): Promise<{ layers: number[]; chosen: boolean }> {
  return of.page.evaluate(() => {
    const cells = [...document.querySelectorAll<HTMLElement>(".heatmap .cell.in-column")];
    const map = document.querySelector(".heatmap")?.getBoundingClientRect();
    const head = document.querySelector(".heatmap .head")?.getBoundingClientRect();
    if (map === undefined || head === undefined) throw new Error("there is no map");
    const bottom = Math.min(map.bottom, window.innerHeight);
    const seen = cells.filter((cell) => {
      const box = cell.getBoundingClientRect();
      return (
        box.top >= head.bottom - 1 && box.bottom <= bottom && box.left >= map.left && box.right <= map.right
      );
    });
    const layers = seen.map((cell) => Number(cell.dataset["row"]));
    return { layers, chosen: seen.some((cell) => cell.ariaSelected === "true") };
  });
}

describe("a low panel", { timeout: 30_000 }, () => {
  const wide = { width: 1390, height: 265 };
  const narrow = { width: 650, height: 265 };
  const zoomed = { width: 670, height: 130 };

  it.each([wide, narrow, { width: 1090, height: 200 }])(
    "shows all six layers of the chosen column, %o",
    async (size) => {
      const opened = await open(size);
      await opened.send(madeTrace(60, 6));
      await opened.waitSent("askColumn");
      expect(await inView(opened)).toEqual({ layers: [0, 1, 2, 3, 4, 5], chosen: true });
      expect(await opened.page.locator(".details").isVisible()).toBe(true);
    },
  );

  it.each([zoomed, { width: 420, height: 130 }])("can be used at 200 %, %o", async (size) => {
    const opened = await open(size);
    await opened.send(madeTrace(60, 6));
    await opened.waitSent("askColumn");
    const { layers, chosen } = await inView(opened);
    expect(layers.length).toBeGreaterThanOrEqual(3);
    expect(chosen).toBe(true);
    await opened.page.getByRole("button", { name: "Keys" }).click();
    const box = await opened.page.getByRole("dialog", { name: "Keys" }).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(size.height);
  });

  it("keeps the chosen cell in view while it is resized", async () => {
    const opened = await open({ width: 1390, height: 800 });
    await opened.send(madeTrace(200, 48));
    for (const size of [narrow, zoomed, wide, { width: 420, height: 130 }, { width: 1100, height: 800 }]) {
      await opened.page.setViewportSize(size);
      await opened.page.waitForFunction((width) => window.innerWidth === width, size.width);
      // The map follows in the frame after the page's.
      await opened.page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      expect((await inView(opened)).chosen, JSON.stringify(size)).toBe(true);
    }
  });

  it("has its legend behind a button", async () => {
    const { page } = await traced(await open(wide));
    expect(await page.getByText("top token fixed from here on").first().isVisible()).toBe(false);
    await page.getByRole("button", { name: "Legend" }).click();
    const legend = page.getByRole("dialog", { name: "Legend" });
    expect(await legend.getByText("top token fixed from here on").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await legend.isVisible()).toBe(false);
  });
});

describe("keys", { timeout: 30_000 }, () => {
  it("move one tab stop over the grid, and the column follows", async () => {
    const opened = await traced(await open());
    const { page } = opened;
    expect(await page.locator('.cell[tabindex="0"]').count()).toBe(1);
    await page.locator('.cell[tabindex="0"]').focus();
    expect(await focused(opened)).toEqual([7, 5]);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowUp");
    expect(await focused(opened)).toEqual([6, 4]);
    expect(await page.locator('.cell[tabindex="0"]').count()).toBe(1);
    expect(await opened.waitSent("askColumn", 2)).toMatchObject({ position: 6 });
    await page.keyboard.press("Home");
    expect(await focused(opened)).toEqual([0, 4]);
    await page.keyboard.press("Control+End");
    expect(await focused(opened)).toEqual([7, 5]);
  });

  it("work at once in a panel that a command opened", async () => {
    const opened = await open();
    // The focus is wanted before there is a trace.
    await opened.send({ type: "focus" }, traceOf("heart"));
    expect(await focused(opened)).toEqual([7, 5]);
    await opened.page.keyboard.press("ArrowLeft");
    expect(await focused(opened)).toEqual([6, 5]);
    await opened.page.getByRole("button", { name: "Keys" }).focus();
    await opened.send({ type: "focus" });
    expect(await focused(opened)).toEqual([6, 5]);
  });

  it("bring the new cell into view", async () => {
    const opened = await open();
    await opened.send(madeTrace(1024, 48));
    await opened.page.locator('.cell[tabindex="0"]').focus();
    await opened.page.keyboard.press("Control+Home");
    expect(await focused(opened)).toEqual([0, 0]);
    await opened.page.keyboard.press("Control+End");
    expect(await focused(opened)).toEqual([1023, 47]);
    const seen = await opened.page
      .locator('.cell[data-column="1023"][data-row="47"]')
      .first()
      .evaluate((cell) => {
        const box = cell.getBoundingClientRect();
        const map = cell.closest(".heatmap")?.getBoundingClientRect();
        return map !== undefined && box.right <= map.right + 1 && box.bottom <= map.bottom + 1;
      });
    expect(seen).toBe(true);
  });

  it("still work after the focused cell was scrolled out of view", async () => {
    const opened = await open();
    await opened.send(madeTrace(400, 48));
    await opened.page.locator('.cell[tabindex="0"]').focus();
    await opened.page.keyboard.press("Control+Home");
    await opened.page
      .locator(".heatmap")
      .first()
      .evaluate((map) => map.scrollTo(20_000, 0));
    await opened.page.waitForFunction(() => document.activeElement?.classList.contains("heatmap") === true);
    await opened.page.keyboard.press("ArrowRight");
    expect(await focused(opened)).toEqual([1, 0]);
  });

  it("lead into the layer's sub-updates, and back", async () => {
    const opened = await traced(await open());
    const { page } = opened;
    await page.locator('.cell[tabindex="0"]').focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-layer"))).toBe("4");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-expanded"))).toBe("true");
    await page.keyboard.press("Escape");
    expect(await focused(opened)).toEqual([7, 4]);
  });

  it("show the token in the prompt, and change the run", async () => {
    const opened = await traced(await open());
    await opened.page.locator('.cell[tabindex="0"]').focus();
    await opened.page.keyboard.press("o");
    expect(await opened.waitSent("reveal")).toEqual({ type: "reveal", position: 7 });
    await opened.page.keyboard.press("m");
    expect(await opened.page.locator(".heatmap:visible").count()).toBe(2);
    await opened.page.keyboard.press("m");
    expect(await opened.page.getByRole("radio", { name: "baseline" }).getAttribute("aria-checked")).toBe(
      "true",
    );
  });

  it("are listed in a popover that Escape closes", async () => {
    const { page } = await traced(await open());
    const keys = page.getByRole("button", { name: "Keys" });
    await keys.click();
    expect(await page.getByRole("dialog", { name: "Keys" }).isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator("#keys").isVisible()).toBe(false);
    expect(await keys.evaluate((one) => one === document.activeElement)).toBe(true);
  });
});

describe("the runs", { timeout: 30_000 }, () => {
  it("side by side scroll and choose as one", async () => {
    const opened = await open({ kept: { beside: true }, width: 1200 });
    await opened.send(madeTrace(300, 48));
    const maps = opened.page.locator(".heatmap");
    await maps.nth(1).evaluate((map) => map.scrollTo(5000, 100));
    await opened.page.waitForFunction(() => document.querySelector(".heatmap")?.scrollLeft === 5000);
    await maps.nth(0).locator('.cell[data-column="62"][data-row="8"]').click();
    expect(await maps.nth(1).locator('.cell[aria-selected="true"]').getAttribute("data-column")).toBe("62");
  });

  it("mark differences by a shape", async () => {
    const { page } = await traced(await open());
    const differing = await page.locator(".cell.differs").count();
    expect(differing).toBeGreaterThan(0);
    const border = await page
      .locator(".cell.differs")
      .first()
      .evaluate((cell) => getComputedStyle(cell, "::after").borderBottomWidth);
    expect(border).toBe("8px");
  });

  it("are chosen from lists if there are four", async () => {
    const opened = await open({ width: 1200, height: 900 });
    const { page } = opened;
    await opened.send(traceOfFour());
    const { ask } = await opened.waitSent("askColumn");
    await opened.send({ type: "column", ask, document: withFourRuns(columnOf("history")) });
    const [shown, compared] = [
      page.getByRole("combobox", { name: "Shown" }),
      page.getByRole("combobox", { name: "Compared with" }),
    ];
    const heads = page.locator(".next thead th");
    expect(await shown.locator("option").allTextContents()).toEqual(FOUR);
    expect(await shown.inputValue()).toBe("intervened");
    expect(await compared.inputValue()).toBe("baseline");
    expect(await heads.allTextContents()).toEqual(["token", "baseline", "intervened", "change"]);
    await shown.selectOption("weak");
    await compared.selectOption("strong-at-last");
    expect(await heads.allTextContents()).toEqual(["token", "strong-at-last", "weak", "change"]);
    expect((await opened.sent("chooseRuns")).at(-1)).toEqual({
      type: "chooseRuns",
      uri: "file:///history.prompt",
      choice: { shown: "weak", compared: "strong-at-last" },
    });
    expect(await compared.locator("option").allTextContents()).toEqual([
      "baseline",
      "intervened",
      "strong-at-last",
    ]);
    await page.getByRole("radio", { name: "side by side" }).click();
    expect(await page.locator(".map-title:visible").allTextContents()).toEqual(["strong-at-last", "weak"]);
    expect(await page.evaluate(() => window.kept)).toMatchObject({ beside: true });
  });

  it("are chosen by keyboard, and keep the focus", async () => {
    const opened = await open({ width: 1200, height: 900 });
    const { page } = opened;
    await opened.send(traceOfFour());
    await page.getByRole("combobox", { name: "Shown" }).focus();
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("combobox", { name: "Shown" }).inputValue()).toBe("weak");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("SELECT");
    await page.locator('.cell[tabindex="0"]').first().focus();
    await page.keyboard.press("m");
    expect(await page.getByRole("combobox", { name: "Shown" }).inputValue()).toBe("strong-at-last");
    await page.keyboard.press("m");
    expect(await page.locator(".heatmap:visible").count()).toBe(2);
    await page.keyboard.press("m");
    expect(await page.getByRole("combobox", { name: "Shown" }).inputValue()).toBe("baseline");
  });

  it("are those that the reader chose for the file, here or in another view", async () => {
    const opened = await open({ width: 1200, height: 900 });
    const { page } = opened;
    await opened.send({ ...traceOfFour(), choice: { shown: "weak", compared: null } });
    expect(await page.getByRole("combobox", { name: "Shown" }).inputValue()).toBe("weak");
    await opened.send({ type: "runs", uri: "file:///other.prompt", choice: NO_CHOICE });
    expect(await page.getByRole("combobox", { name: "Shown" }).inputValue()).toBe("weak");
    await opened.send({ type: "runs", uri: "file:///history.prompt", choice: NO_CHOICE });
    expect(await page.getByRole("combobox", { name: "Shown" }).inputValue()).toBe("intervened");
  });

  it("are not offered if there is one", async () => {
    const opened = await open();
    const trace = traceOf("heart");
    await opened.send({ ...trace, grid: { ...trace.grid, runs: trace.grid.runs.slice(0, 1) } });
    expect(await opened.page.getByRole("radiogroup", { name: "Which run is shown" }).count()).toBe(0);
    expect(await opened.page.getByText("no intervention is on").isVisible()).toBe(true);
  });
});

describe("states", { timeout: 30_000 }, () => {
  it("have a button for what the user can do about an error", async () => {
    const opened = await open();
    await opened.send({
      type: "state",
      state: "error",
      message: "No model.",
      actions: [{ action: "fetch", label: "Fetch it" }],
    });
    expect(await opened.page.getByRole("alert").textContent()).toContain("No model.");
    await opened.page.getByRole("button", { name: "Fetch it" }).click();
    expect(await opened.waitSent("action")).toEqual({ type: "action", action: "fetch" });
    expect(await opened.page.locator(".content").isVisible()).toBe(false);
  });

  it("of another file stand under its name, with the id's case as it is", async () => {
    const opened = await traced(await open());
    const message = "openai-community/gpt2 is not on this computer.";
    await opened.send({ type: "state", state: "error", message, file: "wife.prompt" });
    expect(await opened.page.locator(".toolbar .file").textContent()).toBe("wife.prompt");
    expect(await opened.page.locator(".state .message").textContent()).toBe(message);
    await opened.send({ type: "state", state: "loading", message: "Starting the server" });
    expect(await opened.page.locator(".toolbar .file").textContent()).toBe("");
    await opened.send(traceOf("heart"));
    expect(await opened.page.locator(".toolbar .file strong").textContent()).toBe("heart.prompt");
  });

  it("dim a stale trace until the new one comes", async () => {
    const opened = await traced(await open());
    await opened.send({ type: "state", state: "stale" });
    expect(await opened.page.locator(".content").getAttribute("aria-busy")).toBe("true");
    expect(await opened.page.locator('.cell[tabindex="0"]').isVisible()).toBe(true);
    await opened.send(traceOf("heart"));
    expect(await opened.page.locator(".content").getAttribute("aria-busy")).toBe("false");
  });

  it("show an error of the file, and lead to it", async () => {
    const opened = await open();
    const trace = traceOf("heart");
    await opened.send({
      ...trace,
      grid: { ...trace.grid, problems: [{ severity: "error", message: "no such vector", line: 7 }] },
    });
    expect(await opened.page.locator(".problems").textContent()).toContain("Line 7: no such vector.");
    await opened.page.getByRole("button", { name: "Show problems" }).click();
    expect(await opened.waitSent("action")).toEqual({ type: "action", action: "showProblems" });
  });

  it("follow the editor's cursor without taking the focus", async () => {
    const opened = await traced(await open());
    await opened.send({ type: "cursor", position: 2 });
    expect(await opened.waitSent("askColumn", 2)).toMatchObject({ position: 2 });
    expect(await opened.page.locator('.cell[aria-selected="true"]').getAttribute("data-column")).toBe("2");
    expect(await opened.page.locator(".token-head.cursor").getAttribute("data-column")).toBe("2");
    expect(await focused(opened)).toBeNull();
    await opened.send({ type: "cursor", position: null });
    expect(await opened.page.locator(".token-head.cursor").count()).toBe(0);
  });

  it("start at the cursor if it came first, and survive a shorter trace", async () => {
    const opened = await open();
    await opened.send({ type: "cursor", position: 3 }, traceOf("heart"));
    expect(await opened.waitSent("askColumn")).toMatchObject({ position: 3 });
    await opened.send({ ...traceOf("history"), file: heart });
    expect(await opened.page.locator('.cell[aria-selected="true"]').getAttribute("data-column")).toBe("2");
  });
});
