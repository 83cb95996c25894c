// The divider between the heat map and what is below it: moved by the mouse or by the arrow keys.

import { h } from "../parts/dom.js";

export function divider(label: string, height: () => number, resize: (height: number) => void): HTMLElement {
  const element = h("div", {
    class: "divider",
    role: "separator",
    "aria-orientation": "horizontal",
    "aria-label": label,
    tabindex: 0,
  });
  const say = (): void => element.setAttribute("aria-valuenow", String(Math.round(height())));
  let grip: { y: number; height: number } | null = null;
  element.addEventListener("pointerdown", (event) => {
    grip = { y: event.clientY, height: height() };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (grip === null) return;
    resize(grip.height + event.clientY - grip.y);
    say();
  });
  element.addEventListener("lostpointercapture", () => (grip = null));
  element.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -24, ArrowDown: 24 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    resize(height() + step);
    say();
  });
  say();
  return element;
}
