// Colour arithmetic: reading computed colours, mixing, and choosing text with enough contrast. No elements.

export interface Colour {
  r: number;
  g: number;
  b: number;
}

/** From `rgb(1, 2, 3)`, `rgba(...)` or `color(srgb 0.1 0.2 0.3)`; null for anything else. Alpha is laid over `under`. */
export function parse(text: string, under: Colour = { r: 255, g: 255, b: 255 }): Colour | null {
  const numbers = (text.match(/-?\d*\.?\d+(e-?\d+)?/gi) ?? []).map(Number);
  const [r, g, b, alpha = 1] = numbers;
  if (r === undefined || g === undefined || b === undefined) return null;
  if (/^rgba?\(/.test(text)) return mix(under, { r, g, b }, alpha);
  if (text.startsWith("color(srgb ")) return mix(under, { r: r * 255, g: g * 255, b: b * 255 }, alpha);
  return null;
}

export function mix(from: Colour, to: Colour, share: number): Colour {
  const at = (a: number, b: number): number => a + (b - a) * share;
  return { r: at(from.r, to.r), g: at(from.g, to.g), b: at(from.b, to.b) };
}

export function css({ r, g, b }: Colour): string {
  return `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;
}

/** Relative luminance, as WCAG 2 defines it. */
export function luminance({ r, g, b }: Colour): number {
  const linear = (channel: number): number => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

export function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const BLACK: Colour = { r: 0, g: 0, b: 0 };
const WHITE: Colour = { r: 255, g: 255, b: 255 };

const LEAST = 4.5;

/** The theme's text colour if it is readable on `background`, else `extreme`, else black or white by contrast. */
export function textOn(background: Colour, preferred: Colour, extreme: Colour = preferred): Colour {
  if (contrast(background, preferred) >= LEAST) return preferred;
  if (contrast(background, extreme) >= LEAST) return extreme;
  return contrast(background, BLACK) >= contrast(background, WHITE) ? BLACK : WHITE;
}

export interface Shade {
  background: string;
  text: string;
}

/** How many steps a probability is shaded in. */
export const STEPS = 32;

/** Shades from the background towards the accent, as far as the theme's text stays readable. */
export function shades(background: Colour, accent: Colour, foreground: Colour): Shade[] {
  const extreme = luminance(foreground) > luminance(background) ? WHITE : BLACK;
  let reach = 1;
  while (reach > 0.4 && contrast(mix(background, accent, reach), extreme) < LEAST) reach -= 0.05;
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const fill = mix(background, accent, (reach * step) / STEPS);
    return { background: css(fill), text: css(textOn(fill, foreground, extreme)) };
  });
}

/** The step of a probability. The root spreads out small probabilities, which are the most common in a lens. */
export function stepOf(p: number): number {
  return Math.round(Math.sqrt(Math.min(1, Math.max(0, p))) * STEPS);
}
