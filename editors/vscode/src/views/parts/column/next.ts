// The next-token table: what comes next in each run, with bars and the way it changed.

import type { RunNext } from "../../../shared/documents.js";
import { h, token } from "../dom.js";
import { probability } from "../numbers.js";
import { visible } from "../tokens.js";
import { type Change, type NextRow, nextRows } from "./merge.js";

const ARROWS: Record<Change, { glyph: string; label: string }> = {
  up: { glyph: "▲", label: "more likely" },
  down: { glyph: "▼", label: "less likely" },
  same: { glyph: "·", label: "as likely" },
  new: { glyph: "▲", label: "not among the first of the other run" },
  gone: { glyph: "▼", label: "no longer among the first" },
};

/** `chosen` is the token that was taken, marked in the table. */
export function nextTable(
  runs: readonly RunNext[],
  limit: number,
  chosen: number | null = null,
): HTMLElement {
  const [first, second] = runs;
  if (first === undefined) return h("p", { class: "quiet" }, "Nothing was computed here.");
  const rows = nextRows(first.next.slice(0, limit), second?.next.slice(0, limit) ?? null);
  const most = Math.max(1e-6, ...rows.flatMap((row) => [row.first ?? 0, row.second ?? 0]));
  const head = h("tr", {}, h("th", { scope: "col" }, "token"), h("th", { scope: "col" }, first.run));
  if (second !== undefined) {
    head.append(
      h("th", { scope: "col" }, second.run),
      h("th", { scope: "col", class: "change" }, h("span", { class: "hidden" }, "change")),
    );
  }
  const body = rows.map((row) => tableRow(row, most, second !== undefined, row.id === chosen));
  return h("table", { class: "next" }, h("thead", {}, head), h("tbody", {}, ...body));
}

function tableRow(row: NextRow, most: number, compared: boolean, chosen: boolean): HTMLElement {
  const name = h("th", { scope: "row" }, token(visible(row.token, row.bytes)));
  if (chosen) name.append(h("span", { class: "badge" }, "taken"));
  const line = h("tr", { class: chosen ? "taken" : "" }, name, amount(row.first, most, "first"));
  if (compared) {
    const { glyph, label } = ARROWS[row.change];
    line.append(
      amount(row.second, most, "second"),
      h(
        "td",
        { class: `change ${row.change}` },
        h("span", { "aria-hidden": "true" }, glyph),
        h("span", { class: "hidden" }, label),
      ),
    );
  }
  return line;
}

function amount(p: number | null, most: number, kind: string): HTMLElement {
  if (p === null)
    return h("td", { class: "amount none" }, h("span", { title: "not among the tokens listed" }, "–"));
  const fill = h("span", { class: `fill ${kind}` });
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
