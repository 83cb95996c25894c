// The trace panel's card in a browser: what it shows, and its messages to the host.

import { describe, expect, it } from "vitest";

import { browsing } from "./browsing.js";
import type { View } from "./harness.js";
import {
  cardMessage,
  cardOf,
  columnOf,
  heart,
  lines,
  traced,
  traceOf,
  traceOfFour,
  withFourRuns,
} from "./story.js";

const open = browsing("trace");

describe("a card", { timeout: 30_000 }, () => {
  async function carded(): Promise<View> {
    const opened = await traced(await open({ width: 1200, height: 900 }), "history");
    await opened.page.locator('.updates .vector[data-id="L5D662"]').first().click();
    const { ask, id } = await opened.waitSent("askCard");
    expect(id).toBe("L5D662");
    await opened.send(cardMessage(ask));
    return opened;
  }

  it("opens beside the column, and says what the file's line does", async () => {
    const { page } = await carded();
    expect(await page.locator(".card h2").textContent()).toBe("L5D662");
    expect(await page.locator(".line-state").textContent()).toBe(
      "Line 7: 8 acts: +0.41 → +8.00 after the prompt.",
    );
    expect(await page.locator(".slider").inputValue()).toBe("8");
    expect(await page.locator(".word-bars .token").first().textContent()).toBe("␣disease");
    expect(await page.locator(".examples mark").first().textContent()).toMatch(/\S/);
    const near = cardOf("card").similar.map(({ words = [] }) => words.join(", "));
    expect(near[0]).toMatch(/\w, \w/);
    expect(await page.locator(".neighbours .words").allTextContents()).toEqual(near);
  });

  it("lists undertrained words where it has no others, and says what they are", async () => {
    const opened = await carded();
    const card = cardOf("card");
    const all = card.top.map((word) => ({ ...word, undertrained: true }));
    await opened.send({ type: "card", ask: 0, card: { ...card, top: all }, strength: null });
    const { page } = opened;
    const promoted = page.locator(".card .end").first();
    expect(await promoted.textContent()).toContain("Only undertrained tokens");
    const list = promoted.getByRole("list", { name: "words it promotes, undertrained" });
    expect(await list.getByRole("listitem").first().textContent()).toBe("␣disease");
    const [own, quiet] = await list.evaluate((one) => {
      const probe = document.createElement("i");
      one.append(probe);
      probe.style.color = "var(--quiet)";
      return [getComputedStyle(one).color, getComputedStyle(probe).color];
    });
    expect(own).toBe(quiet);
    await page.getByRole("radio", { name: "cloud" }).click();
    expect(await promoted.textContent()).toContain("Only undertrained tokens");
  });

  it("leaves the sub-updates beside it room for their words, and bars shrink first", async () => {
    const { page } = await carded();
    for (const width of [1160, 1200, 1500]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForFunction((width) => window.innerWidth === width, width);
      const sizes = await page.locator(".updates > li").evaluateAll((rows) =>
        rows.map((row) => {
          const size = (part: string): number => row.querySelector(part)?.getBoundingClientRect().width ?? 0;
          return { words: size(".words"), bars: size(".bars") };
        }),
      );
      expect(sizes.length).toBeGreaterThan(0);
      for (const { words, bars } of sizes) {
        expect(words, String(width)).toBeGreaterThanOrEqual(160);
        expect(bars, String(width)).toBeGreaterThanOrEqual(50);
      }
    }
  });

  it("suppresses, amplifies, disables and names", async () => {
    const opened = await carded();
    for (const name of ["Suppress", "Amplify", "Disable", "Remove", "Name…"])
      await opened.page.getByRole("button", { name }).click();
    expect(
      (await opened.sent("intervene")).map(({ target, value, movement }) => [target, value, movement]),
    ).toEqual([
      ["L5D662", "off", null],
      ["L5D662", { scale: 2 }, null],
      ["L5D662", "disable", null],
      ["L5D662", "remove", null],
    ]);
    expect(await opened.sent("name")).toEqual([{ type: "name", ids: ["L5D662"] }]);
  });

  it("replaces the offered number by the one that is typed", async () => {
    const opened = await carded();
    await opened.page.locator(".number-field").click();
    await opened.page.keyboard.type("3.5");
    await opened.page.keyboard.press("Enter");
    expect((await opened.waitSent("intervene")).value).toEqual({ set: 3.5 });
  });

  it("sends values while the slider moves, and one when it is released", async () => {
    const opened = await carded();
    const slider = opened.page.locator(".slider");
    const box = await slider.boundingBox();
    if (box === null) throw new Error("the slider is not there");
    await opened.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await opened.page.mouse.down();
    await opened.page.mouse.move(box.x + box.width * 0.75, box.y + box.height / 2, { steps: 4 });
    await opened.page.waitForFunction(() =>
      window.sent.some((message) => message.type === "intervene" && message.movement === "moving"),
    );
    await opened.page.mouse.up();
    await opened.page.waitForFunction(() =>
      window.sent.some((message) => message.type === "intervene" && message.movement === "released"),
    );
    const sent = await opened.sent("intervene");
    expect(sent.filter(({ movement }) => movement !== "moving")).toHaveLength(1);
    expect(sent.at(-1)?.movement).toBe("released");
    expect(sent.at(-1)?.value).toHaveProperty("set");
  });

  it("takes a number, and shows what comes next", async () => {
    const opened = await carded();
    await opened.page.locator(".number-field").fill("-2.5");
    await opened.page.keyboard.press("Enter");
    expect(await opened.waitSent("intervene")).toEqual({
      type: "intervene",
      target: "L5D662",
      value: { set: -2.5 },
      run: "intervened",
      movement: null,
    });
    await opened.send({
      type: "preview",
      next: [{ run: "baseline", next: [{ id: 1, token: " the", p: 0.4 }] }],
    });
    expect(await opened.page.locator(".preview th[scope=row]").textContent()).toBe("␣the");
  });

  it("has its slider at the value of the file's line", async () => {
    const opened = await carded();
    const [first, second] = lines.interventions;
    await opened.send({
      type: "interventions",
      interventions: [{ ...first, value: "3", becomes: 3, number: 3 }, second],
    });
    expect(await opened.page.locator(".slider").inputValue()).toBe("3");
    expect(await opened.page.locator(".number-field").inputValue()).toBe("3");
    await opened.send({ type: "interventions", interventions: [] });
    expect(await opened.page.locator(".line-state").textContent()).toContain("The file has no line for it");
  });

  it("starts the slider at the offered strength if nothing else is known", async () => {
    const opened = await traced(await open({ width: 1200, height: 900 }), "heart");
    await opened.page.locator(".updates .vector").first().click();
    const asked = await opened.waitSent("askCard");
    expect(asked).toMatchObject({ position: 7 });
    await opened.send(cardMessage(asked.ask, "card", 7.5));
    expect(await opened.page.locator(".slider").inputValue()).toBe("7.5");
    expect(await opened.page.locator(".line-state").textContent()).toBe(
      "The file has no line for it. The slider starts at the offered value, +7.50.",
    );
  });

  it("changes the line of the run that is shown", async () => {
    const opened = await open({ width: 1200, height: 900 });
    const { page } = opened;
    const [line] = lines.interventions;
    await opened.send({ ...traceOfFour(), choice: { shown: "weak", compared: null } });
    await opened.send({
      type: "interventions",
      interventions: [line, { ...line, run: "weak", line: 12, value: "2", becomes: 2, number: 2 }],
    });
    const { ask } = await opened.waitSent("askColumn");
    await opened.send({ type: "column", ask, document: withFourRuns(columnOf("history")) });
    await page.locator('.updates .vector[data-id="L5D662"]').first().click();
    await opened.send(cardMessage((await opened.waitSent("askCard")).ask));
    expect(await page.locator(".line-state").textContent()).toContain("Line 12 (weak): 2 acts");
    await page.getByRole("button", { name: "Disable" }).click();
    expect(await opened.waitSent("intervene")).toMatchObject({ run: "weak", value: "disable" });
    await page.locator(".card button", { hasText: "Close" }).click();
    await page.getByRole("combobox", { name: "Shown" }).selectOption("strong-at-last");
    await page.locator('.updates .vector[data-id="L5D662"]').first().click();
    await opened.send(cardMessage((await opened.waitSent("askCard", 2)).ask));
    expect(await page.locator(".line-state").textContent()).toContain("no line for it in strong-at-last");
    await page.getByRole("button", { name: "Suppress" }).click();
    expect(await opened.waitSent("intervene", 2)).toMatchObject({ run: "strong-at-last", value: "off" });
  });

  it("closes with Escape, and the focus goes back", async () => {
    const opened = await carded();
    await opened.page.locator(".card").focus();
    await opened.page.keyboard.press("Escape");
    expect(await opened.page.locator(".card").isVisible()).toBe(false);
    expect(await opened.page.evaluate(() => document.activeElement?.getAttribute("data-id"))).toBe("L5D662");
  });

  it("changes nothing in a file that is read-only", async () => {
    const opened = await open({ width: 1200 });
    await opened.send({ ...traceOf("history"), file: { ...heart, readOnly: true } });
    const { ask } = await opened.waitSent("askColumn");
    await opened.send({ type: "column", ask, document: columnOf("history") });
    await opened.page.locator('.updates .vector[data-id="L5D662"]').first().click();
    await opened.send(cardMessage((await opened.waitSent("askCard")).ask));
    expect(await opened.page.getByRole("button", { name: "Suppress" }).isDisabled()).toBe(true);
    expect(await opened.page.locator(".slider").isDisabled()).toBe(true);
    expect(await opened.page.locator(".line-state").textContent()).toContain("read-only");
  });

  it("shows the error if it cannot be had", async () => {
    const opened = await traced(await open(), "history");
    await opened.page.locator('.updates .vector[data-id="L5D662"]').first().click();
    await opened.send({
      type: "failed",
      ask: (await opened.waitSent("askCard")).ask,
      message: "There is no index.",
    });
    expect(await opened.page.locator(".card [role=alert]").textContent()).toBe("There is no index.");
  });
});
