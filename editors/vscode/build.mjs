// Bundles the extension's host (CommonJS, for VS Code) and its views (one script and one style sheet each, for their
// pages) into dist/. A view is a folder of src/views with a main.ts, which imports its CSS. Beside them it puts a copy of
// the glossary, to which the server links the terms in hovers.
import { build, context } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const watch = process.argv.includes("--watch");
const root = import.meta.dirname;
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !watch,
  sourcemap: watch ? "linked" : false,
  legalComments: "none",
  logLevel: "warning",
};

const host = {
  ...common,
  // The connection is its own file, read when a server is started, so that activation does not wait for it.
  entryPoints: ["src/host/extension.ts", "src/host/connection.ts"],
  outdir: "dist",
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  plugins: [
    {
      name: "apart",
      setup: (bundle) =>
        bundle.onResolve({ filter: /^\.\/connection\.js$/ }, ({ path }) => ({ path, external: true })),
    },
  ],
};

const folders = readdirSync(join(root, "src/views"), { withFileTypes: true });
const views = folders.filter(
  (f) => f.isDirectory() && existsSync(join(root, "src/views", f.name, "main.ts")),
);
const pages = {
  ...common,
  entryPoints: Object.fromEntries(views.map((f) => [f.name, `src/views/${f.name}/main.ts`])),
  outdir: "dist/views",
  platform: "browser",
  target: "es2022",
  format: "iife",
};

rmSync(join(root, "dist"), { recursive: true, force: true });
mkdirSync(join(root, "dist"));
// The server links to lines, so that each line stays where it is. The pages that the glossary links to are not there.
const glossary = readFileSync(join(root, "../../server/lm/GLOSSARY.md"), "utf8");
writeFileSync(join(root, "dist/GLOSSARY.md"), glossary.replace(/\[([^\]]+)\]\([^)]*\.md\)/g, "$1"));
if (watch) {
  for (const options of [host, pages]) await (await context(options)).watch();
} else {
  await Promise.all([build(host), build(pages)]);
  const written = [join(root, "dist"), join(root, "dist/views")].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [],
  );
  for (const file of written.filter((f) => statSync(f).isFile())) {
    console.log(`${(statSync(file).size / 1024).toFixed(1).padStart(8)} KiB  ${file.slice(root.length + 1)}`);
  }
}
