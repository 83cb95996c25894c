// Between bytes of the prompt, which the server counts, and offsets in the editor, which are UTF-16 units. Arithmetic only.

/** The byte of the prompt at an offset of the file; null before the prompt. `start` is the prompt's offset. */
export function byteAt(text: string, start: number, offset: number): number | null {
  return offset < start ? null : Buffer.byteLength(text.slice(start, offset), "utf8");
}

/** The offset of the file at a byte of the prompt. A byte inside a character is that character. */
export function offsetAt(text: string, start: number, byte: number): number {
  let at = start;
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

/** The position of the token that a byte is in; at the prompt's very end, of the last one. */
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
