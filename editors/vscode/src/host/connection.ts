// One connection to a server process: the language client and its settings. It is loaded only when a server is started,
// since the client library is most of the extension's code. server.ts decides which program to start, and what to do when
// it ends.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type * as vscode from "vscode";
import { MarkdownString, workspace } from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  ErrorCodes,
  ExecuteCommandRequest,
  LanguageClient,
  type MessageSignature,
  type Middleware,
  ResponseError,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
  type WorkDoneProgressBegin,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";

import type {
  ChooseArguments,
  Commands,
  GeneratedParams,
  Notifications,
  StatusParams,
  Wishes,
} from "../shared/api.js";
import { NEEDED } from "../shared/needed.js";
import { choose, withLineEnds } from "./codeActions.js";
import { completed } from "./completions.js";
import { setOffHint } from "./contrast.js";
import type { Progress } from "./server.js";

export interface Launch {
  program: string;
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
  folder: string | undefined;
}

export interface Ended {
  /** The process's exit code; null if a signal ended it, or the code is unknown. */
  code: number | null;
  /** The last line of its standard error. */
  said: string;
}

export interface Listener {
  status(status: StatusParams): void;
  generated(piece: GeneratedParams): void;
  /** Whether to start it again. */
  ended(how: Ended): boolean;
  restarted(): void;
  /** It was started again and refused to serve. */
  refused(error: unknown): void;
  /** A command of a lens or an action; whether it was taken. */
  command(name: string, argument: unknown): boolean;
  semanticTokens(document: vscode.TextDocument, tokens: vscode.SemanticTokens): void;
}

/** The server's command for a value vector's card, which this extension answers with its own view. */
const CARD_COMMAND: keyof Commands = "unembed.vector";
/** The same as a link. */
const CARD = `command:${CARD_COMMAND}?${encodeURIComponent('[{"id":"')}{id}${encodeURIComponent('"}]')}`;

/** Errors go to the log only: the callers show them in their own words and places. */
class QuietClient extends LanguageClient {
  /** The server's process is gone, and what is sent meanwhile fails. Its end is logged once, as what it is. */
  broken = false;

  override error(message: string, data?: unknown): void {
    if (message.includes("connection to server is erroring")) this.broken = true;
    if (this.broken) super.debug(message, data);
    else super.error(message, data, false);
  }

  /** A question that could not be written has no answer, as one that was written before the server's end. */
  override handleFailedRequest<T>(
    type: MessageSignature,
    token: vscode.CancellationToken | undefined,
    error: unknown,
    defaultValue: T,
    ...rest: (boolean | undefined)[]
  ): T {
    const { code } = (error ?? {}) as { code?: unknown };
    if (typeof code === "string" && UNWRITTEN.includes(code)) return defaultValue;
    return super.handleFailedRequest(type, token, error, defaultValue, ...rest);
  }

  override async stop(timeout?: number): Promise<void> {
    try {
      await super.stop(timeout);
    } catch (error) {
      // The library also stops a client that never started, and does not catch the error.
      super.debug(`Not stopped: ${String(error)}`);
    }
  }
}

/** Node's errors for a stream whose other end is gone. */
const UNWRITTEN = ["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"];

/** The errors of requests whose connection broke. */
const LOST: number[] = [
  ErrorCodes.MessageWriteError,
  ErrorCodes.MessageReadError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
];

export class Connection {
  private readonly client: QuietClient;
  private ended: Ended = { code: null, said: "" };
  private process: ChildProcessWithoutNullStreams | undefined;
  /** Resolves when the process has ended and its output was read. */
  private closed: Promise<void> = Promise.resolve();
  private asked = 0;
  private first = true;

  constructor(
    launch: () => Promise<Launch>,
    settings: () => Record<string, unknown>,
    /** The URI of the extension's copy of the glossary. */
    glossary: string,
    log: vscode.LogOutputChannel,
    private readonly listener: Listener,
  ) {
    this.client = new QuietClient("unembed", "unembed", async () => this.spawn(await launch()), {
      documentSelector: [
        { scheme: "file", language: "lmprompt" },
        { scheme: "untitled", language: "lmprompt" },
        { scheme: "file", pattern: "**/unembed.names.yaml" },
      ],
      initializationOptions: (): Wishes & Record<string, unknown> => ({
        generated: true,
        results: true,
        glossary,
        cards: CARD,
        ...settings(),
      }),
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
          // A server that never came up is not started again: start() reports its error.
          const again = !this.first && this.listener.ended(this.ended);
          return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: this.middleware(),
    });
    this.listen("unembed/status", (status) => this.listener.status(status));
    this.listen("unembed/generated", (piece) => this.listener.generated(piece));
    this.client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.client.broken = false;
      if (newState === State.Running && !this.first) this.listener.restarted();
    });
  }

  /** Starts the server; the error says why it did not start. */
  async start(): Promise<void> {
    try {
      await this.client.start();
      this.first = false;
    } catch (error) {
      await this.exit();
      // The process's own words say more than that its answer did not come.
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
    // With this token the server makes none of its own, so the editor shows no progress by itself.
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

  private listen<Name extends keyof Notifications>(
    name: Name,
    heard: (parameters: Notifications[Name]) => void,
  ): void {
    this.client.onNotification(name, heard);
  }

  async configure(settings: Record<string, unknown>): Promise<void> {
    await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  /** Asks the editor for the hints again: they look different in another theme. */
  redraw(): void {
    for (const document of workspace.textDocuments) {
      this.client.getFeature("textDocument/inlayHint").getProvider(document)?.onDidChangeInlayHints.fire();
    }
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

  /** Waits until a process whose connection is closed has ended; kills it after two seconds. */
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
        if (command !== "unembed.choose") return next(command, parameters) as Promise<unknown>;
        const chosen = await choose(parameters[0] as ChooseArguments);
        return chosen === undefined ? undefined : (next(command, [chosen]) as Promise<unknown>);
      },
      provideHover: async (document, position, token, next) => {
        const hover = await next(document, position, token);
        // Ids are links to cards; no other command can be run from a hover.
        for (const part of hover?.contents ?? []) {
          if (part instanceof MarkdownString) part.isTrusted = { enabledCommands: [CARD_COMMAND] };
        }
        return hover;
      },
      provideCompletionItem: (document, position, context, token, next) =>
        completed(document, position, token, (at) => next(document, at, context, token)),
      provideCodeActions: async (document, range, context, token, next) => {
        const actions = await next(document, range, context, token);
        return actions?.map((action) => withLineEnds(action, document));
      },
      provideDocumentSemanticTokens: async (document, token, next) => {
        const tokens = await next(document, token);
        if (tokens) this.listener.semanticTokens(document, tokens);
        return tokens;
      },
      provideInlayHints: async (document, range, token, next) => {
        const hints = await next(document, range, token);
        return hints?.map(setOffHint);
      },
      workspace: {
        handleApplyEdit: async (parameters) => {
          // As a refactoring, files that are not open are saved at once.
          const edit = await this.client.protocol2CodeConverter.asWorkspaceEdit(parameters.edit);
          return { applied: await workspace.applyEdit(edit, { isRefactoring: true }) };
        },
      },
    };
  }
}

function progressOf(report: WorkDoneProgressBegin | WorkDoneProgressReport): Progress {
  return { message: report.message ?? "", percentage: report.percentage ?? null };
}
