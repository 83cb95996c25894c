// The words of a value vector: as bars, or as a cloud with sizes by the same numbers.

import type { WordDocument } from "../../../shared/api.js";
import { h, token } from "../dom.js";
import { signed } from "../numbers.js";
import { visible } from "../tokens.js";
import { fromTheMiddle } from "./order.js";

export const SHOWN = 12;
const CLOUD = 36;

/** Words as bars of their logit. Undertrained tokens say nothing about the vector and are hidden. */
export function wordBars(
  words: readonly WordDocument[],
  most: number,
  limit: number,
  label: string,
): HTMLElement {
  const trained = words.filter((word) => !word.undertrained).slice(0, limit);
  if (trained.length === 0) return h("p", { class: "quiet" }, "Only undertrained tokens; hidden.");
  const lines = trained.map((word) => {
    const fill = h("span", { class: `fill ${word.logit < 0 ? "negative" : "positive"}` });
    fill.style.width = `${(100 * Math.abs(word.logit)) / most}%`;
    return h(
      "li",
      {
        title: `logit ${signed(word.logit, 3)}, ${signed(word.z, 1)} standard deviations from the mean, token ${word.id}`,
      },
      token(visible(word.token, word.bytes)),
      h("span", { class: "track", "aria-hidden": "true" }, fill),
      h("span", { class: "figure" }, signed(word.logit)),
    );
  });
  return h("ol", { class: "word-bars", "aria-label": label }, ...lines);
}

/** Words sized by their logit, the largest in the middle. */
export function wordCloud(words: readonly WordDocument[], label: string): HTMLElement {
  const trained = words.filter((word) => !word.undertrained).slice(0, CLOUD);
  const sizes = trained.map((word) => Math.abs(word.logit));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const items = trained.map((word) => {
    const share = most === least ? 1 : (Math.abs(word.logit) - least) / (most - least);
    const item = h(
      "li",
      { title: `logit ${signed(word.logit, 3)}` },
      visible(word.token.trimStart(), word.bytes),
    );
    item.style.fontSize = `${(0.85 + 1.05 * share * share).toFixed(2)}em`;
    return item;
  });
  return h("ul", { class: "cloud", "aria-label": label }, ...fromTheMiddle(items));
}
