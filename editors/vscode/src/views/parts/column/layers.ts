// A position's layers: before and after each FFN, how far it moved the prediction, and its sub-updates, folded or open.

import type { Guess, Layer } from "../../../shared/documents.js";
import { h, token } from "../dom.js";
import { probability, signed } from "../numbers.js";
import { visible } from "../tokens.js";
import { type Focus, focused, type Pair, scales } from "./merge.js";
import { type UpdateContext, updateList } from "./updates.js";

export interface LayersOptions {
  pair: Pair;
  focus: Focus;
  track: string[];
  /** The chosen row of the heat map, by its layer. */
  chosen: number | null;
  order: "layer" | "kl";
  open: Set<number>;
  intervened: (id: string) => string | null;
  openCard: (id: string) => void;
}

/** The list of layers; it folds and unfolds by itself and keeps `open` up to date. */
export function layerList(options: LayersOptions): HTMLElement {
  const { pair, focus } = options;
  const runs: [string, Layer[]][] = [];
  if (focus !== "second" || pair.second === null) runs.push([pair.names[0], pair.first.layers]);
  if (focus !== "first" && pair.second !== null) runs.push([pair.names[1] ?? "", pair.second.layers]);
  const scale = scales([pair.first, ...(pair.second === null ? [] : [pair.second])]);
  const context: UpdateContext = {
    score: scale.score,
    names: [runs[0]?.[0] ?? "", runs[1]?.[0] ?? null],
    track: options.track,
    intervened: options.intervened,
    openCard: options.openCard,
  };
  const order = pair.first.layers.map((_, index) => index);
  if (options.order === "kl") {
    const kl = (index: number): number => Math.max(...runs.map(([, layers]) => layers[index]?.kl ?? 0));
    order.sort((a, b) => kl(b) - kl(a));
  }
  const items = order.map((index) => item(index, runs, scale.kl, context, options));
  return h("ol", { class: "layers" }, ...items);
}

function item(
  index: number,
  runs: [string, Layer[]][],
  most: number,
  context: UpdateContext,
  options: LayersOptions,
): HTMLElement {
  const here = runs.map(([, layers]) => layers[index]).filter((layer) => layer !== undefined);
  const number = here[0]?.layer ?? index;
  const chosen = number === options.chosen;
  const rows = focused(options.pair, options.focus, index);
  const toggle = h("button", {
    type: "button",
    class: "layer",
    "data-layer": number,
    "aria-label": label(number, runs, here),
  });
  const lines = here.map((layer, at) =>
    summary(layer, most, runs.length > 1 ? (at === 0 ? "first" : "second") : "only"),
  );
  toggle.append(
    h("span", { class: "fold", "aria-hidden": "true" }),
    h("span", { class: "layer-number" }, String(number)),
    h("span", { class: "lines" }, ...lines),
  );
  const leading = h("span", { class: "leading", "aria-hidden": "true" });
  for (const row of rows.slice(0, 2)) {
    const update = row.second ?? row.first;
    if (update === null) continue;
    const words =
      row.name ??
      row.words
        .slice(0, 3)
        .map((word) => visible(word.trimStart()))
        .join(" ");
    leading.append(
      h(
        "span",
        { class: "leader" },
        h("span", { class: "figure" }, signed(update.coefficient, 1)),
        ` ${words === "" ? row.id : words}`,
      ),
    );
  }
  toggle.append(leading);
  const body = h("div", { class: "layer-body" });
  const element = h("li", { class: chosen ? "chosen" : "", "data-layer": number }, toggle, body);
  const unfold = (open: boolean): void => {
    toggle.setAttribute("aria-expanded", String(open));
    element.classList.toggle("open", open);
    // Most stay folded: their bars are made when somebody looks.
    if (open && body.childElementCount === 0) {
      body.append(updateList(rows, context, `Dominant sub-updates of layer ${number}`));
    }
    body.hidden = !open;
  };
  toggle.addEventListener("click", () => {
    const open = !options.open.has(number);
    if (open) options.open.add(number);
    else options.open.delete(number);
    unfold(open);
  });
  unfold(options.open.has(number));
  return element;
}

function summary(layer: Layer, most: number, kind: "first" | "second" | "only"): HTMLElement {
  const fill = h("span", { class: `fill ${kind}` });
  fill.style.width = `${(100 * layer.kl) / most}%`;
  const [before, after] = [layer.before[0], layer.after[0]];
  const changed = before?.id !== after?.id;
  return h(
    "span",
    { class: `line ${kind}` },
    h(
      "span",
      { class: "kl", title: `KL ${layer.kl.toFixed(3)} nats` },
      h("span", { class: "track" }, fill),
      h("span", { class: "figure" }, layer.kl.toFixed(2)),
    ),
    h(
      "span",
      { class: "change-of" },
      guess(before),
      h("span", { class: `arrow${changed ? " changed" : ""}` }, changed ? "⇒" : "→"),
      guess(after),
    ),
  );
}

function guess(one: Guess | undefined): HTMLElement {
  if (one === undefined) return h("span", { class: "guess" });
  return h(
    "span",
    { class: "guess" },
    token(visible(one.token, one.bytes)),
    h("span", { class: "figure quiet" }, probability(one.p)),
  );
}

function label(number: number, runs: [string, Layer[]][], here: Layer[]): string {
  const say = (layer: Layer, at: number): string => {
    const [before, after] = [layer.before[0], layer.after[0]];
    const name = runs.length > 1 ? `${runs[at]?.[0] ?? ""}: ` : "";
    const from = before === undefined ? "" : `${before.token.trim()} ${probability(before.p)}`;
    const to = after === undefined ? "" : `${after.token.trim()} ${probability(after.p)}`;
    return `${name}${from} becomes ${to}, KL ${layer.kl.toFixed(2)}`;
  };
  return `Layer ${number}; ${here.map(say).join("; ")}`;
}
