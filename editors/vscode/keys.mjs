// Writes the keys of a prompt file's front matter, as the server's parser has them, into src/host/frontMatterKeys.ts:
// `npm run keys`. With --check it compares instead, and exits with 1 if they differ.
import { readFileSync, writeFileSync } from "node:fs";

const source = readFileSync(new URL("../../server/syntax/src/keys.rs", import.meta.url), "utf8");
const list = /pub const TOP_LEVEL: &\[KnownKey\] = &\[\n([\s\S]*?)\n\];/.exec(source)?.[1] ?? "";
const names = [...list.matchAll(/\bkey\(\s*"(\w+)"/g)].map(([, name]) => name);
if (names.length === 0) throw new Error("server/syntax/src/keys.rs has no list TOP_LEVEL");

const text = `// Generated from server/syntax by \`npm run keys\`; do not edit.

/** The keys of a prompt file's front matter. */
export const FRONT_MATTER_KEYS: readonly string[] = [
${names.map((name) => `  ${JSON.stringify(name)},\n`).join("")}];
`;
const file = new URL("src/host/frontMatterKeys.ts", import.meta.url);
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("src/host/frontMatterKeys.ts is not as the server has the keys: run npm run keys");
  process.exit(1);
}
