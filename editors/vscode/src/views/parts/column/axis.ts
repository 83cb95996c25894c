// The place of a probability on a curve's axis, linear or logarithmic, and the axis's marks. Arithmetic only.

export type Scale = "linear" | "log";

/** The lowest probability of a logarithmic axis; smaller ones are drawn there. */
export const FLOOR = 1e-6;

export interface Axis {
  /** 0 is the bottom, 1 the top. */
  at(p: number): number;
  marks: { at: number; text: string }[];
}

export function axis(scale: Scale, largest: number): Axis {
  if (scale === "log") {
    const decades = -Math.log10(FLOOR);
    const at = (p: number): number => 1 + Math.log10(Math.max(FLOOR, Math.min(1, p))) / decades;
    const marks = [1, 1e-2, 1e-4, 1e-6].map((p) => ({
      at: at(p),
      text: p === 1 ? "1" : `10${p === 1e-2 ? "⁻²" : p === 1e-4 ? "⁻⁴" : "⁻⁶"}`,
    }));
    return { at, marks };
  }
  const top = niceTop(largest);
  const marks = [0, top / 2, top].map((p) => ({ at: p / top, text: String(Number(p.toPrecision(2))) }));
  return { at: (p) => Math.min(1, p / top), marks };
}

function niceTop(largest: number): number {
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
  return steps.find((step) => step >= largest) ?? 1;
}

/** Heights moved apart until neighbours are at least `gap` apart, within 0 and `height`; in the order given. */
export function apart(heights: readonly number[], gap: number, height: number): number[] {
  const order = heights.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  order.forEach((one, at) => {
    const before = order[at - 1];
    if (before !== undefined) one.y = Math.max(one.y, before.y + gap);
  });
  for (let at = order.length - 1, limit = height; at >= 0; at -= 1) {
    const one = order[at];
    if (one === undefined) break;
    one.y = Math.min(one.y, limit);
    limit = one.y - gap;
  }
  const placed = new Array<number>(heights.length).fill(0);
  for (const { y, index } of order) placed[index] = y;
  return placed;
}
