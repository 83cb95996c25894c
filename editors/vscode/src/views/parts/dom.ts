// Makes elements. The content security policy forbids style attributes, so styles are set through the CSSOM.

type Attribute = string | number | boolean | null | undefined;
export type Child = Node | string | null | undefined | false;

function set(element: Element, attributes: Record<string, Attribute>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/**
 * Gives the focus back to an element that was drawn anew, unless it is outside of this frame by now: `focus()` in a frame takes
 * it from the editor, and closes what stands open there.
 */
export function refocus(element: HTMLElement | null | undefined): void {
  if (document.hasFocus()) element?.focus({ preventScroll: true });
}

/** `aria-*` states are strings: give `String(on)`, since a plain `true` becomes an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, attributes);
  append(element, children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  append(element, children);
  return element;
}

export interface ButtonOptions {
  class?: string;
  title?: string;
  label?: string;
  pressed?: boolean;
  disabled?: boolean;
}

export function button(text: Child, onClick: () => void, options: ButtonOptions = {}): HTMLButtonElement {
  const element = h(
    "button",
    {
      type: "button",
      class: options.class ?? "button",
      title: options.title,
      "aria-label": options.label,
      "aria-pressed": options.pressed === undefined ? null : String(options.pressed),
      disabled: options.disabled,
    },
    text,
  );
  element.addEventListener("click", onClick);
  return element;
}

/** One of a few, as a row of buttons; arrows move, as in a radio group. */
export function choice<T extends string>(
  label: string,
  options: readonly { value: T; text: string; title?: string }[],
  chosen: T,
  choose: (value: T) => void,
): HTMLElement {
  const group = h("div", { class: "choice", role: "radiogroup", "aria-label": label });
  const buttons = options.map(({ value, text, title }) => {
    const on = value === chosen;
    const one = h(
      "button",
      {
        type: "button",
        role: "radio",
        "aria-checked": String(on),
        tabindex: on ? 0 : -1,
        title,
        "data-value": value,
      },
      text,
    );
    one.addEventListener("click", () => {
      pick(value);
    });
    return one;
  });
  const pick = (value: T): void => {
    for (const one of buttons) {
      const on = one.dataset["value"] === value;
      one.setAttribute("aria-checked", String(on));
      one.tabIndex = on ? 0 : -1;
      if (on && group.contains(document.activeElement)) one.focus();
    }
    choose(value);
  };
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = buttons.findIndex((one) => one.getAttribute("aria-checked") === "true");
    const next = options[(at + step + options.length) % options.length];
    if (next !== undefined) pick(next.value);
  });
  group.append(...buttons);
  return group;
}

/** One of many, in a list that opens. */
export function dropdown<T extends string>(
  label: string,
  options: readonly { value: T; text: string }[],
  chosen: T,
  choose: (value: T) => void,
): HTMLElement {
  const list = h(
    "select",
    { "aria-label": label },
    ...options.map(({ value, text }) => h("option", { value }, text)),
  );
  list.value = chosen;
  list.addEventListener("change", () => {
    const option = options.find(({ value }) => value === list.value);
    if (option !== undefined) choose(option.value);
  });
  return h("label", { class: "dropdown" }, h("span", {}, label), list);
}

/** A token of the model, isolated so that it cannot reorder the text around it. */
export function token(text: string, extra = ""): HTMLElement {
  const element = h("span", { class: `token ${extra}`.trimEnd() });
  const spaces = /^[␣⏎⇥␍⍽]+/.exec(text)?.[0] ?? "";
  if (spaces !== "") element.append(h("span", { class: "space" }, spaces));
  element.append(text.slice(spaces.length));
  return element;
}

/** Says something to a screen reader, once. */
export function announce(text: string): void {
  let place = document.getElementById("announcer");
  if (place === null) {
    place = h("div", { id: "announcer", class: "hidden", role: "status", "aria-live": "polite" });
    document.body.append(place);
  }
  place.textContent = text;
}
