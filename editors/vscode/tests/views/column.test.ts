// The trace panel's column in a browser.

import { describe, expect, it } from "vitest";

import { browsing } from "./browsing.js";
import { columnOf, traceOf, traced } from "./story.js";

const open = browsing("trace");

describe("the column", { timeout: 30_000 }, () => {
  it("has its sub-updates on one axis: negative to the left, positive to the right", async () => {
    const opened = await open();
    const { page } = opened;
    await opened.send(traceOf("heart"));
    const { ask } = await opened.waitSent("askColumn");
    const document = columnOf("heart");
    for (const update of document.runs
      .flatMap((run) => run.positions[0]?.layers ?? [])
      .flatMap((l) => l.updates)) {
      if (update.dim % 3 !== 0) continue;
      update.coefficient = -update.coefficient;
      update.end = update.coefficient < 0 ? "bottom" : "top";
    }
    await opened.send({ type: "column", ask, document });
    await page.locator(".layer").nth(4).click();
    const bars = await page.locator(".layers .signed").evaluateAll((all) =>
      all
        .filter((bar) => bar.querySelector(".fill") !== null && bar.clientWidth > 0)
        .map((bar) => {
          const track = bar.getBoundingClientRect();
          const fill = bar.querySelector(".fill");
          const box = fill?.getBoundingClientRect();
          const middle = (track.left + track.right) / 2;
          const negative = fill?.classList.contains("negative") === true;
          const start = (negative ? box?.right : box?.left) ?? 0;
          return { negative, middle: Math.round(middle), off: Math.abs(start - middle) };
        }),
    );
    expect(bars.length).toBeGreaterThan(10);
    expect(Math.max(...bars.map((bar) => bar.off))).toBeLessThan(1);
    expect(bars.some((bar) => bar.negative)).toBe(true);
    // The axis is the same in every layer.
    expect(new Set(bars.map((bar) => bar.middle)).size).toBe(1);
  });

  it("shows what comes next in both runs, with arrows that screen readers read", async () => {
    const { page } = await traced(await open());
    const row = page.locator(".next tbody tr").first();
    expect(await row.locator("th").textContent()).toBe("␣heart");
    expect(await page.locator(".next thead th").allTextContents()).toEqual([
      "token",
      "baseline",
      "intervened",
      "change",
    ]);
    expect(await page.locator(".next .change.down .hidden").first().textContent()).toBe("less likely");
  });

  it("draws tracked tokens as curves with their own dashes, on either scale", async () => {
    const { page } = await traced(await open());
    const dashes = await page
      .locator(".plot polyline")
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).strokeDasharray));
    expect(dashes).toHaveLength(2);
    expect(new Set(dashes).size).toBe(2);
    const before = await page.locator(".plot polyline").first().getAttribute("points");
    await page.getByRole("radio", { name: "log" }).click();
    expect(await page.locator(".plot polyline").first().getAttribute("points")).not.toBe(before);
    expect(await page.locator(".plot svg").getAttribute("aria-label")).toContain("brain");
  });

  it("keeps open layers and the focus when a new trace comes", async () => {
    const opened = await traced(await open());
    const { page } = opened;
    await page.locator('.layer[data-layer="2"]').click();
    await opened.send(traceOf("heart"));
    const { ask } = await opened.waitSent("askColumn", 2);
    await opened.send({ type: "column", ask, document: columnOf("heart") });
    expect(await page.locator('.layer[data-layer="2"]').getAttribute("aria-expanded")).toBe("true");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-layer"))).toBe("2");
  });

  it("shows grey shapes until it comes, or the error", async () => {
    const opened = await open();
    await opened.send(traceOf("heart"));
    const { ask } = await opened.waitSent("askColumn");
    expect(await opened.page.locator(".column-bones").isVisible()).toBe(true);
    await opened.send({ type: "failed", ask, message: "The model is gone." });
    expect(await opened.page.locator(".column [role=alert]").textContent()).toBe("The model is gone.");
    expect(await opened.page.locator(".column-bones").isVisible()).toBe(false);
    await opened.send(traceOf("heart"));
    const again = await opened.waitSent("askColumn", 2);
    await opened.send({ type: "column", ask: again.ask, document: columnOf("heart") });
    expect(await opened.page.locator(".layers").isVisible()).toBe(true);
    expect(await opened.page.locator(".column [role=alert]").count()).toBe(0);
  });

  it("is never of a position that the reader has left", async () => {
    const opened = await traced(await open());
    await opened.page.locator('.cell[tabindex="0"]').focus();
    await opened.page.keyboard.press("ArrowLeft");
    const { ask } = await opened.waitSent("askColumn", 2);
    await opened.page.keyboard.press("ArrowLeft");
    await opened.page.keyboard.press("ArrowLeft");
    await opened.send({ type: "column", ask, document: columnOf("history") });
    expect(await opened.waitSent("askColumn", 3)).toMatchObject({ position: 4 });
    expect(await opened.page.locator(".column-title").textContent()).toContain("position 7");
  });
});
