// The line above the map: what is wrong with the file, and that the trace is without the lines that have errors.

import type { TraceGrid } from "../../shared/grid.js";
import { button, h } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";

export function showProblems(place: HTMLElement, all: TraceGrid["problems"], open: () => void): void {
  // A prompt that is longer than the model's context is a warning: a part of it is left out.
  const errors = all.filter((one) => one.severity === "error");
  const problems = errors.length > 0 ? errors : all.filter((one) => one.severity === "warning");
  const [first] = problems;
  place.hidden = first === undefined;
  if (first === undefined) return;
  const kind = errors.length > 0 ? "more error" : "more warning";
  const more = problems.length > 1 ? ` And ${counted(problems.length - 1, kind)}.` : "";
  const where = first.line > 0 ? `Line ${first.line}: ` : "";
  const without = errors.length > 0 ? " The trace leaves out the lines with errors." : "";
  place.replaceChildren(
    h("span", {}, `${where}${first.message}.${more}${without}`),
    button("Show problems", open, { class: "link" }),
  );
}
