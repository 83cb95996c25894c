// The generation view in a browser.

import { describe, expect, it } from "vitest";

import { browsing } from "./browsing.js";
import type { View } from "./harness.js";
import { columnOf, generated, history, pieces, prompt } from "./story.js";

const open = browsing("generation");

async function done(): Promise<View> {
  const opened = await open();
  await opened.send({ type: "started", file: history, prompt }, generated());
  return opened;
}

describe("while it generates", { timeout: 30_000 }, () => {
  it("shows tokens as they come, marks where the runs part, and can be cancelled", async () => {
    const opened = await open();
    await opened.send({ type: "started", file: history, prompt }, ...pieces().slice(0, 18));
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

  it("is cancelled by Escape, and offers no half of a text", async () => {
    const opened = await open();
    await opened.send({ type: "started", file: history, prompt }, ...pieces().slice(0, 3));
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
  it("has the runs beside each other, with their first different token marked", async () => {
    const { page } = await done();
    expect(await page.locator(".run").count()).toBe(2);
    expect(await page.locator('.generated.parts[data-run="1"]').textContent()).toBe(" disease");
    expect(await page.locator('.generated.parts[data-run="1"]').getAttribute("aria-label")).toContain(
      "the runs part here",
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

  it("says how likely each token was, on focus", async () => {
    const { page } = await done();
    await page.locator('.generated[data-run="1"][data-index="0"]').focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".look").textContent()).toBe(
      "␣disease intervened, token 2: p 0.04, rank 1; the runs part here, the other has ␣United",
    );
  });

  it("asks why a token was chosen: the trace of the one before it", async () => {
    const opened = await done();
    const { page } = opened;
    await page.locator('.generated[data-run="1"][data-index="2"]').click();
    const asked = await opened.waitSent("askColumn");
    expect(asked).toMatchObject({ position: 4, generated: 2 });
    await opened.send({ type: "column", ask: asked.ask, document: columnOf("history-generated") });
    expect(await page.locator(".why .next tbody tr.taken").textContent()).toContain("␣is");
    // Behind where they part the other run's column says nothing of this token.
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

  it("says which expectations hold, and when the file has changed", async () => {
    const opened = await done();
    expect(await opened.page.locator(".expect li.ok").count()).toBe(2);
    expect(await opened.page.locator(".expect li").first().textContent()).toContain("holds");
    await opened.send({ type: "outdated" });
    expect(await opened.page.locator(".problems").textContent()).toContain("has changed");
    await opened.page.getByRole("button", { name: "Generate again" }).click();
    expect(await opened.sent("generate")).toHaveLength(1);
  });

  it("keeps a newline's break and shows it", async () => {
    const { page } = await done();
    expect(await page.locator(".newline").count()).toBe(1);
    expect(await page.locator(".newline").evaluate((one) => one.nextSibling?.textContent)).toBe("\n");
  });
});
