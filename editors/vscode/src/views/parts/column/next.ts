// The next-token table: what comes next in each run, with bars and how it changed.

import type { NextDocument } from "../../../shared/api.js";
import { h, token } from "../dom.js";
import { probability } from "../numbers.js";
import { visible } from "../tokens.js";
import { type Change, type NextRow, nextRows } from "./merge.js";

const ARROWS: Record<Change, { glyph: string; label: string }> = {
  up: { glyph: "▲", label: "more likely" },
  down: { glyph: "▼", label: "less likely" },
  same: { glyph: "·", label: "as likely" },
  new: { glyph: "▲", label: "new in the list" },
  gone: { glyph: "▼", label: "no longer in the list" },
};

/** Of runs in reading order. `chosen` is the token that was taken, marked in the table. */
export function nextTable(
  runs: readonly NextDocument[],
  limit: number,
  chosen: number | null = null,
): HTMLElement {
  if (runs.length === 0) return h("p", { class: "quiet" }, "This trace has no predictions.");
  const rows = nextRows(runs.map((run) => run.next.slice(0, limit)));
  const most = Math.max(1e-6, ...rows.flatMap((row) => row.p.map((p) => p ?? 0)));
  const head = h("tr", {}, h("th", { scope: "col" }, "token"));
  head.append(...runs.map(({ run }) => h("th", { scope: "col" }, run)));
  if (runs.length > 1)
    head.append(h("th", { scope: "col", class: "change" }, h("span", { class: "hidden" }, "change")));
  const body = rows.map((row) => tableRow(row, most, row.id === chosen));
  return h("table", { class: "next" }, h("thead", {}, head), h("tbody", {}, ...body));
}

function tableRow(row: NextRow, most: number, chosen: boolean): HTMLElement {
  const name = h("th", { scope: "row" }, token(visible(row.token, row.bytes)));
  if (chosen) name.append(h("span", { class: "badge" }, "taken"));
  const amounts = row.p.map((p, index) => amount(p, most, index > 0 ? "strong" : ""));
  const line = h("tr", { class: chosen ? "taken" : "" }, name, ...amounts);
  if (row.p.length === 1) return line;
  const { glyph, label } = ARROWS[row.change];
  line.append(
    h(
      "td",
      { class: `change ${row.change}` },
      h("span", { "aria-hidden": "true" }, glyph),
      h("span", { class: "hidden" }, label),
    ),
  );
  return line;
}

function amount(p: number | null, most: number, kind: string): HTMLElement {
  if (p === null)
    return h("td", { class: "amount none" }, h("span", { title: "not in this run's list" }, "–"));
  const fill = h("span", { class: `fill ${kind}`.trimEnd() });
  fill.style.width = `${(100 * p) / most}%`;
  return h(
    "td",
    { class: "amount" },
    h(
      "span",
      { class: "amount-inside" },
      h("span", { class: "track", "aria-hidden": "true" }, fill),
      h("span", { class: "figure" }, probability(p)),
    ),
  );
}
