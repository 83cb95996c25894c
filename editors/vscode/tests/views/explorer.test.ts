// The concept explorer in a browser.

import { describe, expect, it } from "vitest";

import type { HostToExplorer } from "../../src/shared/messages.js";
import { browsing } from "./browsing.js";
import type { View } from "./harness.js";
import { cardMessage, clusters, heart, noResults, results } from "./story.js";

const open = browsing("explorer");

async function ready(file: typeof heart | null = heart, kept: unknown = null): Promise<View> {
  const view = await open({ width: 320, height: 700, kept });
  await view.send({ type: "state", state: "ready" }, { type: "context", file, model: "starter" });
  return view;
}

function building(done: number): HostToExplorer {
  return { type: "building", build: { model: "starter", done, all: 6144 } };
}

async function searched(): Promise<View> {
  const opened = await ready();
  await opened.page.locator(".search-box").fill("illness");
  await opened.send(results((await opened.waitSent("search")).ask));
  return opened;
}

describe("a search", { timeout: 30_000 }, () => {
  it("runs one at a time; of what is typed meanwhile only the newest waits", async () => {
    const opened = await ready();
    const box = opened.page.locator(".search-box");
    await box.pressSequentially("illn");
    expect((await opened.sent("search")).map((message) => message.query)).toEqual(["i"]);
    await opened.send(results((await opened.waitSent("search")).ask));
    expect((await opened.waitSent("search", 2)).query).toBe("illn");
    expect(await opened.page.locator(".results").getAttribute("class")).toContain("stale");
    await opened.send(results((await opened.waitSent("search", 2)).ask));
    expect(await opened.page.locator(".results").getAttribute("class")).not.toContain("stale");
  });

  it("lists the hits with their words", async () => {
    const { page } = await searched();
    expect(await page.locator(".item").count()).toBe(12);
    expect(await page.locator(".item").first().textContent()).toContain("L2D343");
    expect(await page.locator(".item .token").first().textContent()).toBe("illness");
  });

  it("says why nothing was found, and shows the hint again", async () => {
    const opened = await ready();
    await opened.page.locator(".search-box").fill("zzqq");
    await opened.send(noResults((await opened.waitSent("search")).ask));
    expect(await opened.page.locator(".results").textContent()).toContain(
      "is not in this model's vocabulary",
    );
    await opened.page.locator(".search-box").press("Escape");
    expect(await opened.page.locator(".results").textContent()).toContain("Type a word");
  });

  it("wraps a long path in an error", async () => {
    const opened = await ready();
    await opened.page.locator(".search-box").fill("food");
    const path = `/home/${"a-long-name-without-a-place-to-wrap".repeat(4)}/index`;
    const { ask } = await opened.waitSent("search");
    await opened.send({ type: "failed", ask, message: `${path} is in use.` });
    const problem = opened.page.locator(".problem");
    expect(await problem.textContent()).toBe(`${path} is in use.`);
    const fits = await problem.evaluate((one) => [
      one.scrollWidth <= one.clientWidth,
      document.documentElement.scrollWidth <= window.innerWidth,
    ]);
    expect(fits).toEqual([true, true]);
  });

  it("searches again while the index grows", async () => {
    const opened = await ready();
    await opened.send(building(0));
    await opened.page.locator(".search-box").fill("illness");
    await opened.send(noResults((await opened.waitSent("search")).ask));
    expect(await opened.page.locator(".results").textContent()).toContain("yet");
    await opened.send(building(600));
    await opened.send(building(700));
    await opened.send(results((await opened.waitSent("search", 2)).ask));
    expect(await opened.page.locator(".item").count()).toBe(12);
    // A list with hits stays until all value vectors are in the index, and the focus stays too.
    await opened.page.locator(".search-box").press("ArrowDown");
    await opened.send(building(3000));
    expect(await opened.sent("search")).toHaveLength(2);
    await opened.send(building(6144));
    await opened.send(results((await opened.waitSent("search", 3)).ask));
    await opened.send(building(6144));
    expect(await opened.sent("search")).toHaveLength(3);
    await opened.send({ type: "building", build: null });
    await opened.send(results((await opened.waitSent("search", 4)).ask));
    expect(await opened.page.evaluate(() => document.activeElement?.getAttribute("data-key"))).toBe("L2D343");
  });

  it("runs again when the view comes back", async () => {
    const opened = await ready(heart, { section: "search", query: "food" });
    expect((await opened.waitSent("search")).query).toBe("food");
  });

  it("says why it failed", async () => {
    const opened = await ready();
    await opened.page.locator(".search-box").fill("x");
    await opened.send({
      type: "failed",
      ask: (await opened.waitSent("search")).ask,
      message: "The index is on another machine.",
    });
    expect(await opened.page.locator(".results [role=alert]").textContent()).toBe(
      "The index is on another machine.",
    );
  });
});

describe("the list", { timeout: 30_000 }, () => {
  it("has one tab stop; arrows move, Enter opens, A adds", async () => {
    const opened = await searched();
    const { page } = opened;
    await page.locator(".search-box").press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-key"))).toBe("L2D499");
    expect(await page.locator('.item[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press("a");
    expect(await opened.waitSent("add")).toEqual({ type: "add", target: "L2D499" });
    await page.keyboard.press("Enter");
    expect((await opened.waitSent("askCard")).id).toBe("L2D499");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-key"))).toBe("L2D499");
  });

  it("is dragged as a line of a prompt file", async () => {
    const { page } = await searched();
    const text = await page
      .locator(".items li")
      .first()
      .evaluate((item) => {
        const transfer = new DataTransfer();
        item.dispatchEvent(new DragEvent("dragstart", { dataTransfer: transfer, bubbles: true }));
        return transfer.getData("text/plain");
      });
    expect(text).toBe("  - L2D343: { scale: 2 }  # illness, virus, therapy\n");
  });

  it("adds nothing without a file", async () => {
    const opened = await ready(null);
    await opened.page.locator(".search-box").fill("illness");
    await opened.send(results((await opened.waitSent("search")).ask));
    expect(await opened.page.locator(".item-add").count()).toBe(0);
    await opened.page.locator(".item").first().focus();
    await opened.page.keyboard.press("a");
    expect(await opened.sent("add")).toEqual([]);
    expect(await opened.page.locator("footer").textContent()).toContain("no prompt file is open");
  });
});

describe("the selection", { timeout: 30_000 }, () => {
  /** The keys of the selected options, and what a screen reader was told last. */
  async function selected({ page }: View): Promise<[string[], string | null]> {
    const options = page.locator('[role=option][aria-selected="true"]');
    const keys = await options.evaluateAll((all) => all.map((one) => one.getAttribute("data-key") ?? ""));
    return [keys, await page.locator("#announcer").textContent()];
  }

  it("grows by keys and is named as a whole", async () => {
    const opened = await searched();
    const { page } = opened;
    const bar = page.getByRole("group", { name: "Selected value vectors" });
    await page.locator(".search-box").press("ArrowDown");
    expect(await bar.isVisible()).toBe(false);
    await page.keyboard.press("Space");
    expect(await selected(opened)).toEqual([["L2D343"], "1 value vector selected"]);
    for (const key of ["Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowUp"]) await page.keyboard.press(key);
    expect(await selected(opened)).toEqual([["L2D343", "L2D499"], "2 value vectors selected"]);
    // Neither key opened a card.
    expect(await opened.sent("askCard")).toEqual([]);
    await page.keyboard.press("n");
    await bar.getByRole("button", { name: "Name 2 vectors…" }).click();
    expect(await opened.sent("name")).toEqual([
      { type: "name", ids: ["L2D343", "L2D499"] },
      { type: "name", ids: ["L2D343", "L2D499"] },
    ]);
    // The names have come: the selection is done with, and the focus is in the list again.
    await opened.send({ type: "names", names: [{ name: "ill", ids: ["L2D343", "L2D499"], words: [] }] });
    expect(await selected(opened)).toEqual([[], "2 value vectors named ill"]);
    expect(await bar.isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-key"))).toBe("L2D499");
    // Hits are asked for again, with their names.
    expect((await opened.waitSent("search", 2)).query).toBe("illness");
  });

  it("grows by clicks, stays while a card is read, and is cleared", async () => {
    const opened = await searched();
    const { page } = opened;
    const item = (at: number) => page.locator(".results .item").nth(at);
    const keys = await page
      .locator(".results .item")
      .evaluateAll((all) => all.map((one) => one.getAttribute("data-key")));
    await item(1).click({ modifiers: ["ControlOrMeta"] });
    await item(3).click({ modifiers: ["Shift"] });
    await item(5).click({ modifiers: ["ControlOrMeta"] });
    expect((await selected(opened))[0]).toEqual([keys[1], keys[2], keys[3], keys[5]]);
    await item(2).click({ modifiers: ["ControlOrMeta"] });
    await item(0).click();
    await opened.waitSent("askCard");
    await page.keyboard.press("Escape");
    expect((await selected(opened))[0]).toEqual([keys[1], keys[3], keys[5]]);
    await page.keyboard.press("Escape");
    expect(await selected(opened)).toEqual([[], "nothing selected"]);
    await page.keyboard.press("Control+a");
    expect((await selected(opened))[0]).toEqual(keys);
    await page.locator(".search-box").fill("ill");
    expect((await selected(opened))[0]).toEqual([]);
  });

  it("is one of each list, and a cluster's ends with the cluster", async () => {
    const opened = await searched();
    const { page } = opened;
    const bar = page.getByRole("group", { name: "Selected value vectors" });
    await page.locator(".search-box").press("ArrowDown");
    await page.keyboard.press("Space");
    await page.getByRole("tab", { name: "Clusters" }).click();
    await opened.send(clusters((await opened.waitSent("askClusters")).ask));
    expect(await bar.isVisible()).toBe(false);
    // Of clusters themselves none can be selected.
    expect(await page.locator("#panel-clusters [role=option]").count()).toBe(0);
    await page.locator("#panel-clusters .item").first().click();
    await page
      .locator("#panel-clusters .item")
      .nth(1)
      .click({ modifiers: ["ControlOrMeta"] });
    await bar.getByRole("button", { name: "Name 1 vector…" }).waitFor();
    await page.getByRole("button", { name: "All clusters" }).click();
    expect(await bar.isVisible()).toBe(false);
    await page.getByRole("tab", { name: "Search" }).click();
    expect((await selected(opened))[0]).toEqual(["L2D343"]);
    await bar.getByRole("button", { name: "Name 1 vector…" }).waitFor();
  });

  it("cannot be named without a file", async () => {
    const opened = await ready(null);
    const { page } = opened;
    await page.locator(".search-box").fill("illness");
    await opened.send(results((await opened.waitSent("search")).ask));
    await page.locator(".search-box").press("ArrowDown");
    for (const key of ["Space", "n"]) await page.keyboard.press(key);
    expect(await page.getByRole("button", { name: "Name 1 vector…" }).isDisabled()).toBe(true);
    expect(await opened.sent("name")).toEqual([]);
  });
});

describe("the sections", { timeout: 30_000 }, () => {
  it("are tabs that arrows change", async () => {
    const opened = await ready();
    await opened.page.getByRole("tab", { name: "Search" }).focus();
    await opened.page.keyboard.press("ArrowRight");
    expect(await opened.page.getByRole("tab", { name: "Clusters" }).getAttribute("aria-selected")).toBe(
      "true",
    );
    await opened.send(clusters((await opened.waitSent("askClusters")).ask));
    await opened.page.locator("#panel-clusters .item").first().click();
    expect(await opened.page.locator(".cluster-head h2").textContent()).toMatch(/^Cluster \d+$/);
    await opened.page.locator("#panel-clusters .item").first().click();
    expect((await opened.waitSent("askCard")).id).toMatch(/^L\d+D\d+$/);
  });

  it("list names and recent vectors", async () => {
    const opened = await ready();
    await opened.page.getByRole("tab", { name: "Names" }).click();
    expect(await opened.page.locator("#panel-names").textContent()).toContain("Nothing is named yet.");
    await opened.send({
      type: "names",
      names: [{ name: "illness", ids: ["L5D662", "L2D343"], words: [" disease"] }],
    });
    expect(await opened.page.locator("#panel-names .item").textContent()).toContain("2 value vectors");
    await opened.send({ type: "recent", recent: [{ id: "L5D662", name: null, words: [" disease"] }] });
    await opened.page.getByRole("tab", { name: "Recent" }).click();
    await opened.page.locator("#panel-recent .item").click();
    expect((await opened.waitSent("askCard")).id).toBe("L5D662");
  });
});

describe("the card", { timeout: 30_000 }, () => {
  async function carded(file: typeof heart | null = heart): Promise<View> {
    const opened = await ready(file);
    await opened.send({ type: "show", section: "recent", id: "L5D662" });
    await opened.send(cardMessage((await opened.waitSent("askCard")).ask));
    return opened;
  }

  it("adds to a prompt file that has no line for it", async () => {
    const opened = await carded();
    await opened.page.getByRole("button", { name: "Add to the prompt file" }).click();
    expect(await opened.waitSent("add")).toEqual({ type: "add", target: "L5D662" });
    await opened.send({
      type: "interventions",
      interventions: [
        {
          line: 3,
          target: "L5D662",
          ids: ["L5D662"],
          value: "{ scale: 2 }",
          enabled: true,
          effect: "on",
          message: null,
          coefficient: 1,
          becomes: 2,
          run: "intervened",
          number: 2,
        },
      ],
    });
    expect(await opened.page.getByRole("button", { name: "Add to the prompt file" }).count()).toBe(0);
    expect(await opened.page.locator(".line-state").textContent()).toContain("Line 3:");
  });

  it("shows its words as bars or as a cloud, without undertrained ones", async () => {
    const { page } = await carded();
    const bars = await page.locator(".word-bars").first().locator(".token").allTextContents();
    expect(bars[0]).toBe("␣disease");
    expect(await page.locator(".word-bars").nth(1).textContent()).not.toContain("fart");
    await page.getByRole("radio", { name: "cloud" }).click();
    expect(await page.locator(".cloud li").count()).toBeGreaterThan(20);
  });

  it("says whether the index that it lacks is being built", async () => {
    const opened = await carded();
    const message = cardMessage(0);
    await opened.send({ ...message, card: { ...message.card, activation: null } });
    const card = opened.page.locator(".card");
    expect(await card.textContent()).toContain("The first search builds it");
    await opened.send(building(600));
    expect(await card.textContent()).toContain("The index is being built");
    await opened.send({ type: "building", build: null }, message);
    expect(await card.textContent()).toContain("Its coefficient on text");
  });

  it("leads to neighbours and to its cluster", async () => {
    const opened = await carded();
    await opened.page.locator(".neighbours .vector").first().click();
    expect((await opened.waitSent("askCard", 2)).id).toBe("L2D343");
    await opened.send(cardMessage((await opened.waitSent("askCard", 2)).ask));
    await opened.page.getByRole("button", { name: "Show its members" }).click();
    expect(await opened.page.getByRole("tab", { name: "Clusters" }).getAttribute("aria-selected")).toBe(
      "true",
    );
  });

  it("changes nothing without a file", async () => {
    const opened = await carded(null);
    expect(await opened.page.getByRole("button", { name: "Suppress" }).isDisabled()).toBe(true);
    expect(await opened.page.locator(".line-state").textContent()).toContain("Open a prompt file");
  });

  it("offers a file if none is open", async () => {
    const opened = await ready(null);
    await opened.page.locator("footer button", { hasText: "Open the example" }).click();
    await opened.page.locator("footer button", { hasText: "New" }).click();
    expect((await opened.sent("action")).map(({ action }) => action)).toEqual(["openExample", "newPrompt"]);
  });

  it("shows a build's progress over its lists", async () => {
    const opened = await ready();
    await opened.send(building(3072));
    expect(await opened.page.locator(".building").textContent()).toBe(
      "Building the index of starter: 3,072 of 6,144 value vectors",
    );
    await opened.send({ type: "building", build: null });
    expect(await opened.page.locator(".building").isVisible()).toBe(false);
  });
});
