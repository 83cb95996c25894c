// The runs' texts: beside each other as running text, or token by token in one table. One tab stop for a run; arrows move.

import { h, token } from "../parts/dom.js";
import { probability } from "../parts/numbers.js";
import { spoken, visible } from "../parts/tokens.js";
import type { ShownRun } from "./compared.js";
import { firstParting, type GeneratedToken } from "./continuation.js";

export interface TokenEvents {
  /** The pointer or the focus is on a token. */
  look(run: number, index: number): void;
  /** Enter or a click: the reader asks why this token came. `run` is the place in view. */
  choose(run: number, index: number): void;
}

/** Less likely than this is marked. */
const UNLIKELY = 0.1;

export function flowing(
  run: ShownRun,
  number: number,
  chosen: number | null,
  events: TokenEvents,
): HTMLElement {
  const text = h("div", { class: "flowing", role: "group", "aria-label": `${run.name}: generated text` });
  run.tokens.forEach((one, index) => {
    const parting = run.parts === index;
    if (parting)
      text.append(
        h(
          "span",
          { class: "parting", title: "the runs differ from here" },
          h("span", { class: "hidden" }, "the runs differ from here"),
        ),
      );
    const element = tokenElement(run, one, number, index, chosen, events);
    element.append(...drawn(one.text));
    text.append(element);
  });
  if (run.tokens.length === 0)
    text.append(h("span", { class: "quiet" }, run.stopped === null ? "…" : "no text was generated"));
  text.addEventListener("keydown", (event) => moveIn(event, text));
  return text;
}

/** A newline is a glyph and a line break. The space before a word is outside of the underline. */
function drawn(text: string): (Node | string)[] {
  if (text === "") return [h("span", { class: "quiet" }, "∅")];
  const parts: (Node | string)[] = [];
  text.split("\n").forEach((line, index) => {
    if (index > 0) parts.push(h("span", { class: "newline", "aria-hidden": "true" }, "⏎"), "\n");
    const word = line.trimStart();
    if (word !== line) parts.push(line.slice(0, line.length - word.length));
    if (word !== "") parts.push(h("span", { class: "word" }, word));
  });
  return parts;
}

function tokenElement(
  run: ShownRun,
  one: GeneratedToken,
  number: number,
  index: number,
  chosen: number | null,
  events: TokenEvents,
): HTMLElement {
  const kinds = ["generated"];
  if (!run.isBase && run.parts !== null && index >= run.parts) kinds.push("apart");
  if (run.parts === index) kinds.push("parts");
  if (one.p !== null && one.p < UNLIKELY) kinds.push("unlikely");
  if (chosen === index) kinds.push("chosen");
  const said = `${spoken(one.text, one.bytes)}${one.p === null ? "" : `, probability ${probability(one.p)}`}${run.parts === index ? ", the runs differ from here" : ""}`;
  const element = h("span", {
    class: kinds.join(" "),
    role: "button",
    tabindex: index === (chosen ?? 0) ? 0 : -1,
    "aria-label": said,
    "data-index": index,
    "data-run": number,
  });
  if (one.p !== null) element.title = `p ${probability(one.p)}`;
  element.addEventListener("click", () => events.choose(number, index));
  element.addEventListener("pointerenter", () => events.look(number, index));
  element.addEventListener("focus", () => events.look(number, index));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    events.choose(number, index);
  });
  return element;
}

function moveIn(event: KeyboardEvent, place: HTMLElement): void {
  const all = [...place.querySelectorAll<HTMLElement>(".generated")];
  const at = all.findIndex((one) => one === document.activeElement);
  const to = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  const next = to === undefined || at < 0 ? undefined : all[Math.max(0, Math.min(all.length - 1, to))];
  if (next === undefined) return;
  event.preventDefault();
  for (const one of all) one.tabIndex = one === next ? 0 : -1;
  next.focus();
}

/** A row for each place, two columns for each run; the rows after the runs part are marked. */
export function aligned(
  runs: readonly ShownRun[],
  chosenIn: (run: ShownRun) => number | null,
  events: TokenEvents,
): HTMLElement {
  const length = Math.max(0, ...runs.map((run) => run.tokens.length));
  const parting = firstParting(runs.map((run) => run.parts));
  const head = h("tr", {}, h("th", { scope: "col", class: "place" }, "#"));
  for (const run of runs)
    head.append(h("th", { scope: "col" }, run.name), h("th", { scope: "col", class: "p" }, "p"));
  const body = h("tbody", {});
  for (let index = 0; index < length; index += 1) {
    if (index === parting) {
      body.append(
        h(
          "tr",
          { class: "parting-row" },
          h("td", { colspan: 1 + 2 * runs.length }, "the runs differ from here"),
        ),
      );
    }
    const row = h(
      "tr",
      { class: parting !== null && index >= parting ? "apart" : "" },
      h("th", { scope: "row", class: "place" }, String(index + 1)),
    );
    runs.forEach((run, number) => {
      const one = run.tokens[index];
      if (one === undefined) {
        row.append(h("td", {}), h("td", {}));
        return;
      }
      const element = tokenElement(run, one, number, index, chosenIn(run), events);
      element.append(token(visible(one.text, one.bytes)));
      row.append(h("td", {}, element), amount(one.p));
    });
    body.append(row);
  }
  const table = h("table", { class: "aligned" }, h("thead", {}, head), body);
  table.addEventListener("keydown", (event) => moveInTable(event, table));
  return table;
}

function amount(p: number | null): HTMLElement {
  if (p === null) return h("td", { class: "p" });
  const fill = h("span", { class: "fill" });
  fill.style.width = `${100 * p}%`;
  return h(
    "td",
    { class: "p" },
    h(
      "span",
      { class: "p-inside" },
      h("span", { class: "track", "aria-hidden": "true" }, fill),
      h("span", { class: "figure" }, probability(p)),
    ),
  );
}

function moveInTable(event: KeyboardEvent, table: HTMLElement): void {
  const here = document.activeElement;
  if (!(here instanceof HTMLElement) || !here.classList.contains("generated")) return;
  const [run, index] = [Number(here.dataset["run"]), Number(here.dataset["index"])];
  const to = {
    ArrowDown: [run, index + 1],
    ArrowUp: [run, index - 1],
    ArrowRight: [run + 1, index],
    ArrowLeft: [run - 1, index],
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = table.querySelector<HTMLElement>(
    `.generated[data-run="${to[0] ?? 0}"][data-index="${to[1] ?? 0}"]`,
  );
  if (next === null) return;
  for (const one of table.querySelectorAll<HTMLElement>(`.generated[data-run="${to[0] ?? 0}"]`))
    one.tabIndex = one === next ? 0 : -1;
  next.focus();
}
