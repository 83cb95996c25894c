// Dominant sub-updates as signed bars on one axis: negative to the left, positive to the right, one scale a position.

import type { Update } from "../../../shared/documents.js";
import { h, token } from "../dom.js";
import { signed } from "../numbers.js";
import { visible } from "../tokens.js";
import type { UpdateRow } from "./merge.js";

export interface UpdateContext {
  /** What a whole half of the axis is. */
  score: number;
  /** The runs' names, the second only where two are shown. */
  names: [string, string | null];
  /** The tracked tokens, whose direct effects the sub-updates carry. */
  track: string[];
  /** What the file makes of this vector, as its line says; null where it says nothing. */
  intervened: (id: string) => string | null;
  openCard: (id: string) => void;
}

export function updateList(rows: readonly UpdateRow[], context: UpdateContext, label: string): HTMLElement {
  if (rows.length === 0) return h("p", { class: "quiet" }, "No sub-updates were asked for here.");
  return h("ul", { class: "updates", "aria-label": label }, ...rows.map((row) => line(row, context)));
}

function line(row: UpdateRow, context: UpdateContext): HTMLElement {
  const both = context.names[1] !== null;
  const written = context.intervened(row.id);
  const shown = row.second ?? row.first;
  const open = who(row, context);
  const words = h("span", { class: "words" });
  if (row.name !== null) words.append(h("span", { class: "quiet" }, `${row.id} `));
  row.words.forEach((word, index) => {
    if (index > 0) words.append(" ");
    words.append(token(visible(word)));
  });
  const bars = h("span", { class: `bars${both ? " two" : ""}`, "aria-hidden": "true" });
  if (both) bars.append(bar(row.first, context.score, "first"), bar(row.second, context.score, "second"));
  else bars.append(bar(shown, context.score, "only"));
  const figures = h("span", { class: "figures" });
  if (both) figures.append(figure(row.first), figure(row.second));
  else figures.append(figure(shown));
  return h(
    "li",
    {},
    h(
      "span",
      { class: "who" },
      open,
      written !== null && h("span", { class: "badge", title: "what the file says" }, written),
    ),
    bars,
    figures,
    words,
    effect(shown, context.track),
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
function bar(update: Update | null, most: number, kind: string): HTMLElement {
  const track = h("span", { class: `signed ${kind}` });
  if (update === null) return track;
  const fill = h("span", { class: `fill ${update.coefficient < 0 ? "negative" : "positive"}` });
  fill.style.width = `${Math.min(50, (50 * update.score) / most)}%`;
  track.append(fill);
  return track;
}

function figure(update: Update | null): HTMLElement {
  if (update === null) return h("span", { class: "none", title: "not among this run's dominant ones" }, "–");
  return h(
    "span",
    { title: `coefficient ${signed(update.coefficient)}, score ${update.score.toFixed(2)}` },
    signed(update.coefficient),
  );
}

/** The direct effect on the target: on the first tracked token, against the mean of the others. */
function effect(update: Update | null, track: readonly string[]): HTMLElement | false {
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
  const say = (update: Update | null, run: string): string =>
    update === null
      ? `not dominant in ${run}`
      : `${run} coefficient ${signed(update.coefficient)}, score ${update.score.toFixed(2)}`;
  const name = row.name === null ? row.id : `${row.name}, ${row.id}`;
  const words = row.words.length === 0 ? "" : `: ${row.words.map((word) => word.trim()).join(", ")}`;
  const [first, second] = context.names;
  const runs =
    second === null
      ? say(row.second ?? row.first, first)
      : `${say(row.first, first)}; ${say(row.second, second)}`;
  return `${name}${words}; ${runs}`;
}
