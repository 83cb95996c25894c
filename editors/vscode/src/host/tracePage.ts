// One page of the trace: asks for traces of the current file, follows the editor's cursor and edits, and answers the
// page's questions. Where the page is shown, tracePanel.ts says. The page itself is src/views/trace.

import { basename } from "node:path";
import * as vscode from "vscode";

import type { RunTokenDocument } from "../shared/api.js";
import { BuildTeller, isLoaded } from "../shared/builds.js";
import { gridOf } from "../shared/grid.js";
import type { HostToTrace, TraceToHost } from "../shared/messages.js";
import type { Actions } from "./actions.js";
import { Cards } from "./cards.js";
import type { Health } from "./health.js";
import type { Interventions } from "./interventions.js";
import { Latest } from "./latest.js";
import type { Parts } from "./parts.js";
import { byteAt, offsetAt, tokenAt } from "./prompt.js";
import { fileInfo, type Prompts } from "./prompts.js";
import { rangeOf } from "./ranges.js";
import type { Recent } from "./recent.js";
import type { Runs } from "./runs.js";
import { said, type Server } from "./server.js";
import { failure, noPrompt, unavailable } from "./states.js";
import { Channel, setPage } from "./webviews.js";

interface Shown {
  document: vscode.TextDocument;
  version: number;
  tokens: RunTokenDocument[];
  /** The offset at which the prompt begins. */
  start: number;
}

/** What the page needs of the rest of the extension. */
export interface Around {
  extension: vscode.Uri;
  server: Server;
  prompts: Prompts;
  parts: Parts;
  health: Health;
  interventions: Interventions;
  recent: Recent;
  runs: Runs;
  actions: Actions;
}

/** Where the page is. */
export interface Place {
  webview: vscode.Webview;
  readonly visible: boolean;
}

export class TracePage implements vscode.Disposable {
  private readonly channel: Channel<HostToTrace, TraceToHost>;
  /** The page takes the focus as soon as it is there. */
  private focusing = false;
  private shown: Shown | undefined;
  /** The last trace's error, told again when the server's status says more. */
  private failed: { error: unknown; uri: vscode.Uri } | undefined;
  private readonly server: Server;
  private readonly prompts: Prompts;
  private readonly cards: Cards;
  private readonly latest: Latest;
  private readonly building: BuildTeller;
  private readonly disposables: { dispose(): unknown }[];

  constructor(
    private readonly around: Around,
    private readonly place: Place,
  ) {
    const { server, prompts, parts, health, interventions, recent, runs, actions } = around;
    this.server = server;
    this.prompts = prompts;
    this.cards = new Cards(server, recent);
    this.latest = new Latest(
      () => this.trace(),
      (error) => server.log.error(said(error)),
    );
    this.building = new BuildTeller(
      (build) => this.channel.send({ type: "building", build }),
      () => {
        if (server.state.kind === "running") void this.tellCard();
      },
    );
    this.channel = new Channel<HostToTrace, TraceToHost>(
      place.webview,
      (message) => void this.receive(message),
    );
    setPage(place.webview, around.extension, "trace", "Trace");
    this.disposables = [
      prompts.onSwitch(() => {
        this.shown = undefined;
        this.refresh();
      }),
      prompts.onEdit(() => {
        this.channel.send({ type: "state", state: "stale" });
        this.refresh();
      }),
      prompts.onMove(() => this.follow()),
      server.onChange(() => {
        this.serverChanged();
        this.tellBuilding();
      }),
      parts.onModel(() => this.tellBuilding()),
      health.onChange((uri) => {
        if (this.failed?.uri.toString() === uri.toString()) this.tellFailed();
      }),
      server.onReady(() => this.refresh()),
      interventions.onChange(() => this.tellInterventions()),
      runs.onChange(({ uri, choice }) => this.channel.send({ type: "runs", uri, choice })),
      actions.onRetry(() => this.refresh()),
      actions.onNamed(() => {
        this.shown = undefined;
        this.refresh();
        void this.tellCard();
      }),
    ];
  }

  dispose(): void {
    this.latest.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Asks for the trace again, unless it is hidden. */
  refresh(): void {
    if (this.place.visible) this.latest.request();
  }

  /** The keys move from the chosen cell. */
  focus(): void {
    this.focusing = true;
    if (this.channel.send({ type: "focus" })) this.focusing = false;
  }

  private serverChanged(): void {
    const gone = unavailable(this.server);
    const { phase, subject } = this.server.status;
    if (gone !== undefined) {
      this.shown = undefined;
      this.channel.send(gone);
      return;
    }
    if (this.shown !== undefined || this.prompts.current === undefined) return;
    if (phase === "loading" && isLoaded(subject, this.around.parts.naming)) {
      this.wait(`Loading ${subject ?? "the model"}`);
    }
  }

  /** The model's problem says what the user can do about the last trace's error. */
  private tellFailed(): void {
    if (this.failed === undefined) return;
    const { error, uri } = this.failed;
    this.channel.send(failure(error, this.server, uri, this.around.health.of(uri)));
  }

  /** Why there is no trace yet, to a new page. */
  private tellGone(): void {
    const gone = unavailable(this.server);
    if (gone === undefined) this.wait("Tracing");
    else this.channel.send(gone);
  }

  /** In place of the trace, under the current file's name. */
  private wait(message: string): void {
    const { current } = this.prompts;
    const file = current === undefined ? undefined : basename(current.uri.path);
    this.channel.send({ type: "state", state: "loading", message, file });
  }

  private async trace(): Promise<void> {
    const document = this.prompts.current;
    if (document === undefined) {
      this.channel.send(noPrompt);
      return;
    }
    if (this.shown?.document === document && this.shown.version === document.version) {
      this.channel.send({ type: "state", state: "ready" });
      return;
    }
    if (this.shown === undefined) this.wait("Tracing");
    const { version } = document;
    const uri = document.uri.toString();
    this.failed = undefined;
    try {
      const [answer, { prompt }] = await Promise.all([
        this.server.ask("unembed.trace", { uri, positions: "all", top: 1, updates: 0 }),
        this.around.parts.of(document),
      ]);
      const file = await fileInfo(document);
      if (document !== this.prompts.current) return;
      const start = document.offsetAt(rangeOf(prompt).start);
      this.shown = { document, version, tokens: answer.runs[0]?.tokens ?? [], start };
      const choice = this.around.runs.of(uri);
      this.channel.send({ type: "trace", grid: gridOf(answer), version, file, choice });
      this.channel.send({ type: "state", state: document.version === version ? "ready" : "stale" });
      this.tellInterventions();
      this.follow();
    } catch (error) {
      this.shown = undefined;
      this.failed = { error, uri: document.uri };
      if (document === this.prompts.current) this.tellFailed();
    }
  }

  private follow(): void {
    const { shown } = this;
    const editor = this.prompts.editor;
    if (shown === undefined || editor?.document !== shown.document) return;
    // The tokens of an older text are in other places; the new trace follows the cursor when it comes.
    if (shown.version !== editor.document.version) return;
    if (!vscode.workspace.getConfiguration("unembed").get<boolean>("trace.follow", true)) return;
    const text = editor.document.getText();
    const byte = byteAt(text, shown.start, editor.document.offsetAt(editor.selection.active));
    this.channel.send({ type: "cursor", position: byte === null ? null : tokenAt(shown.tokens, byte) });
  }

  private tellInterventions(): void {
    const { current } = this.prompts;
    const known = current === undefined ? undefined : this.around.interventions.of(current);
    if (known === undefined) return;
    this.channel.send({ type: "interventions", interventions: known.interventions });
    // The next tokens are known before the whole trace is.
    if (this.shown !== undefined && this.shown.version !== known.version) {
      this.channel.send({ type: "preview", next: known.next });
    }
  }

  private tellBuilding(): void {
    this.building.update(this.around.parts.build, this.server.builds);
  }

  private async receive(message: TraceToHost): Promise<void> {
    switch (message.type) {
      case "ready":
        this.shown = undefined;
        this.tellGone();
        this.building.forget();
        this.tellBuilding();
        void this.server.ensure();
        this.refresh();
        if (this.focusing) this.focus();
        return;
      case "askColumn":
        return this.answer(message.ask, async (uri) => ({
          type: "column",
          ask: message.ask,
          document: await this.server.ask("unembed.trace", {
            uri,
            positions: [message.position],
            top: 10,
            words: 4,
          }),
        }));
      case "askCard":
        return this.answer(message.ask, (uri) =>
          this.cards.ask({ uri }, message.id, message.ask, message.position),
        );
      case "reveal":
        this.reveal(message.position);
        return;
      case "intervene":
        return this.around.actions.intervene(message);
      case "chooseRuns":
        this.around.runs.choose(message.uri, message.choice);
        return;
      case "name":
        return this.around.actions.name(message.ids);
      case "action":
        return this.around.actions.act(message.action);
    }
  }

  private async answer(ask: number, work: (uri: string) => Promise<HostToTrace>): Promise<void> {
    const uri = this.prompts.current?.uri.toString();
    try {
      if (uri === undefined) throw new Error("No prompt file is open.");
      this.channel.send(await work(uri));
    } catch (error) {
      this.channel.send({ type: "failed", ask, message: said(error) });
    }
  }

  private async tellCard(): Promise<void> {
    const uri = this.prompts.current?.uri.toString();
    const card = uri === undefined ? undefined : await this.cards.again({ uri });
    if (card !== undefined) this.channel.send(card);
  }

  private reveal(position: number): void {
    const { shown } = this;
    const editor = this.prompts.editor;
    const start = shown?.tokens.find((token) => token.position === position)?.start;
    if (typeof start !== "number" || editor === undefined) return;
    if (editor.document !== shown?.document || editor.document.version !== shown.version) return;
    const place = editor.document.positionAt(offsetAt(editor.document.getText(), shown.start, start));
    // The focus stays in the panel.
    editor.selection = new vscode.Selection(place, place);
    editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}
