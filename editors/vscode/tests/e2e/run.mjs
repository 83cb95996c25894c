// The suite in a real workbench: packages the extension, installs it into code-server, and runs tests/e2e there in a
// headless Chromium. Run `npm run e2e`. UNEMBED is the program (default: the repository's release build). A word picks
// files (`npm run e2e -- story`), REPEAT=20 runs them 20 times and counts, and MEASURE=1 measures instead. PICTURES=1 writes the
// documentation's pictures, and LOOKS=FOLDER takes pictures to look at instead of testing. PATIENCE=120 waits up to 120 s for a state.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const extension = resolve(import.meta.dirname, "../..");
const repository = resolve(extension, "../..");
const program = resolve(process.env.UNEMBED ?? join(repository, "target/release/unembed"));
if (!existsSync(program)) {
  console.error(
    `no program at ${program}: build it with cargo build --release, or set UNEMBED to where it is`,
  );
  process.exit(2);
}
const codeServer = join(repository, ".code-server/node_modules/code-server/out/node/entry.js");
execFileSync(join(repository, ".ci/setup-vscode"), { stdio: "inherit" });

if (process.env.NO_PACKAGE === undefined) {
  execFileSync("node", ["package.mjs"], {
    cwd: extension,
    stdio: "inherit",
    env: { ...process.env, UNEMBED: program },
  });
  for (const [folder, pick] of [
    ["bundled", (name) => /-(linux|darwin|win32)-[a-z0-9]+\.vsix$/.test(name)],
    ["bare", (name) => /^unembed-[\d.]+\.vsix$/.test(name)],
  ]) {
    const into = join(extension, "out/e2e", folder);
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into, { recursive: true });
    const vsix = readdirSync(join(extension, "out")).find(pick);
    const place = ["--extensions-dir", join(into, "extensions"), "--user-data-dir", join(into, "data")];
    execFileSync("node", [codeServer, ...place, "--install-extension", join(extension, "out", vsix)], {
      stdio: "ignore",
    });
  }
}

const times = Number(process.env.REPEAT ?? 1);
let passed = 0;
for (let time = 1; time <= times; time += 1) {
  const { status, signal } = spawnSync(
    join(extension, "node_modules/.bin/vitest"),
    ["run", "--config", "tests/e2e/vitest.config.mjs", ...process.argv.slice(2)],
    { cwd: extension, stdio: "inherit", env: { ...process.env, UNEMBED: program, CODE_SERVER: codeServer } },
  );
  if (status === 0) passed += 1;
  if (status !== 0) console.log(`vitest ended with ${signal ?? status}`);
  if (times > 1) console.log(`passed ${passed} of ${time}`);
}
process.exit(passed === times ? 0 : 1);
