// What an index has about a value vector: texts that activate it, prompts, and how its coefficient is distributed.

import type { ActivationDocument, ExampleDocument, VectorDocument } from "../../../shared/api.js";
import { h } from "../dom.js";
import { counted, signed } from "../numbers.js";
import { cutAtBytes, visible } from "../tokens.js";

/** Passages with the token marked; long ones are cut around it. */
export function examples(list: readonly ExampleDocument[]): HTMLElement {
  const items = list.map(({ text, start, end, coefficient }) => {
    const [before, token, after] = cutAtBytes(text, start, end);
    const here = token.trimStart();
    const space = token.slice(0, token.length - here.length);
    return h(
      "li",
      {},
      h("span", { class: "figure" }, signed(coefficient)),
      h(
        "span",
        { class: "passage" },
        tail(before + space, 70),
        h("mark", {}, here === "" ? visible(token) : here),
        head(after, 50),
      ),
    );
  });
  return h("ul", { class: "examples" }, ...items);
}

function tail(text: string, length: number): string {
  const flat = text.replace(/\s+/g, " ");
  return flat.length <= length ? flat : `…${flat.slice(-length).replace(/^\S*\s/, "")}`;
}

function head(text: string, length: number): string {
  const flat = text.replace(/\s+/g, " ");
  return flat.length <= length ? flat : `${flat.slice(0, length).replace(/\s\S*$/, "")}…`;
}

/** Where the project's prompts make the vector act most. */
export function prompts(list: VectorDocument["prompts"]): HTMLElement {
  const items = list.map(({ file, position, token, coefficient }) =>
    h(
      "li",
      { title: file },
      h("span", { class: "figure" }, signed(coefficient)),
      h(
        "span",
        { class: "passage" },
        h("mark", {}, visible(token)),
        ` position ${position}, ${file.split(/[/\\]/).at(-1) ?? file}`,
      ),
    ),
  );
  return h("ul", { class: "examples" }, ...items);
}

/** The distribution of the coefficient on text: a strip from the lowest quantile to the highest, and its numbers. */
export function quantiles(activation: ActivationDocument): HTMLElement {
  const { quantiles: list, count, mean, deviation } = activation;
  const [low, high] = [Math.min(0, ...list.map((q) => q.value)), Math.max(0, ...list.map((q) => q.value))];
  const at = (value: number): string => `${high === low ? 0 : (100 * (value - low)) / (high - low)}%`;
  const of = (share: number): number | undefined => list.find((q) => Math.abs(q.share - share) < 1e-6)?.value;
  const strip = h("div", { class: "strip", "aria-hidden": "true" });
  const [from, to] = [of(0.1), of(0.9)];
  if (from !== undefined && to !== undefined) {
    const box = h("span", { class: "box" });
    box.style.left = at(from);
    box.style.width = high === low ? "0" : `${(100 * (to - from)) / (high - low)}%`;
    strip.append(box);
  }
  const zero = h("span", { class: "zero" });
  zero.style.left = at(0);
  strip.append(zero);
  for (const { value } of list) {
    const tick = h("span", { class: "tick" });
    tick.style.left = at(value);
    strip.append(tick);
  }
  const cells = list.map(({ share, value }) =>
    h("div", {}, h("dt", {}, shareText(share)), h("dd", {}, signed(value))),
  );
  return h(
    "div",
    { class: "quantiles" },
    strip,
    h("dl", {}, ...cells),
    h(
      "p",
      { class: "quiet" },
      `mean ${signed(mean)} ± ${deviation.toFixed(2)} on ${counted(count, "position")} of text`,
    ),
  );
}

function shareText(share: number): string {
  return share === 0.5 ? "median" : `${Number((share * 100).toFixed(1))} %`;
}
