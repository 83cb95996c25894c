// The popover that lists a view's keys.

import { h } from "./dom.js";
import { popover } from "./popover.js";

export function keysButton(keys: readonly [string[], string][], upwards = false): HTMLElement {
  const lines = keys.map(([names, what]) => {
    const shown = h("dt", {}, ...names.map((name) => h("kbd", {}, name)));
    return h("div", {}, shown, h("dd", {}, what));
  });
  return popover("Keys", { id: "keys", title: "The keys of this view", upwards }, h("dl", {}, ...lines));
}
