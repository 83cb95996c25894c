// Each file has a workbench of its own; one at a time, since each is a whole editor and a browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A time says nothing on a machine that does other things: those are measured, not tested.
    include: [process.env.MEASURE === undefined ? "tests/e2e/**/*.test.ts" : "tests/e2e/**/*.bench.ts"],
    root: new URL("../..", import.meta.url).pathname,
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    bail: 1,
  },
});
