// What a view shows in place of its content: that it loads, how to begin, or an error and what to do.

import type { Action, StateMessage } from "../../shared/messages.js";
import { button, h } from "./dom.js";

export class StatePane {
  readonly element: HTMLElement;
  readonly #skeleton: HTMLElement;

  constructor(
    skeleton: HTMLElement,
    private readonly act: (action: Action) => void,
  ) {
    this.#skeleton = skeleton;
    this.element = h("div", { class: "state" });
  }

  /** Shows the state; nothing for `ready` and `stale`. */
  show(state: StateMessage): void {
    const instead = state.state === "loading" || state.state === "empty" || state.state === "error";
    this.element.hidden = !instead;
    if (!instead) {
      this.element.replaceChildren();
      return;
    }
    const text = h("div", {
      class: `notice ${state.state}`,
      role: state.state === "error" ? "alert" : "status",
    });
    if (state.message !== undefined) text.append(h("p", { class: "message" }, state.message));
    if (state.detail !== undefined) text.append(h("p", { class: "detail" }, state.detail));
    const actions = (state.actions ?? []).map(({ action, label }, index) =>
      button(label, () => this.act(action), { class: index === 0 ? "button primary" : "button" }),
    );
    if (actions.length > 0) text.append(h("div", { class: "buttons" }, ...actions));
    this.element.replaceChildren(text, ...(state.state === "loading" ? [this.#skeleton] : []));
  }
}

/** Grey shapes in place of content that is on its way. */
export function bones(kind: string, count: number): HTMLElement {
  return h(
    "div",
    { class: `skeleton ${kind}`, "aria-hidden": "true" },
    ...Array.from({ length: count }, () => h("div", { class: "bone" })),
  );
}
