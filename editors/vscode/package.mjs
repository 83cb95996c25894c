// Packages the extension into out/: one vsix with the server for a platform, and one without a server. UNEMBED is the
// program (default: the repository's release build). For another platform run `node package.mjs TARGET PROGRAM` with a
// program that was built for it (win32-x64, darwin-arm64, ...). This has not been tried.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const TARGETS = [
  "linux-x64",
  "linux-arm64",
  "alpine-x64",
  "alpine-arm64",
  "darwin-x64",
  "darwin-arm64",
  "win32-x64",
  "win32-arm64",
];

const root = import.meta.dirname;
const repository = resolve(root, "../..");
const [target = `${process.platform}-${process.arch}`, given] = process.argv.slice(2);
if (!TARGETS.includes(target)) {
  console.error(`no target ${target}; there are ${TARGETS.join(", ")}`);
  process.exit(2);
}
const program = resolve(given ?? process.env.UNEMBED ?? join(repository, "target/release/unembed"));
if (!existsSync(program)) {
  console.error(
    `no program at ${program}: build it with cargo build --release, or set UNEMBED to where it is`,
  );
  process.exit(2);
}

const { version } = JSON.parse(
  execFileSync("node", ["-p", "JSON.stringify(require('./package.json'))"], { cwd: root, encoding: "utf8" }),
);
const server = join(root, "server");
const out = join(root, "out");
mkdirSync(out, { recursive: true });
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(repository, name), join(root, name));
try {
  execFileSync("node", ["build.mjs"], { cwd: root, stdio: "inherit" });
  rmSync(server, { recursive: true, force: true });
  vsix(`unembed-${version}.vsix`, []);
  mkdirSync(server);
  const name = target.startsWith("win32") ? "unembed.exe" : "unembed";
  copyFileSync(program, join(server, name));
  chmodSync(join(server, name), 0o755);
  vsix(`unembed-${version}-${target}.vsix`, ["--target", target]);
} finally {
  rmSync(server, { recursive: true, force: true });
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) rmSync(join(root, name), { force: true });
}

function vsix(name, more) {
  const file = join(out, name);
  const options = [
    "package",
    "--no-dependencies",
    "--no-rewrite-relative-links",
    "--allow-missing-repository",
    "--skip-license",
    "--out",
    file,
  ];
  execFileSync(join(root, "node_modules/.bin/vsce"), [...options, ...more], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  console.log(`${(statSync(file).size / 1024 / 1024).toFixed(2).padStart(8)} MiB  out/${name}`);
}
