// The server as the rest of the extension sees it: its state, questions to it, and its notifications. Finds the program,
// starts it, and starts it again when it is lost. It knows no view and no document.

import * as vscode from "vscode";

import type { Commands, GeneratedParams, IndexBuild, StatusParams } from "../shared/api.js";
import type { Action } from "../shared/messages.js";
import { checked } from "../shared/schema.js";
import type { Connection, Ended, Launch } from "./connection.js";
import { findProgram, output } from "./program.js";

export interface Progress {
  message: string;
  percentage: number | null;
}

export interface Failure {
  kind: "failed";
  message: string;
  detail: string;
  actions: { action: Action; label: string }[];
}

export type ServerState =
  | { kind: "stopped" }
  | { kind: "starting"; again: boolean }
  | { kind: "running"; version: string; program: string }
  | Failure;

export interface Asking {
  token?: vscode.CancellationToken | undefined;
  progress?: ((progress: Progress) => void) | undefined;
  /** Called with the token that the pieces of this generation carry. */
  named?: ((workDoneToken: string) => void) | undefined;
}

/** A server that ends is started again this often within this many milliseconds. */
const RESTARTS = 4;
const WITHIN = 3 * 60 * 1000;
/** The server's exit code when it lost the daemon. */
const LOST = 3;
/** Written by build.mjs. */
const GLOSSARY = "dist/GLOSSARY.md";
/** Before the server has said anything. */
const UNKNOWN: StatusParams = { health: "ok", busy: false, message: "", phase: "ready" };

const restart = { action: "restart", label: "Start again" } as const;
const showLog = { action: "showLog", label: "Show log" } as const;
const openSettings = { action: "openSettings", label: "Open settings" } as const;

export class Server implements vscode.Disposable {
  state: ServerState = { kind: "stopped" };
  status: StatusParams = UNKNOWN;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly pieces = new vscode.EventEmitter<GeneratedParams>();
  private readonly tokens = new vscode.EventEmitter<{
    document: vscode.TextDocument;
    tokens: vscode.SemanticTokens;
  }>();
  private readonly readied = new vscode.EventEmitter<void>();
  /** Questions that failed before may succeed now: the server has started, or a model is loaded. */
  readonly onReady = this.readied.event;
  /** The state or the status has changed. */
  readonly onChange = this.changed.event;
  readonly onPiece = this.pieces.event;
  readonly onSemanticTokens = this.tokens.event;
  /** Runs a command of a lens or an action; whether it was taken. */
  onCommand: (name: string, argument: unknown) => boolean = () => false;
  private connection: Connection | undefined;
  private starting: Promise<void> | undefined;
  private deaths: number[] = [];
  private readonly disposables: { dispose(): unknown }[] = [];

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.push(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("unembed.server")) void this.restart();
        else if (event.affectsConfiguration("unembed")) void this.connection?.configure(this.settings());
      }),
      vscode.window.onDidChangeActiveColorTheme(() => this.connection?.redraw()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.state.kind === "failed") void this.restart();
      }),
      this.changed,
      this.readied,
      this.pieces,
      this.tokens,
    );
  }

  /** The index builds that run, of all models. */
  get builds(): readonly IndexBuild[] {
    return this.status.builds ?? [];
  }

  /** The modifiers of semantic tokens, in the order of their bits. */
  get tokenModifiers(): readonly string[] {
    return this.connection?.tokenModifiers ?? [];
  }

  /** Starts the server unless it runs or has failed. */
  ensure(): Promise<void> {
    if (this.state.kind === "stopped") this.starting = this.start();
    return this.starting ?? Promise.resolve();
  }

  async restart(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const old = this.connection;
    this.connection = undefined;
    this.deaths = [];
    this.set({ kind: "stopped" });
    try {
      await old?.stop();
    } catch (error) {
      this.log.warn(`The old server did not stop cleanly: ${said(error)}`);
    }
    await this.ensure();
  }

  /** Runs one of the server's commands. The message of an error is for people. */
  async ask<Name extends keyof Commands>(
    command: Name,
    argument: Commands[Name]["arguments"],
    asking: Asking = {},
  ): Promise<Commands[Name]["result"]> {
    await this.ensure();
    const connection = this.running();
    try {
      const result = await connection.ask(command, argument, asking.token, asking.progress, asking.named);
      // The shape is the schema's, whose version is what is checked.
      return checked(result as Commands[Name]["result"]);
    } catch (error) {
      if (this.state.kind !== "running" || this.connection !== connection) {
        throw new Error("The server ended before it answered.", { cause: error });
      }
      throw error;
    }
  }

  /** Runs the program once with other arguments, and returns its output. */
  output(parameters: readonly string[]): Promise<string> {
    if (this.state.kind !== "running") return Promise.reject(new Error("The server is not running."));
    return output(launchOf(this.state.program), parameters);
  }

  async dispose(): Promise<void> {
    for (const disposable of this.disposables) disposable.dispose();
    await this.connection?.stop();
  }

  private running(): Connection {
    if (this.connection !== undefined && this.state.kind === "running") return this.connection;
    throw new Error(this.state.kind === "failed" ? this.state.message : "The server is starting. Try again.");
  }

  private async start(): Promise<void> {
    this.set({ kind: "starting", again: false });
    const found = await this.find();
    if (found === undefined) return;
    const { Connection } = await import("./connection.js");
    const connection = new Connection(
      async () => (await this.find()) ?? found,
      () => this.settings(),
      vscode.Uri.joinPath(this.context.extensionUri, GLOSSARY).toString(),
      this.log,
      {
        status: (status) => this.take(status),
        generated: (piece) => this.pieces.fire(piece),
        ended: (how) => this.ended(how),
        restarted: () => {
          if (this.connection === connection) this.set(this.run(connection, found.program));
        },
        refused: (error) => {
          this.fail("The server did not start again.", said(error), [restart, showLog]);
        },
        command: (name, argument) => this.onCommand(name, argument),
        semanticTokens: (document, tokens) => this.tokens.fire({ document, tokens }),
      },
    );
    this.connection = connection;
    try {
      await connection.start();
    } catch (error) {
      this.log.error(`${found.program} did not start: ${said(error)}`);
      this.fail("The server does not start.", said(error), [showLog, restart, openSettings]);
      return;
    }
    if (connection.lacking.length > 0) {
      this.connection = undefined;
      this.log.error(`${found.program} (${connection.version}) lacks ${connection.lacking.join(", ")}`);
      const what = `${found.program}, version ${connection.version}, lacks ${connection.lacking.join(", ")}. Update the program, or clear unembed.server.path.`;
      await connection.stop();
      this.fail("The program unembed is too old for this extension.", what, [openSettings, restart, showLog]);
      return;
    }
    this.set(this.run(connection, found.program));
  }

  private run(connection: Connection, program: string): ServerState {
    this.log.info(`Served by ${program}, version ${connection.version}`);
    return { kind: "running", version: connection.version, program };
  }

  private async find(): Promise<Launch | undefined> {
    const configuration = vscode.workspace.getConfiguration("unembed.server");
    const found = await findProgram({
      // Only the user's settings say what is started, in trusted workspaces too.
      configured: user(configuration, "path", ""),
      extension: this.context.extensionPath,
      trusted: vscode.workspace.isTrusted,
      platform: process.platform,
      path: process.env["PATH"] ?? "",
    });
    if (!found.found) {
      this.log.error(`${found.message} ${found.detail}`);
      const actions: Failure["actions"] = [
        ...(vscode.workspace.isTrusted ? [] : [{ action: "trust", label: "Manage trust" } as const]),
        { action: "installServer", label: "How to install" },
        openSettings,
        restart,
      ];
      this.fail(found.message, found.detail, actions);
      return undefined;
    }
    return launchOf(found.program);
  }

  /** A server that ran has ended. Returns whether to start it again. */
  private ended(how: Ended): boolean {
    const now = Date.now();
    this.deaths = this.deaths.filter((time) => now - time < WITHIN);
    this.deaths.push(now);
    const why =
      how.code === LOST ? "The server lost the daemon" : `The server ended with code ${how.code ?? "none"}`;
    if (this.deaths.length <= RESTARTS) {
      this.log.warn(`${why}. It is started again.`);
      this.set({ kind: "starting", again: true });
      return true;
    }
    this.log.error(`${why}, ${this.deaths.length} times in three minutes`);
    const detail =
      how.said === "" ? "The extension started it again each time. Show the log for more." : how.said;
    this.fail(`${why} too often.`, detail, [restart, showLog]);
    return false;
  }

  private take(status: StatusParams): void {
    const before = this.status;
    this.status = status;
    this.changed.fire();
    if (mayAnswer(before, status)) this.readied.fire();
  }

  private fail(message: string, detail: string, actions: Failure["actions"]): void {
    this.set({ kind: "failed", message, detail, actions });
  }

  private set(state: ServerState): void {
    this.state = state;
    this.status = UNKNOWN;
    this.changed.fire();
    if (state.kind === "running") this.readied.fire();
  }

  /**
   * The settings with a value in the editor. The others are left to the server, which also reads the settings files of
   * the user and of the project; the editor's values override those.
   */
  private settings(): Record<string, unknown> {
    const manifest = this.context.extension.packageJSON as {
      contributes?: { configuration?: { properties?: Record<string, unknown> }[] };
    };
    const names = Object.keys(manifest.contributes?.configuration?.[0]?.properties ?? {});
    const configuration = vscode.workspace.getConfiguration();
    const set: Record<string, unknown> = {};
    for (const name of names) {
      const places = configuration.inspect(name);
      if (places?.globalValue === undefined && places?.workspaceValue === undefined) continue;
      set[name.replace(/^unembed\./, "")] = configuration.get<unknown>(name);
    }
    return set;
  }
}

/** Whether questions about a model that failed before may get answers now. */
function mayAnswer(before: StatusParams, now: StatusParams): boolean {
  const loaded = before.phase === "loading" && now.phase !== "loading";
  return loaded || (before.health !== "ok" && now.health === "ok");
}

/** How the user wants the program to be started. */
function launchOf(program: string): Launch {
  const configuration = vscode.workspace.getConfiguration("unembed.server");
  return {
    program,
    arguments: user(configuration, "arguments", ["lsp"]),
    environment: user(configuration, "environment", {}),
    folder: vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === "file")?.uri.fsPath,
  };
}

function user<T>(configuration: vscode.WorkspaceConfiguration, name: string, otherwise: T): T {
  return configuration.inspect<T>(name)?.globalValue ?? otherwise;
}

/** What an error says. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
