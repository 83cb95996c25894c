// The manifest names commands and files that exist, and its example is the repository's.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { NEEDED } from "../../src/shared/needed.js";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(join(root, "package.json"), "utf8");
const manifest = JSON.parse(text) as {
  contributes: {
    commands: { command: string }[];
    keybindings: { command: string }[];
    menus: Record<string, { command: string }[]>;
  };
};
const { commands, keybindings, menus } = manifest.contributes;
const declared = commands.map(({ command }) => command);

test("every declared command is registered, and every registered one is declared", () => {
  const extension = readFileSync(join(root, "src/host/extension.ts"), "utf8");
  const table = /const commands: .* = \{\n([\s\S]*?)\n {2}\};/.exec(extension)?.[1] ?? "";
  const registered = [...table.matchAll(/^ {4}(\w+)(?::|,)/gm)].map(([, name]) => `unembed.${name ?? ""}`);
  // Only the status bar runs it.
  const hidden = ["unembed.showProblem"];
  expect(registered.filter((name) => !hidden.includes(name)).sort()).toEqual([...declared].sort());
});

test("keys, menus and the walkthrough run declared commands", () => {
  const used = [...keybindings, ...Object.values(menus).flat()].map(({ command }) => command);
  const linked = [...text.matchAll(/\(command:(unembed\.\w+)\)/g)].map(([, name]) => name ?? "");
  expect([...used, ...linked].filter((command) => !declared.includes(command))).toEqual([]);
});

test("every file that it names exists", () => {
  const paths = [...text.matchAll(/"((?:\.\/)?(?:media|syntaxes|walkthrough)\/[^"]+)"/g)];
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.map(([, path]) => path ?? "").filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the example is the repository's", () => {
  const [own, theirs] = ["walkthrough/door.prompt", "../../config/examples/door.prompt"].map((path) =>
    readFileSync(join(root, path), "utf8"),
  );
  expect(own).toBe(theirs);
});

test("a server without a command that is sent is refused", () => {
  const host = join(root, "src/host");
  const files = readdirSync(host).map((file) => readFileSync(join(host, file), "utf8"));
  const sent = files.flatMap((code) =>
    [...code.matchAll(/\.ask\(\s*"(unembed\.\w+)"/g)].map(([, name]) => name),
  );
  // Fetching is offered by the server alone, with its own lens and action.
  const missing = sent.filter(
    (name) => name !== "unembed.fetch" && !NEEDED.some((needed) => needed === name),
  );
  expect(sent.length).toBeGreaterThan(8);
  expect(missing).toEqual([]);
});
