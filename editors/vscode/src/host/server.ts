// The server as the rest of the extension sees it: what state it is in, how to ask it, and what it tells. Finds the
// program, starts it, starts it again when it is lost. No view and no document.

import * as vscode from "vscode";

import type { Action } from "../shared/messages.js";
import type { Connection, Ended, Launch } from "./connection.js";
import { findProgram } from "./program.js";

export interface Status {
  health: "ok" | "warning" | "error";
  busy: boolean;
  message: string;
}

/** New text of a generation. */
export interface Piece {
  token: string;
  run: string;
  ids: number[];
  text: string;
}

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
  /** Hears the token that pieces of this question carry. */
  named?: ((workDoneToken: string) => void) | undefined;
}

/** So often, in so many milliseconds, a server that dies is started again. */
const RESTARTS = 4;
const WITHIN = 3 * 60 * 1000;
/** How the server's shim ends when the shared process was lost. */
const LOST = 3;

const restart = { action: "restart", label: "Start again" } as const;
const showLog = { action: "showLog", label: "Show log" } as const;
const openSettings = { action: "openSettings", label: "Open settings" } as const;

export class Server implements vscode.Disposable {
  state: ServerState = { kind: "stopped" };
  status: Status = { health: "ok", busy: false, message: "" };
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly pieces = new vscode.EventEmitter<Piece>();
  private readonly builds = new vscode.EventEmitter<Progress | null>();
  private readonly tokens = new vscode.EventEmitter<{
    document: vscode.TextDocument;
    tokens: vscode.SemanticTokens;
  }>();
  private readonly readied = new vscode.EventEmitter<void>();
  /** It can be asked what it could not be asked before: it has started, or a model has come. */
  readonly onReady = this.readied.event;
  /** State or status is another. */
  readonly onChange = this.changed.event;
  readonly onPiece = this.pieces.event;
  /** The concept index is being built; null when that has ended. */
  readonly onBuild = this.builds.event;
  readonly onSemanticTokens = this.tokens.event;
  /** Set by whoever opens what lenses and actions ask for; whether a command was taken. */
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
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.state.kind === "failed") void this.restart();
      }),
      this.changed,
      this.readied,
      this.pieces,
      this.builds,
      this.tokens,
    );
  }

  /** The modifiers of semantic tokens, in the order of their bits. */
  get tokenModifiers(): readonly string[] {
    return this.connection?.tokenModifiers ?? [];
  }

  /** Starts the server unless it runs or has failed for good. */
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
      this.log.warn(`The old server did not stop in order: ${said(error)}`);
    }
    await this.ensure();
  }

  /** Asks the server to do one of its commands. The error, if there is one, is for people to read. */
  async ask(command: string, argument: unknown, asking: Asking = {}): Promise<unknown> {
    await this.ensure();
    const connection = this.running();
    try {
      return await connection.ask(command, argument, asking.token, asking.progress, asking.named);
    } catch (error) {
      if (this.state.kind !== "running" || this.connection !== connection) {
        throw new Error("The server ended before it answered.", { cause: error });
      }
      throw error;
    }
  }

  async dispose(): Promise<void> {
    for (const disposable of this.disposables) disposable.dispose();
    await this.connection?.stop();
  }

  private running(): Connection {
    if (this.connection !== undefined && this.state.kind === "running") return this.connection;
    throw new Error(this.state.kind === "failed" ? this.state.message : "The server is starting; try again.");
  }

  private async start(): Promise<void> {
    this.set({ kind: "starting", again: false });
    const found = await this.find();
    if (found === undefined) return;
    const { Connection } = await import("./connection.js");
    const connection = new Connection(
      async () => (await this.find()) ?? found,
      () => this.settings(),
      this.log,
      {
        status: (status) => {
          const waited = !served(this.status);
          this.status = status;
          this.changed.fire();
          if (waited && served(status)) this.readied.fire();
        },
        piece: (piece) => this.pieces.fire(piece),
        ownProgress: (title, progress) => {
          if (title.startsWith("building the concept index")) this.builds.fire(progress);
        },
        ended: (how) => this.ended(how),
        restarted: () => {
          if (this.connection === connection) this.set(this.run(connection, found.program));
        },
        refused: (error) => {
          this.fail("The server does not start again.", said(error), [restart, showLog]);
        },
        command: (name, argument) => this.onCommand(name, argument),
        semanticTokens: (document, tokens) => this.tokens.fire({ document, tokens }),
      },
    );
    this.connection = connection;
    try {
      await connection.start();
    } catch (error) {
      this.log.error(`${found.program} does not start: ${said(error)}`);
      this.fail("The server does not start.", said(error), [showLog, restart, openSettings]);
      return;
    }
    if (connection.lacking.length > 0) {
      this.connection = undefined;
      this.log.error(`${found.program} (${connection.version}) lacks ${connection.lacking.join(", ")}`);
      const what = `${found.program}, version ${connection.version}, lacks ${connection.lacking.join(", ")}. Update it, or leave unembed.server.path empty.`;
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
      // A workspace has no say in what is started here, trusted or not.
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
    return {
      program: found.program,
      arguments: user(configuration, "arguments", ["lsp"]),
      environment: user(configuration, "environment", {}),
      folder: vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === "file")?.uri.fsPath,
    };
  }

  /** A server that ran has ended; whether it is to be started again. */
  private ended(how: Ended): boolean {
    const now = Date.now();
    this.deaths = this.deaths.filter((time) => now - time < WITHIN);
    this.deaths.push(now);
    const why =
      how.code === LOST ? "The shared process was lost" : `The server ended with code ${how.code ?? "none"}`;
    if (this.deaths.length <= RESTARTS) {
      this.log.warn(`${why}; it is started again`);
      this.set({ kind: "starting", again: true });
      return true;
    }
    this.log.error(`${why}, ${this.deaths.length} times in three minutes`);
    const detail = how.said === "" ? "It was started again each time. The log says more." : how.said;
    this.fail(`${why} again and again.`, detail, [restart, showLog]);
    return false;
  }

  private fail(message: string, detail: string, actions: Failure["actions"]): void {
    this.set({ kind: "failed", message, detail, actions });
  }

  private set(state: ServerState): void {
    this.state = state;
    this.status = { health: "ok", busy: false, message: "" };
    this.builds.fire(null);
    this.changed.fire();
    if (state.kind === "running") this.readied.fire();
  }

  /**
   * The settings that somebody has set. Those that nobody has are left to the server, which has the user's own file and
   * the project's below the editor's word.
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

/** Whether questions get answers. What is busy with questions is nothing to wait for. */
function served(status: Status): boolean {
  return status.health === "ok" && !(status.busy && status.message.startsWith("loading"));
}

function user<T>(configuration: vscode.WorkspaceConfiguration, name: string, otherwise: T): T {
  return configuration.inspect<T>(name)?.globalValue ?? otherwise;
}

/** What an error says. */
export function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
