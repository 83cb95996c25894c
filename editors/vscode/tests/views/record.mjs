// Writes fixtures/: the program's answers on the example prompts. Run `node tests/views/record.mjs PATH_TO_UNEMBED` again
// when the documents' shapes change. The answers are trimmed to what a view gets, so that a review can read the difference.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { format, resolveConfig } from "prettier";

const program = process.argv[2] ?? "unembed";
const folder = join(import.meta.dirname, "fixtures");
// The project whose prompts a card names: only the examples.
const project = mkdtempSync(join(tmpdir(), "record-"));
process.on("exit", () => rmSync(project, { recursive: true }));
const examples = join(project, "examples");
cpSync(join(import.meta.dirname, "../../../../config/examples"), examples, { recursive: true });

function ask(...args) {
  // With exit code 1 an expectation failed or nothing was found; the document is written all the same.
  const { status, stdout, stderr } = spawnSync(program, [...args, "--json", "--quiet"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    cwd: project,
  });
  if (status !== 0 && status !== 1) throw new Error(`${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
}

async function write(name, document) {
  const path = join(folder, name);
  const style = await resolveConfig(path);
  writeFileSync(path, await format(JSON.stringify(document), { ...style, filepath: path }));
}

/** The words that the server adds for the argument `words`. */
const words = new Map();
function wordsOf(id, end = "top") {
  const key = `${id} ${end}`;
  if (!words.has(key)) {
    const card = ask("vector", id);
    const trained = card[end].filter((word) => !word.undertrained).slice(0, 4);
    words.set(key, { name: card.name, words: trained.map((word) => word.token) });
  }
  return words.get(key);
}

/** What a sub-update promotes as it acts. */
function meaning({ id, coefficient }) {
  const end = coefficient < 0 ? "bottom" : "top";
  const { name, words } = wordsOf(id, end);
  return { name, end, words };
}

function overview(document) {
  for (const run of document.runs) {
    for (const position of run.positions) for (const layer of position.layers) layer.updates = [];
  }
  return document;
}

function column(document) {
  for (const run of document.runs) {
    for (const position of run.positions) {
      for (const layer of position.layers)
        layer.updates = layer.updates.map((u) => ({ ...u, ...meaning(u) }));
    }
  }
  return document;
}

// The first search builds the index, without which a card has no texts.
ask("search", "illness");
const heart = join(examples, "heart.prompt");
const history = join(examples, "history.prompt");
await write("trace-heart.json", overview(ask("trace", heart, "--top", "1")));
await write("column-heart.json", column(ask("trace", heart, "--positions", "last")));
await write("trace-history.json", overview(ask("trace", history, "--top", "1")));
await write("column-history.json", column(ask("trace", history, "--positions", "last")));
await write(
  "column-history-generated.json",
  column(ask("trace", history, "--positions", "4", "--generated", "2")),
);
await write("card.json", ask("vector", "L5D662"));
await write("card-heart.json", ask("vector", "L5D739"));
await write("search.json", ask("search", "illness", "--limit", "12"));
await write("search-none.json", ask("search", "zzqq"));
const clusters = ask("clusters");
clusters.clusters = clusters.clusters
  .filter((_, index) => index % 10 === 0)
  .map((one) => ({ ...one, members: one.members.slice(0, 8).map((m) => ({ ...m, ...wordsOf(m.id) })) }));
await write("clusters.json", clusters);
await write("generate.json", ask("generate", history));
