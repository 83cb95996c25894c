// Runs one of the scripts beside it that are TypeScript: `node tests/views/script.mjs bench`.
import { build } from "esbuild";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const name = process.argv[2] ?? "bench";
// Beside its source, so that paths relative to the file hold.
const outfile = join(import.meta.dirname, `.${name}.running.mjs`);
await build({
  entryPoints: [join(import.meta.dirname, `${name}.ts`)],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
try {
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(outfile);
}
