// A list of value vectors or of groups of them: one tab stop, arrows move, Enter opens, and items with a target can be
// added and dragged.

import { button, h, token } from "../parts/dom.js";
import { visible } from "../parts/tokens.js";

export interface Item {
  /** What is opened: an id, or a cluster's number. */
  key: string;
  /** `L5D662`, or a name. */
  title: string;
  /** Beside the title: the id of a name, or a size. */
  beside: string;
  words: string[];
  /** Whether it was found by words that it suppresses. */
  suppresses: boolean;
  /** What is added or dragged; null if it cannot be. */
  target: string | null;
}

export interface ListEvents {
  open: (key: string) => void;
  /** Null without a file to add to. */
  add: ((target: string) => void) | null;
  drag: (target: string, words: string[], transfer: DataTransfer) => void;
}

const CHUNK = 100;

export function itemList(label: string, items: readonly Item[], events: ListEvents): HTMLElement {
  const list = h("ul", { class: "items", "aria-label": label });
  const more = button("", () => draw(), { class: "link more" });
  const place = h("div", {}, list, more);
  let drawn = 0;
  const draw = (): void => {
    const next = items.slice(drawn, drawn + CHUNK).map((item) => line(item, events));
    list.append(...next);
    const [first] = next;
    if (drawn > 0) first?.querySelector<HTMLElement>(".item")?.focus();
    drawn += next.length;
    more.hidden = drawn >= items.length;
    more.textContent = `Show more (${items.length - drawn} left)`;
    list.querySelector<HTMLElement>(".item")?.setAttribute("tabindex", "0");
  };
  list.addEventListener("keydown", (event) => move(event, list, events));
  list.addEventListener("focusin", (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.classList.contains("item")) return;
    for (const one of list.querySelectorAll<HTMLElement>(".item"))
      one.tabIndex = one === event.target ? 0 : -1;
  });
  draw();
  return place;
}

function line(item: Item, events: ListEvents): HTMLElement {
  const words = h("span", { class: "item-words" });
  if (item.suppresses)
    words.append(
      h("span", { class: "badge", title: "Found among the words that it suppresses" }, "suppresses"),
      " ",
    );
  item.words.forEach((word, index) => {
    if (index > 0) words.append(" ");
    words.append(token(visible(word.trimStart())));
  });
  const open = h(
    "button",
    { type: "button", class: "item", tabindex: -1, "data-key": item.key, "data-target": item.target },
    h(
      "span",
      { class: "item-head" },
      h("span", { class: "item-title" }, item.title),
      h("span", { class: "quiet" }, item.beside),
    ),
    words,
  );
  open.addEventListener("click", () => events.open(item.key));
  const element = h("li", {}, open);
  const { target } = item;
  if (target === null) return element;
  element.draggable = true;
  element.addEventListener("dragstart", (event) => {
    if (event.dataTransfer !== null) events.drag(target, item.words, event.dataTransfer);
  });
  const { add } = events;
  if (add !== null) {
    // For the mouse and for touch; on the keyboard, `a` adds.
    const plus = button("+", () => add(target), {
      class: "item-add",
      title: "Add to the prompt file (A)",
      label: `Add ${target} to the prompt file`,
    });
    plus.tabIndex = -1;
    element.append(plus);
  }
  return element;
}

function move(event: KeyboardEvent, list: HTMLElement, events: ListEvents): void {
  const all = [...list.querySelectorAll<HTMLElement>(".item")];
  const at = all.findIndex((one) => one === document.activeElement);
  if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: all.length - 1,
    PageDown: at + 10,
    PageUp: at - 10,
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
    return;
  }
  const target = all[at]?.dataset["target"];
  if (event.key === "a" && target !== undefined) events.add?.(target);
}
