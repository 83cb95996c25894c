// A list of value vectors or of groups of them: one tab stop, arrows move, Enter opens. Items with a target can be added
// and dragged, and several of them can be selected.

import { button, h, token } from "../parts/dom.js";
import { visible } from "../parts/tokens.js";
import type { Selection } from "./selection.js";

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
  /** The keys of the items that are selected; null for a list in which nothing can be. */
  selection: Selection | null;
  /** Names the selected items, or this one where none is. Null without a file to name them for. */
  name: ((key: string) => void) | null;
}

const CHUNK = 100;

export function itemList(label: string, items: readonly Item[], events: ListEvents): HTMLElement {
  const { selection } = events;
  const role =
    selection === null ? {} : { role: "listbox", "aria-multiselectable": "true", "aria-keyshortcuts": "N" };
  const list = h("ul", { class: "items", "aria-label": label, ...role });
  const more = button("", () => draw(), { class: "link more" });
  const place = h("div", {}, list, more);
  let drawn = 0;
  const mark = (): void => {
    for (const one of list.querySelectorAll<HTMLElement>(".item"))
      one.setAttribute("aria-selected", String(selection?.has(one.dataset["key"] ?? "") === true));
  };
  const draw = (): void => {
    const next = items.slice(drawn, drawn + CHUNK).map((item) => line(item, events));
    list.append(...next);
    const [first] = next;
    if (drawn > 0) first?.querySelector<HTMLElement>(".item")?.focus();
    drawn += next.length;
    more.hidden = drawn >= items.length;
    more.textContent = `Show more (${items.length - drawn} left)`;
    list.querySelector<HTMLElement>(".item")?.setAttribute("tabindex", "0");
    if (selection !== null) mark();
  };
  const order = items.map(({ key }) => key);
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll<HTMLElement>(".item")];
    const at = all.findIndex((one) => one === document.activeElement);
    if (at < 0) return;
    if (selection !== null && selects(event, all, at, selection, order)) {
      event.preventDefault();
      // The workbench would select the page's text as well.
      event.stopPropagation();
    } else move(event, all, at, events);
  });
  // A button is also pressed when Space comes up.
  list.addEventListener("keyup", (event) => {
    if (selection !== null && event.key === " ") event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest<HTMLElement>(".item") : null;
    const key = item?.dataset["key"];
    if (key === undefined) return;
    if (selection !== null && event.shiftKey) selection.extend(key, order);
    else if (selection !== null && (event.ctrlKey || event.metaKey)) selection.toggle(key);
    else events.open(key);
  });
  list.addEventListener("focusin", (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.classList.contains("item")) return;
    for (const one of list.querySelectorAll<HTMLElement>(".item"))
      one.tabIndex = one === event.target ? 0 : -1;
  });
  if (selection !== null) {
    selection.mark = mark;
    selection.keep(order);
  }
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
  const selectable = events.selection !== null;
  const open = h(
    "button",
    {
      type: "button",
      class: "item",
      role: selectable ? "option" : null,
      tabindex: -1,
      "data-key": item.key,
      "data-target": item.target,
    },
    h(
      "span",
      { class: "item-head" },
      h("span", { class: "item-title" }, item.title),
      " ",
      h("span", { class: "quiet" }, item.beside),
    ),
    " ",
    words,
  );
  const element = h("li", { role: selectable ? "none" : null }, open);
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
    // A list box has nothing but options in it.
    if (selectable) plus.setAttribute("aria-hidden", "true");
    element.append(plus);
  }
  return element;
}

/** The place that a key moves to. */
function moved(key: string, at: number, count: number): number | undefined {
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: count - 1,
    PageDown: at + 10,
    PageUp: at - 10,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}

/** Whether the key changed the selection. */
function selects(
  event: KeyboardEvent,
  all: readonly HTMLElement[],
  at: number,
  selection: Selection,
  order: readonly string[],
): boolean {
  const keyOf = (place: number): string => all[place]?.dataset["key"] ?? "";
  const { key, shiftKey } = event;
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return false;
  if (key === " " && shiftKey) selection.extend(keyOf(at), order);
  else if (key === " ") selection.toggle(keyOf(at));
  else if (key.toLowerCase() === "a" && ctrl) selection.all(order);
  else if (key === "Escape" && selection.ids.length > 0) selection.clear();
  else {
    const to = moved(key, at, all.length);
    if (to === undefined || ctrl || !shiftKey) return false;
    selection.startAt(keyOf(at));
    all[to]?.focus();
    selection.extend(keyOf(to), order);
  }
  return true;
}

function move(event: KeyboardEvent, all: readonly HTMLElement[], at: number, events: ListEvents): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const to = moved(event.key, at, all.length);
  if (to !== undefined) {
    event.preventDefault();
    all[to]?.focus();
    events.selection?.anchor(all[to]?.dataset["key"] ?? "");
    return;
  }
  const { target, key = "" } = all[at]?.dataset ?? {};
  if (event.key === "a" && target !== undefined) events.add?.(target);
  if (event.key === "n" && target !== undefined && events.selection !== null) events.name?.(key);
}
