// The number of an intervention's line, and the line with that number moved. Text in, text out.

export interface LineNumber {
  /** Where it stands in the line. */
  start: number;
  end: number;
  value: number;
}

const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
// `- L5D901: 4.5`, `- food: { at: last, add: 3.0 }`; also behind a comment sign. `at: 3` is a place and no amount.
const plain = new RegExp(String.raw`^(\s*(?:#\s*)?-\s+[^\s{][^{]*?:\s+)(${number})(?=\s*(?:#.*)?$)`);
const mapped = new RegExp(
  String.raw`^(\s*(?:#\s*)?-\s+[^{]*:\s+\{.*?\b(?:set|scale|add)\s*:\s*)(${number})(?=\s*[,}])`,
);

export function numberOf(line: string): LineNumber | null {
  const found = plain.exec(line) ?? mapped.exec(line);
  const before = found?.[1];
  const text = found?.[2];
  if (before === undefined || text === undefined) return null;
  return { start: before.length, end: before.length + text.length, value: Number(text) };
}

/** A step from a value, on the step's own grid, with no more digits than it needs. */
export function stepped(value: number, step: number): string {
  const size = Math.abs(step);
  const digits = Math.min(6, Math.max(decimals(value), decimals(size)));
  const next = Number((value + step).toFixed(digits));
  return String(Object.is(next, -0) ? 0 : next);
}

function decimals(value: number): number {
  const text = String(value);
  if (text.includes("e")) return 6;
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

/**
 * What an added intervention sets a vector's coefficient to: twice as strong as the strongest sub-update of its layer, to
 * half a unit, so that it is plain in the text and its number can be stepped. `strongest` is that one's score here.
 */
export function strongValue(strongest: number, norm: number): number | "boost" {
  const value = Math.round((4 * strongest) / norm) / 2;
  return Number.isFinite(value) ? Math.max(1, value) : "boost";
}
