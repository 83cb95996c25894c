// Opens and closes one view for each test.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

import { launch } from "../chromium.js";
import { type OpenOptions, View, type ViewName } from "./harness.js";

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
