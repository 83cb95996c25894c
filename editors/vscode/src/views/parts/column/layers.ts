// A position's layers: before and after each FFN, how far it moved the prediction, and its sub-updates, folded or open.

import type { GuessDocument, LayerDocument } from "../../../shared/api.js";
import { h, token } from "../dom.js";
import { probability, signed } from "../numbers.js";
import { visible } from "../tokens.js";
import { type InView, latest, scales, updateRows } from "./merge.js";
import { type UpdateContext, updateList } from "./updates.js";

export interface LayersOptions {
  view: InView;
  track: string[];
  /** The chosen row of the heat map, by its layer. */
  chosen: number | null;
  order: "layer" | "kl";
  open: Set<number>;
  intervened: (id: string) => string | null;
  openCard: (id: string) => void;
}

/** The list of layers. It folds and unfolds by itself and keeps `open` up to date. */
export function layerList(options: LayersOptions): HTMLElement {
  const { full, runs } = options.view;
  const scale = scales(runs);
  const context: UpdateContext = {
    score: scale.score,
    names: full.map(({ name }) => name),
    track: options.track,
    intervened: options.intervened,
    openCard: options.openCard,
  };
  const order = (full[0]?.position.layers ?? []).map((_, index) => index);
  if (options.order === "kl") {
    const kl = (index: number): number =>
      Math.max(...full.map(({ position }) => position.layers[index]?.kl ?? 0));
    order.sort((a, b) => kl(b) - kl(a));
  }
  const items = order.map((index) => item(index, scale.kl, context, options));
  return h("ol", { class: "layers" }, ...items);
}

function item(index: number, most: number, context: UpdateContext, options: LayersOptions): HTMLElement {
  const here = options.view.full.flatMap(({ position }) => position.layers[index] ?? []);
  const number = here[0]?.layer ?? index;
  const chosen = number === options.chosen;
  const rows = updateRows(here.map((layer) => layer.updates));
  const toggle = h("button", {
    type: "button",
    class: "layer",
    "data-layer": number,
    "aria-label": label(number, context.names, here),
  });
  const lines = here.map((layer, at) => summary(layer, most, at < here.length - 1));
  toggle.append(
    h("span", { class: "fold", "aria-hidden": "true" }),
    h("span", { class: "layer-number" }, String(number)),
    h("span", { class: "lines" }, ...lines),
  );
  const leading = h("span", { class: "leading", "aria-hidden": "true" });
  for (const row of rows.slice(0, 2)) {
    const update = latest(row);
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
    // Most stay folded: their bars are made when they unfold.
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

function summary(layer: LayerDocument, most: number, outlined: boolean): HTMLElement {
  const fill = h("span", { class: "fill" });
  fill.style.width = `${(100 * layer.kl) / most}%`;
  const [before, after] = [layer.before[0], layer.after[0]];
  const changed = before?.id !== after?.id;
  return h(
    "span",
    { class: outlined ? "line outlined" : "line" },
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

function guess(one: GuessDocument | undefined): HTMLElement {
  if (one === undefined) return h("span", { class: "guess" });
  return h(
    "span",
    { class: "guess" },
    token(visible(one.token, one.bytes)),
    h("span", { class: "figure quiet" }, probability(one.p)),
  );
}

function label(number: number, names: readonly string[], here: readonly LayerDocument[]): string {
  const say = (layer: LayerDocument, at: number): string => {
    const [before, after] = [layer.before[0], layer.after[0]];
    const name = names.length > 1 ? `${names[at] ?? ""}: ` : "";
    const from = before === undefined ? "" : `${before.token.trim()} ${probability(before.p)}`;
    const to = after === undefined ? "" : `${after.token.trim()} ${probability(after.p)}`;
    return `${name}${from} becomes ${to}, KL ${layer.kl.toFixed(2)}`;
  };
  return `Layer ${number}; ${here.map(say).join("; ")}`;
}
