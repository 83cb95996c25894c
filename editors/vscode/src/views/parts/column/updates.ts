// Dominant sub-updates as signed bars on one axis: negative to the left, positive to the right, one scale for a position.

import type { End, UpdateDocument } from "../../../shared/api.js";
import { h, token } from "../dom.js";
import { signed } from "../numbers.js";
import { visible } from "../tokens.js";
import { latest, type UpdateRow } from "./merge.js";

/** What the words of an end are. */
const PROMOTES: Record<End, string> = {
  top: "what it promotes",
  bottom: "what it promotes: its coefficient is negative, so these are the words at the bottom of its card",
};

export interface UpdateContext {
  /** The score that fills one half of the axis. */
  score: number;
  /** The names of the runs, in the order of a row's updates. */
  names: string[];
  /** The tracked tokens, on whose logits the sub-updates have direct effects. */
  track: string[];
  /** The value of the file's line on this vector; null without one. */
  intervened: (id: string) => string | null;
  openCard: (id: string) => void;
}

export function updateList(rows: readonly UpdateRow[], context: UpdateContext, label: string): HTMLElement {
  if (rows.length === 0) return h("p", { class: "quiet" }, "This trace has no sub-updates.");
  return h("ul", { class: "updates", "aria-label": label }, ...rows.map((row) => line(row, context)));
}

function line(row: UpdateRow, context: UpdateContext): HTMLElement {
  const several = row.updates.length > 1;
  const written = context.intervened(row.id);
  const words = h("span", { class: "words", title: PROMOTES[latest(row)?.end ?? "top"] });
  if (row.name !== null) words.append(h("span", { class: "quiet" }, `${row.id} `));
  row.words.forEach((word, index) => {
    if (index > 0) words.append(" ");
    words.append(token(visible(word)));
  });
  const last = row.updates.length - 1;
  const bars = h("span", { class: `bars${several ? " several" : ""}`, "aria-hidden": "true" });
  bars.append(...row.updates.map((update, index) => bar(update, context.score, index < last)));
  const figures = h("span", { class: "figures" }, ...row.updates.map(figure));
  return h(
    "li",
    {},
    h(
      "span",
      { class: "who" },
      who(row, context),
      written !== null && h("span", { class: "badge", title: "the value in the file" }, written),
    ),
    bars,
    figures,
    words,
    effect(latest(row), context.track),
  );
}

function who(row: UpdateRow, { openCard, ...context }: UpdateContext): HTMLElement {
  const name = row.name ?? row.id;
  const said = label(row, context);
  const attributes = { type: "button", class: "link vector", "data-id": row.id };
  const open = h(
    "button",
    { ...attributes, title: `Open the card of ${row.id}`, "aria-label": `${said}; open its card` },
    name,
  );
  open.addEventListener("click", () => openCard(row.id));
  return open;
}

/** The score with the coefficient's sign, from the axis in the middle. */
function bar(update: UpdateDocument | null, most: number, outlined: boolean): HTMLElement {
  const track = h("span", { class: outlined ? "signed outlined" : "signed" });
  if (update === null) return track;
  const fill = h("span", { class: `fill ${update.coefficient < 0 ? "negative" : "positive"}` });
  fill.style.width = `${Math.min(50, (50 * update.score) / most)}%`;
  track.append(fill);
  return track;
}

function figure(update: UpdateDocument | null): HTMLElement {
  if (update === null)
    return h("span", { class: "none", title: "not among this run's dominant sub-updates" }, "–");
  return h(
    "span",
    { title: `coefficient ${signed(update.coefficient)}, score ${update.score.toFixed(2)}` },
    signed(update.coefficient),
  );
}

/** The direct effect on the target: on the first tracked token, against the mean of the others. */
function effect(update: UpdateDocument | null, track: readonly string[]): HTMLElement | false {
  const [target, ...distractors] = update?.effects ?? [];
  if (target === undefined || track[0] === undefined) return false;
  const mean = distractors.length === 0 ? 0 : distractors.reduce((a, b) => a + b, 0) / distractors.length;
  const name = visible(track[0]);
  const against = distractors.length === 0 ? "" : " against the other tracked tokens";
  return h(
    "span",
    { class: "effect", title: `direct effect on the logit of ${name}${against}` },
    h("span", { class: "quiet" }, "→ "),
    token(name),
    ` ${signed(target - mean)}`,
  );
}

function label(row: UpdateRow, context: Pick<UpdateContext, "names">): string {
  const say = (update: UpdateDocument | null, run: string): string =>
    update === null
      ? `not dominant in ${run}`
      : `${run} coefficient ${signed(update.coefficient)}, score ${update.score.toFixed(2)}`;
  const name = row.name === null ? row.id : `${row.name}, ${row.id}`;
  const words = row.words.length === 0 ? "" : `: ${row.words.map((word) => word.trim()).join(", ")}`;
  const runs = row.updates.map((update, index) => say(update, context.names[index] ?? ""));
  return `${name}${words}; ${runs.join("; ")}`;
}
