// Tokens as text that can be seen: a space, a newline, bytes that are no character. Pure text, no elements.

const GLYPHS = new Map<string, string>([
  [" ", "␣"],
  ["\n", "⏎"],
  ["\t", "⇥"],
  ["\r", "␍"],
  ["\u00a0", "⍽"],
]);

/** A token where every space and control character is a visible glyph. `bytes` where it is no whole text. */
export function visible(text: string, bytes: readonly number[] | null = null): string {
  if (bytes !== null) return bytes.map(byteText).join("");
  if (text === "") return "∅";
  let shown = "";
  for (const character of text) shown += GLYPHS.get(character) ?? escaped(character);
  return shown;
}

/** A token for a voice: glyphs would be read out as their Unicode names. */
export function spoken(text: string, bytes: readonly number[] | null = null): string {
  if (bytes !== null) return `bytes ${bytes.map(hex).join(" ")}`;
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

/** Control, format and lone surrogate characters cannot be seen, and some would reorder the text around them. */
function escaped(character: string): string {
  if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${hex(code)}` : `\\u{${code.toString(16).toUpperCase()}}`;
}

/** A passage cut at byte offsets: what is before, the token, and what follows. */
export function cutAtBytes(text: string, start: number, end: number): [string, string, string] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const part = (from: number, to?: number): string => decoder.decode(bytes.subarray(from, to));
  return [part(0, start), part(start, end), part(end)];
}
