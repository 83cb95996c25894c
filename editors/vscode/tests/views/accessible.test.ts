// axe over every view and state, in every theme.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { launch } from "../chromium.js";
import { type Theme, View, type ViewName } from "./harness.js";
import {
  cardMessage,
  clusters,
  columnOf,
  generated,
  generatedInFour,
  heart,
  history,
  lines,
  results,
  started,
  traced,
  traceOfFour,
  withFourRuns,
} from "./story.js";

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

interface Axe {
  run(options: unknown): Promise<{ violations: Violation[] }>;
}

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(() => browser.close());

const THEMES: Theme[] = ["dark-modern", "light-modern", "high-contrast", "high-contrast-light"];

async function violations(view: View): Promise<string[]> {
  await view.page.evaluate(source);
  const found = await view.page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    return (await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] })).violations;
  });
  return found.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
  );
}

function check(what: string, name: ViewName, act: (view: View) => Promise<void>, height = 900): void {
  it.each(THEMES)(`${what}, %s`, { timeout: 60_000 }, async (theme) => {
    const view = await View.open(browser, name, {
      theme,
      width: name === "explorer" ? 340 : 1200,
      height,
      reducedMotion: true,
    });
    await act(view);
    expect(await violations(view)).toEqual([]);
    await view.close();
  });
}

describe("axe finds no violation", () => {
  check("a trace with a card", "trace", async (view) => {
    await traced(view, "history");
    await view.page.locator('.updates .vector[data-id="L5D662"]').first().click();
    await view.send(cardMessage((await view.waitSent("askCard")).ask));
  });
  check(
    "a low trace with its legend",
    "trace",
    async (view) => {
      await traced(view, "history");
      await view.page.getByRole("button", { name: "Legend" }).click();
    },
    265,
  );
  check("a trace of four runs", "trace", async (view) => {
    await view.send(traceOfFour(), lines);
    const { ask } = await view.waitSent("askColumn");
    await view.send({ type: "column", ask, document: withFourRuns(columnOf("history")) });
  });
  check("a generation of four runs", "generation", (view) => view.send(started(), generatedInFour()));
  check("a trace that failed", "trace", (view) =>
    view.send({
      type: "state",
      state: "error",
      message: "No model.",
      detail: "Fetch it first.",
      actions: [
        { action: "fetch", label: "Fetch it" },
        { action: "showLog", label: "Show the log" },
      ],
    }),
  );
  check("a trace that loads", "trace", (view) =>
    view.send({ type: "state", state: "loading", message: "Loading the model" }),
  );
  check("search results", "explorer", async (view) => {
    await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
    await view.page.locator(".search-box").fill("illness");
    await view.send(results((await view.waitSent("search")).ask));
  });
  check("selected results", "explorer", async (view) => {
    await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
    await view.page.locator(".search-box").fill("illness");
    await view.send(results((await view.waitSent("search")).ask));
    await view.page.locator(".search-box").press("ArrowDown");
    for (const key of ["Space", "Shift+ArrowDown"]) await view.page.keyboard.press(key);
    await view.page.getByRole("button", { name: "Keys" }).click();
  });
  check("clusters", "explorer", async (view) => {
    await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
    await view.page.getByRole("tab", { name: "Clusters" }).click();
    await view.send(clusters((await view.waitSent("askClusters")).ask));
  });
  check("a card", "explorer", async (view) => {
    await view.send(
      { type: "state", state: "ready" },
      { type: "context", file: history, model: "starter" },
      { type: "show", section: "recent", id: "L5D662" },
    );
    await view.send(cardMessage((await view.waitSent("askCard")).ask));
  });
  check("a generation", "generation", async (view) => {
    await view.send(started(), generated());
    await view.page.locator('.generated[data-run="1"][data-index="1"]').click();
    await view.send({
      type: "column",
      ask: (await view.waitSent("askColumn")).ask,
      document: columnOf("history-generated"),
    });
  });
});
