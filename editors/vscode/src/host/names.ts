// Names of value vectors: which a name can be, and those of a names file. Text in, values out.

export const NAMES_FILE = "unembed.names.yaml";

export interface NamesEntry {
  name: string;
  ids: string[];
}

/** What is wrong with a name, by the server's own rule; undefined where nothing is. */
export function invalidName(name: string): string | undefined {
  const text = name.trim();
  if (text === "") return "Write a word.";
  if (/^L\d+D\d+$/.test(text)) return "That is the id of a value vector, and no name.";
  if (text.length > 64 || /["'\\`#:{}[\],&*!|>%@\u0000-\u001f\u007f-\u009f]/.test(text)) {
    return "At most 64 letters, digits, spaces, - _ . or /.";
  }
  return undefined;
}

/**
 * The names of a names file, all models' together. It is one name a line below a model's fingerprint, which is all that
 * the server writes; lines of another form are left out.
 */
export function namesOf(text: string): NamesEntry[] {
  const names: NamesEntry[] = [];
  for (const line of text.split(/\r?\n/)) {
    const found =
      /^\s+(?:"([^"]+)"|'([^']+)'|([^\s#"'][^:#]*?))\s*:\s*(?:\[([^\]]*)\]|(L\d+D\d+))\s*(?:#.*)?$/.exec(
        line,
      );
    const name = found?.[1] ?? found?.[2] ?? found?.[3];
    const ids = (found?.[4] ?? found?.[5] ?? "").split(",").map((id) => id.trim());
    const valid = ids.filter((id) => /^L\d+D\d+$/.test(id));
    if (name !== undefined && valid.length > 0) names.push({ name, ids: valid });
  }
  return names;
}
