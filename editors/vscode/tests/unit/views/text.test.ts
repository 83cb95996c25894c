import { describe, expect, it } from "vitest";

import { contrast, mix, parse, shades, STEPS, stepOf, textOn } from "../../../src/views/parts/colour.js";
import { counted, plain, probability, signed } from "../../../src/views/parts/numbers.js";
import { cutAtBytes, spoken, visible } from "../../../src/views/parts/tokens.js";

describe("visible tokens", () => {
  const check = (text: string, shown: string, bytes: number[] | null = null): void => {
    it(`${JSON.stringify(text)} is ${shown}`, () => {
      expect(visible(text, bytes)).toBe(shown);
    });
  };
  check(" the", "␣the");
  check("  ", "␣␣");
  check("\n\n", "⏎⏎");
  check("a\tb\r", "a⇥b␍");
  check("\u00a0", "⍽");
  check("", "∅");
  check("\u0007", "\\x07");
  check("\u200bzero", "\\u{200B}zero");
  check("\u202eback", "\\u{202E}back");
  check(" \ufffd", "␣\\xCF", [32, 0xcf]);
  check("北京", "北京");

  it("are spoken without glyphs", () => {
    expect(spoken(" the")).toBe("the");
    expect(spoken(" ")).toBe("space");
    expect(spoken("\n")).toBe("newline ");
    expect(spoken("\ufffd", [0xa6])).toBe("bytes A6");
  });

  it("are cut out of a passage by bytes", () => {
    expect(cutAtBytes("für Öl da", 5, 8)).toEqual(["für ", "Öl", " da"]);
  });
});

describe("numbers", () => {
  it("are shown with the digits that say something", () => {
    expect([1, 0.5, 0.0149, 0.0042, 0.000031, 2e-9, 0].map(probability)).toEqual([
      "1.00",
      "0.50",
      "0.01",
      "0.004",
      "3e−5",
      "2e−9",
      "0.00",
    ]);
    expect([4.416, -0.2, -0.001, 0].map((value) => signed(value))).toEqual([
      "+4.42",
      "−0.20",
      "0.00",
      "0.00",
    ]);
    expect([8, -0.25, 4.41607].map(plain)).toEqual(["8", "-0.25", "4.416"]);
    expect([counted(1, "token"), counted(1200, "token")]).toEqual(["1 token", "1,200 tokens"]);
  });
});

describe("colours", () => {
  const white = { r: 255, g: 255, b: 255 };
  const black = { r: 0, g: 0, b: 0 };

  it("are read as browsers compute them", () => {
    expect(parse("rgb(1, 2, 3)")).toEqual({ r: 1, g: 2, b: 3 });
    expect(parse("rgba(0, 0, 0, 0.5)", white)).toEqual({ r: 127.5, g: 127.5, b: 127.5 });
    expect(parse("color(srgb 1 0 0.5)")).toEqual({ r: 255, g: 0, b: 127.5 });
    expect(parse("none")).toBeNull();
  });

  it("have WCAG's contrast", () => {
    expect(contrast(black, white)).toBeCloseTo(21, 5);
    expect(contrast(white, white)).toBe(1);
  });

  it("keep text readable on every shade, in every theme", () => {
    const themes = [
      [
        { r: 31, g: 31, b: 31 },
        { r: 89, g: 164, b: 249 },
        { r: 204, g: 204, b: 204 },
      ],
      [white, { r: 0, g: 99, b: 211 }, { r: 59, g: 59, b: 59 }],
      [black, { r: 55, g: 148, b: 255 }, white],
      [
        { r: 120, g: 120, b: 120 },
        { r: 140, g: 140, b: 140 },
        { r: 130, g: 130, b: 130 },
      ],
    ] as const;
    for (const [background, accent, foreground] of themes) {
      for (let step = 0; step <= STEPS; step += 1) {
        const fill = mix(background, accent, step / STEPS);
        expect(contrast(fill, textOn(fill, foreground))).toBeGreaterThanOrEqual(4.5);
      }
      expect(shades(background, accent, foreground)).toHaveLength(STEPS + 1);
    }
  });

  it("keep the theme's text where it can be read", () => {
    expect(textOn(black, { r: 204, g: 204, b: 204 })).toEqual({ r: 204, g: 204, b: 204 });
  });

  it("spread small probabilities, within their steps", () => {
    expect([0, 0.01, 0.25, 1, 1.2, -1].map(stepOf)).toEqual([0, 3, 16, 32, 32, 0]);
  });
});
