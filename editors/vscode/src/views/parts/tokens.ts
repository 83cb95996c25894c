// Tokens as visible text: a space, a newline, bytes that are no character. No elements.

const GLYPHS = new Map<string, string>([
  [" ", "␣"],
  ["\n", "⏎"],
  ["\t", "⇥"],
  ["\r", "␍"],
  ["\u00a0", "⍽"],
]);

/** A token with a glyph for every space and control character. `bytes`, if the text cannot say them. */
export function visible(text: string, bytes?: readonly number[] | null): string {
  if (bytes) return bytes.map(byteText).join("");
  if (text === "") return "∅";
  let shown = "";
  for (const character of text) shown += GLYPHS.get(character) ?? escaped(character);
  return shown;
}

/** A token for a screen reader, which would read glyphs as their Unicode names. */
export function spoken(text: string, bytes?: readonly number[] | null): string {
  if (bytes) return `bytes ${bytes.map(hex).join(" ")}`;
  if (text === " ") return "space";
  if (text === "") return "nothing";
  return text.replace(/^ /, "").replaceAll("\n", "newline ").replaceAll("\t", "tab ");
}

function byteText(byte: number): string {
  if (byte > 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return GLYPHS.get(String.fromCharCode(byte)) ?? `\\x${hex(byte)}`;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

/** Control, format and lone surrogate characters are invisible, and some reorder the text around them. */
function escaped(character: string): string {
  if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${hex(code)}` : `\\u{${code.toString(16).toUpperCase()}}`;
}

/** A passage cut at byte offsets: the text before, the token, the text after. */
export function cutAtBytes(text: string, start: number, end: number): [string, string, string] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const part = (from: number, to?: number): string => decoder.decode(bytes.subarray(from, to));
  return [part(0, start), part(start, end), part(end)];
}
