// The words of a value vector: as bars, or as a cloud with sizes by the same numbers.

import type { WordDocument } from "../../../shared/api.js";
import { h, token } from "../dom.js";
import { signed } from "../numbers.js";
import { visible } from "../tokens.js";
import { fromTheMiddle } from "./order.js";

export const SHOWN = 12;
const CLOUD = 36;

/** Words as bars of their logit. Undertrained tokens say nothing about the vector: they are hidden, unless it has no others. */
export function wordBars(
  words: readonly WordDocument[],
  most: number,
  limit: number,
  label: string,
): HTMLElement {
  const trained = words.filter((word) => !word.undertrained).slice(0, limit);
  if (trained.length === 0) return undertrained(words, limit, label);
  const lines = trained.map((word) => {
    const fill = h("span", { class: `fill ${word.logit < 0 ? "negative" : "positive"}` });
    fill.style.width = `${(100 * Math.abs(word.logit)) / most}%`;
    const track = h("span", { class: "track", "aria-hidden": "true" }, fill);
    const figure = h("span", { class: "figure" }, signed(word.logit));
    return h("li", { title: about(word) }, token(visible(word.token, word.bytes)), track, figure);
  });
  return h("ol", { class: "word-bars", "aria-label": label }, ...lines);
}

function about({ logit, z, id }: WordDocument): string {
  return `logit ${signed(logit, 3)}, ${signed(z, 1)} standard deviations from the mean, token ${id}`;
}

/** Without bars, which compare words. */
function undertrained(words: readonly WordDocument[], limit: number, label: string): HTMLElement {
  if (words.length === 0) return h("p", { class: "quiet" }, "No words are known.");
  const tokens = words
    .slice(0, limit)
    .map((word) => h("li", { title: about(word) }, token(visible(word.token, word.bytes))));
  const why = "Only undertrained tokens, which say little about a vector:";
  return h(
    "div",
    { class: "quiet" },
    h("p", {}, why),
    h("ol", { class: "undertrained", "aria-label": `${label}, undertrained` }, ...tokens),
  );
}

/** Words sized by their logit, the largest in the middle. */
export function wordCloud(words: readonly WordDocument[], label: string): HTMLElement {
  const trained = words.filter((word) => !word.undertrained).slice(0, CLOUD);
  if (trained.length === 0) return undertrained(words, CLOUD, label);
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
