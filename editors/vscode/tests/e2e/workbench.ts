// A real workbench for a test: code-server with the packaged extension, its own project, home and daemon, and a headless
// Chromium that shows it. It starts, stops and looks.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import type { Browser, ConsoleMessage, Frame, Page } from "playwright-core";

import { launch } from "../chromium.js";

const EXTENSION = resolve(import.meta.dirname, "../..");
export const EXAMPLES = resolve(EXTENSION, "../../config/examples");
const RESULTS = join(EXTENSION, "tests/e2e/results");
/** The longest wait for any state, in milliseconds. On a busy machine set PATIENCE, in seconds. */
const PATIENCE = Number(process.env["PATIENCE"] ?? 30) * 1000;

export interface Wanted {
  /** Files of the project: names and texts. */
  files: Record<string, string>;
  settings?: Record<string, unknown>;
  /** The build of the extension: with or without the server. */
  build?: "bundled" | "bare";
  /** Manifests of other extensions, by their names. They have no code. */
  others?: Record<string, object>;
  /** Whether the workbench asks about trust; else every folder is trusted. */
  restricted?: boolean;
  /** The PATH. The extension host always has that of a login shell. */
  path?: string;
  size?: { width: number; height: number };
}

export class Workbench {
  private constructor(
    readonly page: Page,
    readonly project: string,
    /** The pages' console messages. */
    readonly console: ConsoleMessage[],
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly browser: Browser,
    private readonly server: ChildProcess,
  ) {}

  static async start(wanted: Wanted): Promise<Workbench> {
    // A socket's path must be short.
    const folder = mkdtempSync(join(tmpdir(), "uv-"));
    const project = join(folder, "project");
    const user = join(folder, "data", "User");
    for (const made of [project, user, join(folder, "run"), join(folder, "home")])
      mkdirSync(made, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(wanted.files)) writeFileSync(join(project, name), text);
    writeFileSync(join(user, "settings.json"), JSON.stringify({ ...QUIET, ...wanted.settings }));
    if (wanted.path !== undefined) {
      writeFileSync(join(folder, "home", ".profile"), `export PATH='${wanted.path}'\n`);
    }
    const environment = {
      ...process.env,
      HOME: join(folder, "home"),
      XDG_RUNTIME_DIR: join(folder, "run"),
      XDG_DATA_HOME: join(folder, "home", "data"),
      XDG_CONFIG_HOME: join(folder, "home", "config"),
      XDG_CACHE_HOME: join(folder, "home", "cache"),
    };
    const installed = join(EXTENSION, "out/e2e", wanted.build ?? "bundled", "extensions");
    const extensions =
      wanted.others === undefined ? installed : beside(installed, wanted.others, join(folder, "extensions"));
    const trust = wanted.restricted === true ? [] : ["--disable-workspace-trust"];
    const server = spawn(
      process.execPath,
      [
        needed("CODE_SERVER"),
        ...["--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"],
        ...["--user-data-dir", join(folder, "data"), "--extensions-dir", extensions, ...trust, project],
      ],
      { env: environment, stdio: ["ignore", "pipe", "pipe"] },
    );
    const address = await listening(server);
    const browser = await launch();
    const context = await browser.newContext({ viewport: wanted.size ?? { width: 1440, height: 900 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const messages: ConsoleMessage[] = [];
    page.on("console", (message) => messages.push(message));
    page.setDefaultNavigationTimeout(PATIENCE);
    await page.goto(`${address}/?folder=${encodeURIComponent(project)}`);
    await ready(page);
    return new Workbench(page, project, messages, folder, environment, browser, server);
  }

  /** After a failed test: a picture, and the extension host's log. */
  async keep(test: string): Promise<void> {
    mkdirSync(RESULTS, { recursive: true });
    await this.page.screenshot({ path: join(RESULTS, `${test}.png`) });
    writeFileSync(join(RESULTS, `${test}.log`), this.hostLog);
  }

  async stop(): Promise<void> {
    const hosts = [...this.hostLog.matchAll(/Extension host with pid (\d+) started/g)].map(([, pid]) =>
      Number(pid),
    );
    await this.browser.close();
    const ended = new Promise((done) => this.server.once("exit", done));
    this.server.kill("SIGTERM");
    await ended;
    // They write to the folder until they end, which is after the server.
    await until("the extension hosts end", () => Promise.resolve(hosts.some(lives) ? undefined : true));
    // The extension's program is another build, with its own daemon.
    const bundled = readdirSync(join(EXTENSION, "out/e2e/bundled/extensions"), {
      recursive: true,
      encoding: "utf8",
    })
      .filter((name) => name.endsWith("/server/unembed"))
      .map((name) => join(EXTENSION, "out/e2e/bundled/extensions", name));
    for (const program of [needed("UNEMBED"), ...bundled]) this.ask(program, "stop");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await ready(this.page);
  }

  /** Runs the program in the project, with this workbench's daemon. */
  unembed(...parameters: string[]): string {
    return this.ask(needed("UNEMBED"), ...parameters);
  }

  private ask(program: string, ...parameters: string[]): string {
    return execFileSync(program, parameters, {
      cwd: this.project,
      env: this.environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  /**
   * Changes settings, in their editor: a change of the file behind its back is not seen. What belongs to a machine, such
   * as a program's place, is not the user's but the remote machine's.
   */
  async set(changes: Record<string, unknown>, whose: "User" | "Machine" = "User"): Promise<void> {
    const file = join(this.folder, "data", whose, "settings.json");
    const before = existsSync(file) ? readFileSync(file, "utf8") : "{}";
    const settings = JSON.parse(before) as Record<string, unknown>;
    const wanted = JSON.stringify({ ...settings, ...changes });
    if (wanted === JSON.stringify(settings)) return;
    await this.run(
      `Preferences: Open ${whose === "User" ? "User" : "Remote"} Settings (JSON)`,
      whose === "User",
    );
    const tab = this.page.locator('.tab[data-resource-name="settings.json"]');
    await this.page.locator('.tab.active[data-resource-name="settings.json"]').waitFor();
    await this.editor.locator(".view-line", { hasText: "{" }).first().waitFor();
    // A view that resizes may take the focus back.
    await this.editor.locator(".view-lines").click();
    await this.page.locator(".editor-group-container .monaco-editor.focused").waitFor();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(wanted);
    await until("the settings are saved", async () => {
      await this.page.keyboard.press("Control+S");
      return existsSync(file) && readFileSync(file, "utf8").trim() === wanted ? true : undefined;
    });
    await this.run("View: Close Editor");
    await tab.waitFor({ state: "detached" });
  }

  /** Opens a file of the project by the quick input. */
  async open(name: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(name);
    // The list of recent files comes first, with another file chosen.
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.editor.waitFor();
  }

  /** Runs a command of the palette. Without `whole`, the title may be longer. */
  async run(title: string, whole = true): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`>${title}`);
    // The first row with the text may be another command.
    const exact = new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}${whole ? "$" : ""}`);
    await this.page.locator(".quick-input-list .label-name").filter({ hasText: exact }).first().click();
  }

  get editor(): ReturnType<Page["locator"]> {
    return this.page.locator(".editor-group-container .monaco-editor").first();
  }

  /** The texts that decorations put behind lines. */
  async behindLines(): Promise<string[]> {
    return this.editor.locator(".view-line span").evaluateAll((spans) =>
      spans.map((span) => {
        const look = (globalThis as unknown as { getComputedStyle: Look }).getComputedStyle;
        return look(span, "::after").content;
      }),
    );
  }

  /** Puts the cursor on a line and column, from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.editor.locator(".view-lines").click();
    await this.page.keyboard.press("Control+G");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
    // Wait for the cursor: keys before that go to another place.
    await this.page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Saves, and returns the file's text as soon as `is` holds for it. */
  async saved(name: string, is: (text: string) => boolean): Promise<string> {
    return until(`${name} is saved as wanted`, async () => {
      await this.page.keyboard.press("Control+S");
      const text = readFileSync(join(this.project, name), "utf8");
      // A file is emptied before it is written.
      return text !== "" && is(text) ? text : undefined;
    });
  }

  /** The page of one of the extension's views, by its title. */
  async view(title: string): Promise<Frame> {
    return until(`the view ${title} is there`, async () => {
      for (const frame of this.page.frames()) {
        try {
          if ((await frame.title()) === title) return frame;
        } catch {
          // The frame is gone.
        }
      }
      return undefined;
    });
  }

  /** Saves a picture among the results or, with PICTURES set, among the documentation's. `pointing`: the mouse stays. */
  async picture(name: string, pointing = false): Promise<void> {
    const folder = process.env["PICTURES"] === undefined ? RESULTS : join(EXTENSION, "docs");
    mkdirSync(folder, { recursive: true });
    if (!pointing) await this.page.mouse.move(2, 2);
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** The extension's warnings and errors, from the pages' consoles and the extension host's log. */
  complaints(): string[] {
    const pages = this.console
      .filter((message) => ["warning", "error"].includes(message.type()))
      // The workbench logs this for the frame of every webview.
      .filter((message) => !message.text().includes("can escape its sandboxing"))
      .filter((message) => `${message.text()} ${message.location().url}`.includes("unembed"))
      .map((message) => message.text());
    const host = this.hostLog
      .split("\n")
      .filter((line) => /\[(?:warning|error)\]/.test(line) && /unembed/i.test(line));
    return [...pages, ...host];
  }

  /** The extension host's log. */
  get hostLog(): string {
    const logs = join(this.folder, "data", "logs");
    return readdirSync(logs, { recursive: true, encoding: "utf8" })
      .filter((name) => /exthost.*\.log$/.test(name))
      .map((name) => readFileSync(join(logs, name), "utf8"))
      .join("\n");
  }
}

/**
 * A folder of extensions with the installed ones and others. Of several extensions for one file name, the workbench takes
 * that whose folder comes last.
 */
function beside(installed: string, others: Record<string, object>, folder: string): string {
  mkdirSync(folder);
  const list = JSON.parse(readFileSync(join(installed, "extensions.json"), "utf8")) as {
    relativeLocation: string;
  }[];
  for (const { relativeLocation: name } of list) symlinkSync(join(installed, name), join(folder, name));
  for (const [name, manifest] of Object.entries(others)) {
    const relativeLocation = `zzz.${name}-1.0.0`;
    const path = join(folder, relativeLocation);
    mkdirSync(path);
    const common = { name, publisher: "zzz", version: "1.0.0", engines: { vscode: "*" } };
    writeFileSync(join(path, "package.json"), JSON.stringify({ ...common, ...manifest }));
    const location = { $mid: 1, path, scheme: "file" };
    const entry = { identifier: { id: `zzz.${name}` }, version: "1.0.0", location, relativeLocation };
    list.push(entry);
  }
  writeFileSync(join(folder, "extensions.json"), JSON.stringify(list));
  return folder;
}

/** Waits for the extension's icon: from then on its commands can be found. */
async function ready(page: Page): Promise<void> {
  await page.locator(".activitybar [aria-label='unembed']").first().waitFor();
}

/** The page's own function, which Node's types do not have. */
type Look = (element: unknown, pseudo: string) => { content: string };

/** Polls until there is a result; no test waits for a fixed time. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`Waited ${PATIENCE / 1000} s in vain: ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these tests with npm run e2e`);
  return value;
}

async function listening(server: ChildProcess): Promise<string> {
  const { stdout, stderr } = server;
  if (stdout === null || stderr === null) throw new Error("code-server has no output");
  const said: string[] = [];
  return new Promise((found, failed) => {
    for (const output of [stdout, stderr]) {
      createInterface({ input: output }).on("line", (line) => {
        said.push(line);
        const address = /listening on (http:\/\/[\d.:]+)/.exec(line)?.[1];
        if (address !== undefined) found(address);
      });
    }
    server.once("exit", () => failed(new Error(`code-server ended: ${said.join("\n")}`)));
  });
}

/** Settings without pop-ups. */
const QUIET = {
  "workbench.startupEditor": "none",
  // Files open in tabs of their own.
  "workbench.editor.enablePreview": false,
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.colorTheme": "Default Dark Modern",
  "chat.commandCenter.enabled": false,
  "window.commandCenter": false,
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "telemetry.telemetryLevel": "off",
  "git.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  // Nothing is completed in the settings that tests type.
  "[jsonc]": {
    "editor.autoClosingBrackets": "never",
    "editor.autoClosingQuotes": "never",
    "editor.autoSurround": "never",
    "editor.autoIndent": "none",
  },
  "editor.minimap.enabled": false,
  "editor.hover.delay": 100,
};
