// The head and the foot of a run's text: its name and buttons, and why it ended.

import { button, h, token } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import { type RunText, stoppedText } from "./continuation.js";

type Act = "insert" | "copy" | "save";

/** The buttons are disabled while the text is still `running`. */
export function runHead(run: RunText, running: boolean, act: (what: Act, run: string) => void): HTMLElement {
  const one = (what: Act, text: string, title: string): HTMLElement =>
    button(text, () => act(what, run.name), {
      class: "button quiet-button",
      title,
      disabled: running || run.tokens.length === 0,
      label: `${text} the ${run.name} text`,
    });
  return h(
    "div",
    { class: "run-head" },
    h("h3", {}, run.name),
    h(
      "div",
      { class: "run-actions" },
      one("insert", "Insert", "Insert this text after the prompt, in the file"),
      one("copy", "Copy", "Copy this text"),
      one("save", "Save", "Save this text in a file beside the prompt"),
    ),
  );
}

export function ended(run: RunText | undefined): HTMLElement | false {
  if (run === undefined || run.stopped === null) return false;
  const text = `${counted(run.tokens.length, "token")}, ${stoppedText(run.stopped)}`;
  return h("p", { class: "quiet stopped" }, text);
}

/** A message with its words in backticks as tokens. */
export function quoted(message: string): (Node | string)[] {
  return message.split("`").map((part, index) => (index % 2 === 1 ? token(part) : part));
}
