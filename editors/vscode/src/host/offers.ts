// Which snippets a place of a prompt file takes: keys where a key may begin, interventions and their values in a list of
// interventions, a whole file where there is nothing yet, and none in the prompt. Text in, snippets out.

import type { StructureDocument } from "../shared/api.js";

export interface Offer {
  /** What is typed for it. */
  label: string;
  about: string;
  /** In the snippet language. */
  body: string;
}

export interface Offered {
  offers: Offer[];
  /** How much of the line before the cursor the snippet replaces, in UTF-16 units. */
  typed: number;
}

const FILE: Offer = {
  label: "prompt",
  about: "A complete prompt file",
  body: '---\nconfig:\n  maxOutputTokens: ${1:24}\ninterventions:\n  - ${2:L5D739}: ${3|off,boost,8|}\ntrack: ["${4: brain}"]\n---\n${0:The structure of the human heart and the}',
};

const KEYS: Offer[] = [
  {
    label: "interventions",
    about: "Change the coefficients of value vectors",
    body: "interventions:\n  - ${1:L5D739}: ${2|off,boost,8|}",
  },
  {
    label: "runs",
    about: "More runs, each with its own interventions",
    body: "runs:\n  ${1:weak}:\n    - ${2:L5D739}: ${3:2}\n  ${4:strong}:\n    - ${2}: ${5:8}",
  },
  {
    label: "config",
    about: "Settings of the generation",
    body: "config:\n  maxOutputTokens: ${1:24}\n  temperature: ${2:0}\n  seed: ${3:0}",
  },
  {
    label: "track",
    about: "Tokens to track through the layers",
    body: 'track: ["${1: brain}", "${2: heart}"]',
  },
  {
    label: "expect",
    about: "Expected output, checked by unembed generate",
    body: 'expect:\n  - next: "${1: heart}"\n  - contains: ${2:brain}',
  },
];

const AT = "at: ${2|all,prompt,last,generated|}";
/** Values in one word; behind a vector the server offers them, with the strengths of the vector. */
const WORDS: Offer[] = [
  { label: "off", about: "Switch the vector off", body: "off" },
  { label: "boost", about: "Raise it above all others of its layer", body: "boost" },
];
/** Values with parts to fill in. */
const VALUES: Offer[] = [
  { label: "set", about: "Set the coefficient to a number", body: `{ set: \${1:8}, ${AT} }` },
  { label: "scale", about: "Multiply the coefficient", body: `{ scale: \${1:2}, ${AT} }` },
  { label: "add", about: "Add a number to the coefficient", body: `{ add: \${1:3}, ${AT} }` },
];

/** An entry, and what its placeholders come to behind the one for the vector. */
const ENTRIES: Offer[] = [...WORDS, ...VALUES].map(({ label, about, body }) => {
  const later = body.replace(/\$\{(\d)/g, (_, number: string) => `\${${Number(number) + 1}`);
  return { label, about, body: `\${1:L5D739}: ${later}` };
});

/** A place that may take snippets, by its line alone: most places of a prompt need no question to the server. */
export function mayOffer(before: string): boolean {
  return /^[-\w]*$/.test(before) || ENTRY.test(before) || VALUE.test(before);
}

const ENTRY = /^(?:[ ]*-[ ]*|[ ]+)(\w*)$/;
const VALUE = /^[ ]*(?:#[ ]*)?-[ ]+[^:#{}]+:[ ]+(\w*)$/;

/** `line` and `character` are from 0, as is what the structure has. */
export function offersAt(
  lines: readonly string[],
  { kind, front_matter, keys }: Pick<StructureDocument, "kind" | "front_matter" | "keys">,
  line: number,
  character: number,
): Offered | null {
  const before = (lines[line] ?? "").slice(0, character);
  if (kind !== "prompt") return null;
  if (front_matter === null) {
    const empty = lines.every((text, at) => at === line || text.trim() === "");
    const begins = empty && lines[line] === before && /^(?:-{0,3}|\w*)$/.test(before);
    return begins ? { offers: [FILE], typed: before.length } : null;
  }
  const { start, end } = front_matter;
  const last = end.character === 0 ? end.line - 1 : end.line;
  if (line <= start.line || line >= last) return null;
  if (/^\w*$/.test(before)) {
    const offers = KEYS.filter(({ label }) => !keys.some(({ name }) => name === label));
    return { offers, typed: before.length };
  }
  const within = keys.findLast(({ range }) => range.start.line < line)?.name;
  if (within !== "interventions" && within !== "runs") return null;
  const value = VALUE.exec(before);
  if (value !== null) {
    // The server says nothing of a line that is disabled.
    const offers = before.includes("#") ? [...WORDS, ...VALUES] : VALUES;
    return { offers, typed: (value[1] ?? "").length };
  }
  const entry = ENTRY.exec(before);
  if (entry === null) return null;
  const dashed = before.includes("-");
  // Without a dash a line below `runs:` is the name of a run.
  if (!dashed && within === "runs") return null;
  const offers = dashed ? ENTRIES : ENTRIES.map((one) => ({ ...one, body: `- ${one.body}` }));
  return { offers, typed: (entry[1] ?? "").length };
}
