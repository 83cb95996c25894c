// A button that opens a small box beside it, which Escape and a click elsewhere close.

import { button, h } from "./dom.js";

export interface PopoverOptions {
  id: string;
  title: string;
  /** Above the button. */
  upwards?: boolean;
}

export function popover(name: string, options: PopoverOptions, content: HTMLElement): HTMLElement {
  const kind = options.upwards === true ? "popover upwards" : "popover";
  const box = h("div", { class: kind, id: options.id, role: "dialog", "aria-label": name }, content);
  box.hidden = true;
  const open = (yes: boolean): void => {
    box.hidden = !yes;
    toggle.setAttribute("aria-expanded", String(yes));
  };
  const toggle = button(name, () => open(box.hidden), {
    class: "button quiet-button",
    title: options.title,
  });
  toggle.setAttribute("aria-expanded", "false");
  toggle.setAttribute("aria-controls", options.id);
  const place = h("div", { class: "popover-place" }, toggle, box);
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || box.hidden) return;
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
