// Opens and closes one view for each test.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

import { launch, type OpenOptions, View, type ViewName } from "./harness.js";
import { columnOf, lines, traceOf } from "./story.js";

/** A browser for a file's tests; each may open one view, which is closed after it and must not have complained. */
export function browsing(name: ViewName): (options?: OpenOptions) => Promise<View> {
  let browser: Browser;
  let view: View | null = null;
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(() => browser.close());
  afterEach(async () => {
    const open = view;
    view = null;
    await open?.close();
  });
  return async (options = {}) => {
    view = await View.open(browser, name, options);
    return view;
  };
}

/** A panel with an example's trace and the column of its last token. */
export async function traced(view: View, name: "heart" | "history" = "heart"): Promise<View> {
  await view.send(traceOf(name), ...(name === "history" ? [lines] : []));
  const { ask } = await view.waitSent("askColumn");
  await view.send({ type: "column", ask, document: columnOf(name) });
  await view.page.waitForSelector(".layers");
  return view;
}
