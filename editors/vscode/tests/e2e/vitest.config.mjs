// Each file has a workbench of its own; one at a time, since each is a whole editor and a browser.
import { defineConfig } from "vitest/config";

const { LOOKS, MEASURE, PATIENCE = 30 } = process.env;
const tests = MEASURE === undefined ? "tests/e2e/**/*.test.ts" : "tests/e2e/**/*.bench.ts";

export default defineConfig({
  test: {
    // A time says nothing on a machine that does other things: those are measured, not tested.
    include: [LOOKS === undefined ? tests : "tests/e2e/looks.ts"],
    root: new URL("../..", import.meta.url).pathname,
    fileParallelism: false,
    testTimeout: 3000 * PATIENCE,
    hookTimeout: 3000 * PATIENCE,
    bail: 1,
  },
});
