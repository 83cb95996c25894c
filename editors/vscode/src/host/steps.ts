// A number moved by a step, as text.

/** On the step's own grid, with no more digits than it needs. */
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
