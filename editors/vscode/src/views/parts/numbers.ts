// Numbers as text: probabilities, signed coefficients, counts.

const MINUS = "\u2212";

/** `0.54`, `0.003`, `2e−9`. */
export function probability(p: number): string {
  if (p >= 0.0095 || p === 0) return p.toFixed(2);
  if (p >= 0.00095) return p.toFixed(3);
  return p.toExponential(0).replace("-", MINUS);
}

/** `+4.42`, `−0.20`, `0.00`. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return (value < 0 ? MINUS : "+") + text;
}

/** With at most four digits, to be edited: `8`, `-0.25`. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `1 token`, `1,024 tokens`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `1,024`. The browser's own number format takes 15 to 30 ms the first time. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
