// The editor's theme as numbers, which CSS variables alone do not give, and an event when the theme changes.

import { type Colour, parse, type Shade, shades } from "./colour.js";
import { h } from "./dom.js";

const DARK: Colour = { r: 31, g: 31, b: 31 };
const LIGHT: Colour = { r: 204, g: 204, b: 204 };
const BLUE: Colour = { r: 89, g: 164, b: 249 };

const forced = window.matchMedia("(forced-colors: active)");

/** The shades of the heat map in the current theme. */
export function themeShades(): Shade[] {
  const probe = h("span", { class: "probe" });
  document.body.append(probe);
  const read = (name: string, otherwise: Colour, under?: Colour): Colour => {
    probe.style.setProperty("color", name);
    return parse(getComputedStyle(probe).color, under) ?? otherwise;
  };
  const system = forced.matches;
  const background = read(system ? "Canvas" : "var(--vscode-editor-background)", DARK);
  const foreground = read(system ? "CanvasText" : "var(--vscode-editor-foreground)", LIGHT);
  const accent = read(system ? "Highlight" : "var(--vscode-charts-blue)", BLUE, background);
  probe.remove();
  return shades(background, accent, foreground);
}

/** VS Code changes the classes of `body` and the variables of `html`. */
export function onTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  forced.addEventListener("change", changed);
}
