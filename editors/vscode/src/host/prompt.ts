// Where the prompt is in a file, and from bytes of it to places in the editor and back. Text in, numbers out: no editor.

/** The offset (in UTF-16 units, as editors count) at which the prompt begins: after the front matter, if there is one. */
export function promptStart(text: string): number {
  const first = /^(?:\uFEFF)?---[ \t]*\r?\n/.exec(text);
  if (first === null) return 0;
  const close = /^---[ \t]*(?:\r?\n|$)/gm;
  close.lastIndex = first[0].length;
  const found = close.exec(text);
  return found === null ? 0 : found.index + found[0].length;
}

/** The offset after the prompt's last character: one final newline of the file is not part of it. */
export function promptEnd(text: string): number {
  const start = promptStart(text);
  const end = text.endsWith("\r\n") ? text.length - 2 : text.endsWith("\n") ? text.length - 1 : text.length;
  return Math.max(start, end);
}

export function promptOf(text: string): string {
  return text.slice(promptStart(text), promptEnd(text));
}

/** The byte of the prompt at an offset of the file; null in the front matter. */
export function byteAt(text: string, offset: number): number | null {
  const start = promptStart(text);
  return offset < start ? null : Buffer.byteLength(text.slice(start, offset), "utf8");
}

/** The offset of the file at a byte of the prompt. A byte inside a character is that character. */
export function offsetAt(text: string, byte: number): number {
  let at = promptStart(text);
  let left = byte;
  while (at < text.length) {
    const point = text.codePointAt(at) ?? 0;
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (left < bytes) break;
    left -= bytes;
    at += point > 0xffff ? 2 : 1;
  }
  return at;
}

export interface Spanned {
  position: number;
  start: number | null;
  end: number | null;
}

/** The token that a byte is in; at the prompt's very end, the last one. */
export function tokenAt(tokens: readonly Spanned[], byte: number): number | null {
  let last: number | null = null;
  let end = 0;
  for (const token of tokens) {
    if (token.start === null || token.end === null) continue;
    if (token.start <= byte && byte < token.end) return token.position;
    last = token.position;
    end = token.end;
  }
  return byte === end ? last : null;
}

/** The model that a file's front matter names. */
export function modelNamed(text: string): string | null {
  const front = text.slice(0, promptStart(text));
  const found = /^model:[ \t]*(?:"([^"]*)"|'([^']*)'|([^\s#][^#\r\n]*?))[ \t]*(?:#.*)?\r?$/m.exec(front);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? null;
}
