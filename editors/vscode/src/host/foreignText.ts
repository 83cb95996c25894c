// Whether a text may be a prompt file of unembed, by its first lines alone: so cheap that it can be asked of each file that
// another extension has opened. The server has the last word.

import type { StructureDocument } from "../shared/api.js";
import { FRONT_MATTER_KEYS } from "./frontMatterKeys.js";

/** So many lines are looked at. */
const LINES = 100;

/** Whether it begins with a fence, and one of the format's keys before the next fence. */
export function beginsAsPrompt(text: string): boolean {
  const [first = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/, LINES);
  if (!/^---\s*(?:#.*)?$/.test(first)) return false;
  const end = lines.findIndex((line) => /^---\s*$/.test(line));
  const keys = (end < 0 ? [] : lines.slice(0, end)).map((line) => /^(["']?)(\w+)\1\s*:/.exec(line)?.[2]);
  return keys.some((key) => key !== undefined && FRONT_MATTER_KEYS.includes(key));
}

/** Whether the server reads it as a file of its own, with an intervention or with no key that is unknown to it. */
export function isPrompt({
  kind,
  keys,
  interventions,
}: Pick<StructureDocument, "kind" | "keys" | "interventions">): boolean {
  const known = keys.length > 0 && keys.every(({ name }) => FRONT_MATTER_KEYS.includes(name));
  return kind === "prompt" && (interventions.length > 0 || known);
}

/** Whether the settings give a file name its language already: then the user has decided. */
export function isAssociated(name: string, associations: Readonly<Record<string, string>>): boolean {
  return Object.keys(associations).some((pattern) => {
    const last = pattern.split("/").at(-1) ?? "";
    const parts = last.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(name);
  });
}
