// The popover that lists a view's keys.

import { button, h } from "./dom.js";

export function keysButton(keys: readonly [string[], string][]): HTMLElement {
  const lines = keys.map(([names, what]) => {
    const shown = h("dt", {}, ...names.map((name) => h("kbd", {}, name)));
    return h("div", {}, shown, h("dd", {}, what));
  });
  const list = h(
    "div",
    { class: "popover", id: "keys", role: "dialog", "aria-label": "Keys" },
    h("dl", {}, ...lines),
  );
  list.hidden = true;
  const open = (yes: boolean): void => {
    list.hidden = !yes;
    toggle.setAttribute("aria-expanded", String(yes));
  };
  const toggle = button("Keys", () => open(list.hidden), {
    class: "button quiet-button",
    title: "The keys of this view",
  });
  toggle.setAttribute("aria-expanded", "false");
  toggle.setAttribute("aria-controls", "keys");
  const place = h("div", { class: "keys" }, toggle, list);
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    open(false);
    toggle.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !place.contains(event.target)) open(false);
  });
  place.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !place.contains(event.relatedTarget)) open(false);
  });
  return place;
}
