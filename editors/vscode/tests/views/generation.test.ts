// The generation view in a browser.

import { describe, expect, it } from "vitest";

import { browsing } from "./browsing.js";
import type { View } from "./harness.js";
import { columnOf, FOUR, generated, generatedInFour, pieces, started, withFourRuns } from "./story.js";

const open = browsing("generation");

async function done(): Promise<View> {
  const opened = await open();
  await opened.send(started(), generated());
  return opened;
}

describe("while it generates", { timeout: 30_000 }, () => {
  it("shows tokens as they come, marks where the runs part, and can be cancelled", async () => {
    const opened = await open();
    await opened.send(started(), ...pieces().slice(0, 18));
    await opened.page.waitForFunction(() => document.querySelectorAll(".generated").length === 18);
    expect(await opened.page.locator('.generated.parts[data-run="1"]').textContent()).toBe(" disease");
    expect(await opened.page.locator(".toolbar [role=status]").textContent()).toBe("intervened: 2 tokens…");
    await opened.page.getByRole("button", { name: "Cancel" }).click();
    expect(await opened.sent("cancel")).toHaveLength(1);
    await opened.send({ type: "stopped", message: null });
    expect(await opened.page.locator(".problems").textContent()).toContain("Cancelled");
    expect(await opened.page.locator(".generated").count()).toBe(18);
    expect(await opened.page.getByRole("button", { name: "Generate again" }).isVisible()).toBe(true);
  });

  it("is cancelled by Escape, and does not offer an unfinished text", async () => {
    const opened = await open();
    await opened.send(started(), ...pieces().slice(0, 3));
    await opened.page.waitForFunction(() => document.querySelectorAll(".generated").length === 3);
    expect(await opened.page.getByRole("button", { name: "Insert the baseline text" }).isDisabled()).toBe(
      true,
    );
    await opened.page.locator(".generated").first().focus();
    await opened.page.keyboard.press("Escape");
    expect(await opened.sent("cancel")).toHaveLength(1);
  });
});

describe("when it is done", { timeout: 30_000 }, () => {
  it("shows the runs beside each other, with the first different token marked", async () => {
    const { page } = await done();
    expect(await page.locator(".run").count()).toBe(2);
    expect(await page.locator('.generated.parts[data-run="1"]').textContent()).toBe(" disease");
    expect(await page.locator('.generated.parts[data-run="1"]').getAttribute("aria-label")).toContain(
      "the runs differ from here",
    );
    expect(await page.locator('.generated.parts[data-run="0"]').textContent()).toBe(" United");
    const [left, right] = await page
      .locator(".run")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
    expect(right).toBeGreaterThan(left ?? 0);
  });

  it("aligns them token by token in a table", async () => {
    const { page } = await done();
    await page.getByRole("radio", { name: "token by token" }).click();
    expect(await page.locator(".aligned tbody tr").count()).toBe(17);
    expect(
      await page.locator(".parting-row").evaluate((row) => row.previousElementSibling?.textContent),
    ).toContain("␣the");
    await page.locator('.generated[data-run="0"][data-index="0"]').focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("␣disease");
  });

  it("shows a token's probability on focus", async () => {
    const { page } = await done();
    await page.locator('.generated[data-run="1"][data-index="0"]').focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".look").textContent()).toBe(
      "␣disease intervened, token 2: p 0.04; the runs differ from here, the other has ␣United",
    );
  });

  it("asks for the trace of the token before a chosen one", async () => {
    const opened = await done();
    const { page } = opened;
    await page.locator('.generated[data-run="1"][data-index="2"]').click();
    const asked = await opened.waitSent("askColumn");
    expect(asked).toMatchObject({ position: 4, generated: 2 });
    await opened.send({ type: "column", ask: asked.ask, document: columnOf("history-generated") });
    expect(await page.locator(".why .next tbody tr.taken").textContent()).toContain("␣is");
    // After the runs part, the other run's column says nothing about this token.
    expect(await page.locator(".why .next thead th").allTextContents()).toEqual(["token", "intervened"]);
    await page.locator(".why [aria-expanded]").last().click();
    const vector = page.locator(".why .updates .vector").first();
    const id = await vector.getAttribute("data-id");
    await vector.click();
    expect(await opened.sent("openCard")).toEqual([{ type: "openCard", id }]);
    await page.locator(".why").focus();
    await page.keyboard.press("Escape");
    expect(await page.locator(".why").isVisible()).toBe(false);
  });

  it("inserts, copies and saves a run's text", async () => {
    const opened = await done();
    await opened.page.getByRole("button", { name: "Insert the intervened text" }).click();
    await opened.page.getByRole("button", { name: "Copy the baseline text" }).click();
    await opened.page.getByRole("button", { name: "Save the intervened text" }).click();
    expect([await opened.sent("insert"), await opened.sent("copy"), await opened.sent("save")]).toEqual([
      [{ type: "insert", run: "intervened" }],
      [{ type: "copy", run: "baseline" }],
      [{ type: "save", run: "intervened" }],
    ]);
  });

  it("shows which expectations hold, and that the file has changed", async () => {
    const opened = await done();
    expect(await opened.page.locator(".expect li.ok").count()).toBe(2);
    expect(await opened.page.locator(".expect li").first().textContent()).toContain("holds");
    await opened.send({ type: "outdated" });
    expect(await opened.page.locator(".problems").textContent()).toContain("has changed");
    await opened.page.getByRole("button", { name: "Generate again" }).click();
    expect(await opened.sent("generate")).toHaveLength(1);
  });

  it("shows a newline and breaks the line", async () => {
    const { page } = await done();
    expect(await page.locator(".newline").count()).toBe(1);
    expect(await page.locator(".newline").evaluate((one) => one.nextSibling?.textContent)).toBe("\n");
  });
});

describe("four runs", { timeout: 30_000 }, () => {
  async function inFour(width: number): Promise<View> {
    const opened = await open({ width, height: 900 });
    await opened.send(started(), generatedInFour());
    return opened;
  }

  it("are columns as wide as a text needs, and wrap", async () => {
    for (const [width, columns] of [
      [400, 1],
      [900, 2],
      [1500, 4],
    ] as const) {
      const opened = await inFour(width);
      const boxes = await opened.page
        .locator(".run")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
      expect(boxes).toHaveLength(4);
      expect(new Set(boxes.map((box) => box.left)).size, String(width)).toBe(columns);
      expect(Math.min(...boxes.map((box) => box.width))).toBeGreaterThanOrEqual(280);
    }
  });

  it("are compared with the one that the reader chooses", async () => {
    const opened = await inFour(1500);
    const { page } = opened;
    expect(await page.locator(".toolbar [role=status]").textContent()).toBe(
      "compared with baseline: intervened differs from token 2 on, weak differs from token 10 on, strong-at-last differs from token 2 on",
    );
    await page.getByRole("combobox", { name: "Compared with" }).selectOption("intervened");
    expect(await page.locator('.generated.parts[data-run="3"]').getAttribute("data-index")).toBe("5");
    expect(await opened.sent("chooseRuns")).toEqual([
      { type: "chooseRuns", uri: "file:///history.prompt", choice: { shown: null, compared: "intervened" } },
    ]);
  });

  it("are two if the reader chooses one to show", async () => {
    const opened = await inFour(900);
    const { page } = opened;
    await page.getByRole("combobox", { name: "Shown" }).selectOption("weak");
    expect(await page.locator(".run h3").allTextContents()).toEqual(["baseline", "weak"]);
    expect(await page.locator(".toolbar [role=status]").textContent()).toBe(
      "the runs differ from token 10 on",
    );
    await page.getByRole("combobox", { name: "Shown" }).selectOption("all runs");
    expect(await page.locator(".run h3").allTextContents()).toEqual(FOUR);
  });

  it("are columns of one table, which scrolls", async () => {
    const { page } = await inFour(700);
    await page.getByRole("radio", { name: "token by token" }).click();
    expect(await page.locator(".aligned thead th").allTextContents()).toEqual([
      "#",
      ...FOUR.flatMap((name) => [name, "p"]),
    ]);
    const place = page.locator(".table-place");
    expect(await place.evaluate((one) => one.scrollWidth > one.clientWidth)).toBe(true);
  });

  it("say why a token came in one of them", async () => {
    const opened = await inFour(1200);
    const { page } = opened;
    await page.locator('.generated[data-run="2"][data-index="1"]').click();
    const { ask } = await opened.waitSent("askColumn");
    const document = withFourRuns(columnOf("history-generated"));
    await opened.send({ type: "column", ask, document });
    expect(await page.locator(".why .next thead th").allTextContents()).toEqual([
      "token",
      "baseline",
      "weak",
      "change",
    ]);
  });
});
