// Views in a headless Chromium, without VS Code: the page as the host writes it, under the same content security policy,
// with a fake of the webview's API, a theme's variables, and messages from fixtures.
// A page that logs an error or a warning fails its test.

import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";

import type { GenerationToHost, ExplorerToHost, TraceToHost } from "../../src/shared/messages.js";

const root = join(import.meta.dirname, "../..");
const ORIGIN = "http://view.example";

export type ViewName = "trace" | "explorer" | "generation";
export type Theme = "dark-modern" | "light-modern" | "high-contrast" | "high-contrast-light";
export type Sent = TraceToHost | ExplorerToHost | GenerationToHost;

interface ThemeFile {
  /** The classes that VS Code puts on the body. */
  body: string;
  variables: Record<string, string>;
}

export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", `${name}.json`), "utf8")) as unknown;
}

let bundles: Promise<Map<string, string>> | null = null;

/** The views' scripts and style sheets by file name, bundled as `build.mjs` does. */
async function bundled(): Promise<Map<string, string>> {
  bundles ??= build({
    absWorkingDir: root,
    entryPoints: {
      trace: "src/views/trace/main.ts",
      explorer: "src/views/explorer/main.ts",
      generation: "src/views/generation/main.ts",
    },
    outdir: "dist/views",
    bundle: true,
    minify: true,
    legalComments: "none",
    platform: "browser",
    target: "es2022",
    format: "iife",
    write: false,
  }).then(
    ({ outputFiles }) =>
      new Map(outputFiles.map((file) => [file.path.split(/[/\\]/).at(-1) ?? "", file.text])),
  );
  return bundles;
}

/** VS Code's own style of webviews; in a layer, so that any rule of a view wins. */
const WEBVIEW_STYLE = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  code { color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; }
  kbd { background-color: var(--vscode-keybindingLabel-background); color: var(--vscode-keybindingLabel-foreground); }
  ::-webkit-scrollbar { width: 10px; height: 10px; }
  ::-webkit-scrollbar-corner { background-color: var(--vscode-editor-background); }
  ::-webkit-scrollbar-thumb { background-color: var(--vscode-scrollbarSlider-background); }
}`;

export interface OpenOptions {
  theme?: Theme;
  width?: number;
  height?: number;
  /** The state that the view kept when it was hidden. */
  kept?: unknown;
  forcedColors?: boolean;
  reducedMotion?: boolean;
}

export class View {
  readonly complaints: string[] = [];

  private constructor(
    readonly name: ViewName,
    readonly page: Page,
  ) {}

  static async open(browser: Browser, name: ViewName, options: OpenOptions = {}): Promise<View> {
    const files = await bundled();
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1100, height: options.height ?? 800 },
      forcedColors: options.forcedColors === true ? "active" : "none",
      reducedMotion: options.reducedMotion === true ? "reduce" : "no-preference",
    });
    const view = new View(name, page);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") view.complaints.push(message.text());
    });
    page.on("pageerror", (error) => view.complaints.push(String(error)));
    await page.route(`${ORIGIN}/**`, (route) => {
      const path = new URL(route.request().url()).pathname.slice(1);
      const text = path === "" ? html(name) : path === "webview.css" ? WEBVIEW_STYLE : files.get(path);
      const type = path.endsWith(".js")
        ? "text/javascript"
        : path.endsWith(".css")
          ? "text/css"
          : "text/html";
      return text === undefined
        ? route.fulfill({ status: 404 })
        : route.fulfill({ body: text, contentType: `${type}; charset=utf-8` });
    });
    const theme = fixture(`theme-${options.theme ?? "dark-modern"}`) as ThemeFile;
    await page.addInitScript(standIn, { theme, side: name === "explorer", kept: options.kept ?? null });
    await page.goto(`${ORIGIN}/`);
    await page.waitForFunction(() => window.sent.some((message) => message.type === "ready"));
    return view;
  }

  async send(...messages: unknown[]): Promise<void> {
    for (const message of messages) {
      await this.page.evaluate((data) => {
        window.dispatchEvent(new MessageEvent("message", { data }));
      }, message);
    }
  }

  /** The view's messages of one type, oldest first. */
  async sent<T extends Sent["type"]>(type: T): Promise<Extract<Sent, { type: T }>[]> {
    const all = await this.page.evaluate(() => window.sent);
    return all.filter((message): message is Extract<Sent, { type: T }> => message.type === type);
  }

  /** Waits until the view has sent `count` messages of a type, and returns the last. */
  async waitSent<T extends Sent["type"]>(type: T, count = 1): Promise<Extract<Sent, { type: T }>> {
    await this.page.waitForFunction(
      ({ type, count }) => window.sent.filter((message) => message.type === type).length >= count,
      { type, count },
    );
    const last = (await this.sent(type)).at(-1);
    if (last === undefined) throw new Error(`nothing of type ${type} was sent`);
    return last;
  }

  async setTheme(name: Theme): Promise<void> {
    await this.page.evaluate((theme) => window.setTheme(theme), fixture(`theme-${name}`) as ThemeFile);
  }

  /** Closes the page. Throws if its console has an error or a warning. */
  async close(): Promise<void> {
    await this.page.close();
    if (this.complaints.length > 0) throw new Error(`the page complained:\n${this.complaints.join("\n")}`);
  }
}

function html(name: ViewName): string {
  const policy = `default-src 'none'; script-src 'nonce-test'; style-src ${ORIGIN}`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="webview.css"><link rel="stylesheet" href="${name}.css"><title>${name}</title></head>
<body><script nonce="test" src="${name}.js"></script></body></html>`;
}

declare global {
  interface Window {
    sent: Sent[];
    kept: unknown;
    setTheme(theme: ThemeFile): void;
    acquireVsCodeApi(): unknown;
  }
}

/** Runs in the page before its own scripts. */
function standIn(options: { theme: ThemeFile; side: boolean; kept: unknown }): void {
  window.sent = [];
  window.kept = options.kept;
  window.acquireVsCodeApi = () => ({
    postMessage: (message: Sent) => {
      window.sent.push(structuredClone(message));
    },
    getState: () => window.kept,
    setState: (state: unknown) => {
      window.kept = structuredClone(state);
    },
  });
  window.setTheme = (theme) => {
    const { style } = document.documentElement;
    for (const name of Array.from(style)) style.removeProperty(name);
    for (const [name, value] of Object.entries(theme.variables)) style.setProperty(name, value);
    // A side bar has its own background, and the page over it is transparent.
    const ground = options.side
      ? theme.variables["--vscode-sideBar-background"]
      : theme.variables["--vscode-editor-background"];
    style.backgroundColor = ground ?? "";
    document.querySelector("body")?.setAttribute("class", theme.body);
  };
  // Before any script of the page: its elements come after this.
  new MutationObserver((_, observer) => {
    if (document.querySelector("body") === null) return;
    observer.disconnect();
    window.setTheme(options.theme);
  }).observe(document, { childList: true, subtree: true });
}
