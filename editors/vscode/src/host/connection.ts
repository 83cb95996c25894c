// One connection to a server process: the language client, set up. Loaded only when a server is started, since the client
// library is most of what the extension has to read. Which program, and what to do when it ends, is server.ts's.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type * as vscode from "vscode";
import { workspace } from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  ErrorCodes,
  ExecuteCommandRequest,
  LanguageClient,
  type Middleware,
  ResponseError,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";

import type { Piece, Progress, Status } from "./server.js";

export interface Launch {
  program: string;
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
  folder: string | undefined;
}

export interface Ended {
  /** The process's exit code; null where a signal ended it, or it is not known. */
  code: number | null;
  /** The last that it wrote to its standard error. */
  said: string;
}

export interface Listener {
  status(status: Status): void;
  piece(piece: Piece): void;
  /** Work that the server does on its own account. */
  ownProgress(title: string, progress: Progress | null): void;
  /** Whether to start it again. */
  ended(how: Ended): boolean;
  restarted(): void;
  /** Started again, it does not want to serve. */
  refused(error: unknown): void;
  /** A command out of a lens or an action; whether it was taken. */
  command(name: string, argument: unknown): boolean;
  semanticTokens(document: vscode.TextDocument, tokens: vscode.SemanticTokens): void;
}

/** Commands that this extension cannot do without. */
const NEEDED = [
  "unembed.generate",
  "unembed.trace",
  "unembed.search",
  "unembed.vector",
  "unembed.clusters",
  "unembed.name",
  "unembed.intervene",
  "unembed.interventions",
];

/** Whoever uses it shows what went wrong, in its own words and places. The library's own goes to the log alone. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override async stop(timeout?: number): Promise<void> {
    try {
      await super.stop(timeout);
    } catch (error) {
      // The library stops what has never begun, and has nobody listen to how that goes.
      super.debug(`Not stopped: ${String(error)}`);
    }
  }
}

/** The errors of requests whose connection broke. */
const LOST: number[] = [
  ErrorCodes.MessageWriteError,
  ErrorCodes.MessageReadError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
];

export class Connection {
  private readonly client: LanguageClient;
  private readonly titles = new Map<string | number, string>();
  private ended: Ended = { code: null, said: "" };
  private process: ChildProcessWithoutNullStreams | undefined;
  /** The process has ended, and all that it said has come. */
  private closed: Promise<void> = Promise.resolve();
  private asked = 0;
  private first = true;

  constructor(
    launch: () => Promise<Launch>,
    settings: () => Record<string, unknown>,
    log: vscode.LogOutputChannel,
    private readonly listener: Listener,
  ) {
    this.client = new QuietClient("unembed", "unembed", async () => this.spawn(await launch()), {
      documentSelector: [
        { scheme: "file", language: "lmprompt" },
        { scheme: "untitled", language: "lmprompt" },
        { scheme: "file", pattern: "**/unembed.names.yaml" },
      ],
      initializationOptions: () => ({ generated: true, results: true, ...settings() }),
      outputChannel: log,
      traceOutputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      stdioOptions: {
        stdout: () => undefined,
        stderr: (input) => {
          createInterface({ input }).on("line", (line) => {
            this.ended.said = line;
            log.info(line);
          });
        },
      },
      initializationFailedHandler: (error) => {
        if (!this.first) this.listener.refused(error);
        return false;
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: async () => {
          await this.exit();
          // One that never came up is no server that died: what is wrong with it is told by start().
          const again = !this.first && this.listener.ended(this.ended);
          return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: this.middleware(),
    });
    this.client.onNotification("unembed/status", (status: Status) => this.listener.status(status));
    this.client.onNotification("unembed/generated", (piece: Piece) => this.listener.piece(piece));
    this.client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && !this.first) this.listener.restarted();
    });
  }

  /** Starts the server; an error says what came of it. */
  async start(): Promise<void> {
    try {
      await this.client.start();
      this.first = false;
    } catch (error) {
      await this.exit();
      // A process that has ended says more than that its answer did not come.
      const refused = error instanceof ResponseError && !LOST.includes(error.code);
      if (!refused && this.ended.said !== "") throw new Error(this.ended.said, { cause: error });
      throw error;
    }
  }

  get version(): string {
    return this.client.initializeResult?.serverInfo?.version ?? "of an unknown version";
  }

  /** The needed commands that the server does not have. */
  get lacking(): string[] {
    const has = this.client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    return NEEDED.filter((command) => !has.includes(command));
  }

  get tokenModifiers(): readonly string[] {
    return this.client.initializeResult?.capabilities.semanticTokensProvider?.legend.tokenModifiers ?? [];
  }

  async ask(
    command: string,
    argument: unknown,
    token: vscode.CancellationToken | undefined,
    progress: ((progress: Progress) => void) | undefined,
    named: ((workDoneToken: string) => void) | undefined,
  ): Promise<unknown> {
    this.asked += 1;
    // With a token of its own, the server makes none, and the editor shows nothing that was not asked for.
    const workDoneToken = `unembed-vscode-${this.asked}`;
    named?.(workDoneToken);
    const listening = this.client.onProgress(WorkDoneProgress.type, workDoneToken, (report) => {
      if (report.kind !== "end") progress?.(progressOf(report));
    });
    try {
      const parameters = { command, arguments: [argument], workDoneToken };
      return await (token === undefined
        ? this.client.sendRequest(ExecuteCommandRequest.type, parameters)
        : this.client.sendRequest(ExecuteCommandRequest.type, parameters, token));
    } finally {
      listening.dispose();
    }
  }

  async configure(settings: Record<string, unknown>): Promise<void> {
    await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  async stop(): Promise<void> {
    if (this.client.state === State.Running) await this.client.stop();
    else this.process?.kill();
    await this.client.dispose();
  }

  private async spawn(launch: Launch): Promise<ChildProcessWithoutNullStreams> {
    this.ended = { code: null, said: "" };
    const child = spawn(launch.program, [...launch.arguments], {
      cwd: launch.folder,
      env: { ...process.env, ...launch.environment },
    });
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.on("exit", (code) => (this.ended.code = code));
    this.closed = new Promise((resolve) => child.once("close", () => resolve()));
    return child;
  }

  /** Waits for the end of a process whose connection is closed, and of what it says; not for ever. */
  private async exit(): Promise<void> {
    let overdue: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      overdue = setTimeout(() => {
        this.process?.kill("SIGKILL");
        resolve();
      }, 2000);
    });
    await Promise.race([this.closed, late]);
    clearTimeout(overdue);
  }

  private middleware(): Middleware {
    return {
      executeCommand: async (command, parameters: unknown[], next) => {
        if (this.listener.command(command, parameters[0])) return;
        return next(command, parameters) as Promise<unknown>;
      },
      handleWorkDoneProgress: (token, report, next) => {
        this.ownProgress(token, report);
        next(token, report);
      },
      provideDocumentSemanticTokens: async (document, token, next) => {
        const tokens = await next(document, token);
        if (tokens) this.listener.semanticTokens(document, tokens);
        return tokens;
      },
      workspace: {
        handleApplyEdit: async (parameters) => {
          // As a refactoring, files that are not open are saved at once: nobody finds them changed and unsaved later.
          const edit = await this.client.protocol2CodeConverter.asWorkspaceEdit(parameters.edit);
          return { applied: await workspace.applyEdit(edit, { isRefactoring: true }) };
        },
      },
    };
  }

  private ownProgress(
    token: string | number,
    report: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd,
  ): void {
    if (report.kind === "begin") this.titles.set(token, report.title);
    const title = this.titles.get(token) ?? "";
    if (report.kind === "end") this.titles.delete(token);
    this.listener.ownProgress(title, report.kind === "end" ? null : progressOf(report));
  }
}

function progressOf(report: WorkDoneProgressBegin | WorkDoneProgressReport): Progress {
  return { message: report.message ?? "", percentage: report.percentage ?? null };
}
