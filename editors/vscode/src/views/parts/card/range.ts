// The range of a coefficient's slider: what text reaches, with room beyond it. Arithmetic only.

import type { Activation } from "../../../shared/documents.js";

export interface Range {
  least: number;
  most: number;
  step: number;
}

/** Round ends around what text reaches and `values`, which have to lie within; zero always does. */
export function rangeOf(activation: Activation | null, values: readonly (number | null)[]): Range {
  const reached = activation?.quantiles.map((q) => q.value) ?? [];
  // Room beyond what is set, so that the slider can go on.
  const known = values.filter((value) => value !== null).map((value) => value * 1.25);
  const most = round(Math.max(4, 2 * Math.max(0, ...reached), ...known));
  const least = -round(
    Math.max(2, most / 2, 2 * Math.max(0, ...reached.map((v) => -v)), ...known.map((v) => -v)),
  );
  return { least, most, step: most > 40 ? 0.5 : 0.1 };
}

function round(value: number): number {
  const unit = value > 40 ? 10 : value > 10 ? 5 : 2;
  return Math.ceil(value / unit - 1e-9) * unit;
}
