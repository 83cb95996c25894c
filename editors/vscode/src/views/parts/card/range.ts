// The range of a coefficient's slider: the coefficients that text reaches, with room beyond them. Arithmetic only.

import type { ActivationDocument } from "../../../shared/api.js";

export interface Range {
  least: number;
  most: number;
  step: number;
}

/** Round ends that hold the coefficients on text, `values` and zero. */
export function rangeOf(activation: ActivationDocument | null, values: readonly (number | null)[]): Range {
  const reached = activation?.quantiles.map((q) => q.value) ?? [];
  // Room to move the slider beyond the value that is set.
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
