// The generation view: the runs' texts as they come, where they part, and why a token was chosen.

import type { GenerateDocument, TraceDocument } from "../../shared/documents.js";
import type {
  FileInfo,
  GeneratedTokens,
  GenerationToHost,
  HostToGeneration,
  StateMessage,
} from "../../shared/messages.js";
import { Asks } from "../parts/asks.js";
import { Column, type ColumnKept } from "../parts/column/column.js";
import { announce, button, choice, h, token } from "../parts/dom.js";
import type { Host } from "../parts/host.js";
import { keysButton } from "../parts/keys.js";
import { counted, probability } from "../parts/numbers.js";
import { bones, StatePane } from "../parts/state.js";
import { visible } from "../parts/tokens.js";
import { firstParting, fromDocument, type RunText, withPiece } from "./continuation.js";
import { ended, quoted, runHead } from "./heads.js";
import { aligned, flowing } from "./texts.js";

export interface Kept {
  form: "text" | "tokens";
  column: ColumnKept | null;
}

const KEYS: [string[], string][] = [
  [["←", "→"], "the next token; between the runs in the table"],
  [["Home", "End"], "the first or last token"],
  [["Enter"], "why this token"],
  [["Esc"], "close that; while generating, cancel"],
];

/** More of a long prompt is not shown. */
const PROMPT = 600;

export class GenerationView {
  readonly #file = h("span", { class: "file" });
  readonly #progress = h("span", { class: "quiet", role: "status" });
  readonly #formPlace: HTMLElement;
  readonly #again: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #state: StatePane;
  readonly #note = h("div", { class: "problems" });
  readonly #prompt = h("div", { class: "prompt" });
  readonly #runsPlace = h("div", { class: "runs" });
  readonly #expect = h("ul", { class: "expect", "aria-label": "Expectations" });
  readonly #lookLine = h("div", { class: "look" });
  readonly #why: HTMLElement;
  readonly #whyNote = h("p", { class: "quiet" });
  readonly #column: Column;
  readonly #content: HTMLElement;
  readonly #asks: Asks<{ run: number; index: number }>;
  readonly #kept: Kept;
  #runs: RunText[] = [];
  #promptLength: number | null = null;
  #running = false;
  #chosen: { run: number; index: number } | null = null;
  #scheduled = false;

  constructor(
    root: HTMLElement,
    private readonly host: Host<GenerationToHost, Kept>,
  ) {
    const kept = host.kept();
    this.#kept = { form: kept.form ?? "text", column: kept.column ?? null };
    this.#asks = new Asks((ask, { index }) =>
      host.post({
        type: "askColumn",
        ask,
        position: (this.#promptLength ?? 0) + index - 1,
        generated: index,
      }),
    );
    this.#state = new StatePane(bones("list-bones", 6), (action) => host.post({ type: "action", action }));
    const forms = [
      { value: "text" as const, text: "text" },
      { value: "tokens" as const, text: "token by token" },
    ];
    this.#formPlace = choice("How the runs are shown", forms, this.#kept.form, (form) => {
      this.#kept.form = form;
      host.keep(this.#kept);
      this.#draw();
    });
    this.#again = button("Generate again", () => host.post({ type: "generate" }));
    this.#cancel = button("Cancel", () => host.post({ type: "cancel" }), { class: "button primary" });
    this.#column = new Column(kept.column ?? {}, {
      openCard: (id) => host.post({ type: "openCard", id }),
      intervened: () => null,
      kept: (column) => {
        this.#kept.column = column;
        host.keep(this.#kept);
      },
    });
    const close = button("Close", () => this.#closeWhy(), { class: "button quiet-button" });
    this.#why = h(
      "section",
      { class: "why", tabindex: -1, "aria-label": "Why this token" },
      h("div", { class: "why-head" }, this.#whyNote, close),
      this.#column.element,
    );
    this.#why.hidden = true;
    this.#content = h(
      "div",
      { class: "generation-content" },
      this.#note,
      this.#prompt,
      this.#runsPlace,
      this.#lookLine,
      this.#expect,
      this.#why,
    );
    const toolbar = h(
      "header",
      { class: "toolbar" },
      this.#file,
      this.#formPlace,
      this.#progress,
      h("div", { class: "toolbar-end" }, this.#cancel, this.#again, keysButton(KEYS)),
    );
    const main = h("main", { class: "view generation-view" }, toolbar, this.#state.element, this.#content);
    main.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (!this.#why.hidden) this.#closeWhy();
      else if (this.#running) host.post({ type: "cancel" });
    });
    root.append(main);
    this.#setState({ type: "state", state: "loading", message: "Waiting for the server" });
  }

  receive(message: HostToGeneration): void {
    switch (message.type) {
      case "state": {
        this.#setState(message);
        return;
      }
      case "started": {
        this.#start(message.file, message.prompt);
        return;
      }
      case "piece":
        this.#runs = withPiece(this.#runs, message.run, message.ids, message.text);
        {
          this.#schedule();
          return;
        }
      case "result": {
        this.#result(message.file, message.prompt, message.document, message.tokens);
        return;
      }
      case "stopped": {
        this.#stop(message.message);
        return;
      }
      case "outdated": {
        this.#say("The file has changed since this was generated.");
        return;
      }
      case "column": {
        this.#takeColumn(message.ask, message.document);
        return;
      }
      case "failed":
        if (this.#asks.answered(message.ask)?.newest === true) {
          this.#whyNote.textContent = "";
          this.#column.fail(message.message);
        }
        return;
    }
  }

  #setState(state: StateMessage): void {
    const instead = state.state !== "ready" && state.state !== "stale";
    this.#state.show(state);
    this.#content.hidden = instead;
    this.#formPlace.hidden = this.#again.hidden = instead;
    if (instead) this.#running = false;
    if (this.#note.textContent === "") this.#note.hidden = true;
    this.#drawProgress();
  }

  #start(file: FileInfo, prompt: string): void {
    this.#runs = [];
    this.#promptLength = null;
    this.#running = true;
    this.#closeWhy();
    this.#say(null);
    this.#setState({ type: "state", state: "ready" });
    this.#head(file, prompt);
    this.#expect.replaceChildren();
    this.#draw();
  }

  #result(file: FileInfo, prompt: string, document: GenerateDocument, tokens: GeneratedTokens[]): void {
    const finished = this.#running || this.#runs.length === 0;
    this.#runs = fromDocument(document, tokens, this.#runs);
    this.#promptLength = document.prompt_ids.length;
    this.#running = false;
    this.#setState({ type: "state", state: "ready" });
    this.#head(file, prompt);
    this.#expect.replaceChildren(
      ...document.expect.map(({ ok, message, line }) =>
        h(
          "li",
          { class: ok ? "ok" : "failed" },
          h(
            "span",
            { class: "verdict" },
            ok ? "✓" : "✗",
            h("span", { class: "hidden" }, ok ? " holds: " : " fails: "),
          ),
          h("span", {}, ...quoted(message)),
          h("span", { class: "quiet" }, `line ${line}`),
        ),
      ),
    );
    this.#draw();
    if (finished) announce(this.#summary());
  }

  #stop(message: string | null): void {
    this.#running = false;
    this.#say(message ?? "Cancelled: this is what came until then.");
    this.#setState({ type: "state", state: "ready" });
    this.#draw();
  }

  #say(text: string | null): void {
    this.#note.hidden = text === null;
    this.#note.textContent = text ?? "";
  }

  #head(file: FileInfo, prompt: string): void {
    this.#file.replaceChildren(h("strong", {}, file.name));
    const shown = prompt.length > PROMPT ? `…${prompt.slice(-PROMPT)}` : prompt;
    this.#prompt.replaceChildren(h("h3", { class: "hidden" }, "Prompt"), shown);
  }

  #drawProgress(): void {
    this.#cancel.hidden = !this.#running;
    this.#again.hidden = this.#running || this.#content.hidden;
    const last = this.#runs.at(-1);
    if (this.#running)
      this.#progress.textContent =
        last === undefined ? "generating…" : `${last.name}: ${counted(last.tokens.length, "token")}…`;
    else this.#progress.textContent = this.#runs.length > 0 && !this.#content.hidden ? this.#summary() : "";
  }

  #summary(): string {
    const [first] = this.#runs;
    const parting = firstParting(this.#runs);
    if (first === undefined) return "";
    if (this.#runs.length === 1) return "no intervention is on";
    return parting === null ? "the runs are the same" : `the runs part at token ${parting + 1}`;
  }

  /** Pieces may come faster than frames. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw(): void {
    this.#drawProgress();
    const here = document.activeElement;
    const focused = here instanceof HTMLElement && this.#runsPlace.contains(here) ? here.dataset : null;
    const events = {
      look: (run: number, index: number) => this.#look(run, index),
      choose: (run: number, index: number) => this.#choose(run, index),
    };
    this.#runsPlace.classList.toggle("several", this.#runs.length > 1);
    this.#runsPlace.classList.toggle("as-table", this.#kept.form === "tokens");
    const heads = this.#runs.map((run) =>
      runHead(run, this.#running, (type, name) => this.host.post({ type, run: name })),
    );
    if (this.#kept.form === "tokens") {
      this.#runsPlace.replaceChildren(
        h(
          "div",
          { class: "run-heads" },
          ...heads.map((head, at) => h("div", {}, head, ended(this.#runs[at]))),
        ),
        h("div", { class: "table-place" }, aligned(this.#runs, this.#chosen, events)),
      );
    } else {
      const panels = this.#runs.map((run, number) => {
        const chosen = this.#chosen?.run === number ? this.#chosen.index : null;
        return h(
          "section",
          { class: "run", "aria-label": run.name },
          heads[number],
          flowing(run, number, chosen, events),
          ended(run),
        );
      });
      this.#runsPlace.replaceChildren(...panels);
      if (panels.length === 0) this.#runsPlace.append(bones("list-bones", 3));
    }
    if (focused?.["index"] !== undefined) {
      this.#runsPlace
        .querySelector<HTMLElement>(
          `.generated[data-run="${focused["run"] ?? ""}"][data-index="${focused["index"]}"]`,
        )
        ?.focus({ preventScroll: true });
    }
    this.#lookLine.hidden = this.#runs.every((run) => run.tokens.length === 0);
    if (this.#lookLine.childElementCount === 0)
      this.#lookLine.replaceChildren(
        h("span", { class: "quiet" }, "Point at a token to see how likely it was; choose it to see why."),
      );
  }

  #look(number: number, index: number): void {
    const run = this.#runs[number];
    const one = run?.tokens[index];
    if (run === undefined || one === undefined) return;
    const parts: (Node | string)[] = [
      token(visible(one.text, one.bytes)),
      h("span", { class: "quiet" }, ` ${run.name}, token ${index + 1}: `),
    ];
    parts.push(one.p === null ? h("span", { class: "quiet" }, "…") : `p ${probability(one.p)}`);
    if (one.rank !== null) parts.push(h("span", { class: "quiet" }, `, rank ${one.rank}`));
    const other = this.#runs[number === 0 ? this.#runs.length - 1 : 0]?.tokens[index];
    if (this.#runs.length > 1 && other !== undefined && run.parts === index) {
      parts.push(
        h("span", { class: "quiet" }, "; the runs part here, the other has "),
        token(visible(other.text, other.bytes)),
      );
    }
    this.#lookLine.replaceChildren(...parts);
  }

  #choose(run: number, index: number): void {
    if (this.#running || this.#promptLength === null) return;
    this.#chosen = { run, index };
    this.#look(run, index);
    this.#why.hidden = false;
    this.#whyNote.textContent = "Asking the model…";
    this.#column.wait();
    this.#asks.ask({ run, index });
    for (const one of this.#runsPlace.querySelectorAll<HTMLElement>(".generated")) {
      one.classList.toggle(
        "chosen",
        one.dataset["run"] === String(run) && one.dataset["index"] === String(index),
      );
    }
  }

  #takeColumn(ask: number, document: TraceDocument): void {
    const answered = this.#asks.answered(ask);
    if (!answered?.newest) return;
    const { run, index } = answered.what;
    const own = this.#runs[run];
    const one = own?.tokens[index];
    if (own === undefined || one === undefined) return;
    this.#whyNote.replaceChildren(
      "Why ",
      token(visible(one.text, one.bytes)),
      ` as token ${index + 1} of ${own.name}: the trace of the token before it.`,
    );
    // Behind where the runs part, their texts differ: only the run itself says why.
    const apart = own.parts ?? firstParting(this.#runs);
    const alone = apart !== null && index > apart;
    const runs = alone ? document.runs.filter((r) => r.name === own.name) : document.runs;
    this.#column.show({ ...document, runs }, run === 0 || alone ? "first" : "second", null, one.id);
    this.#why.scrollIntoView({ block: "nearest" });
  }

  #closeWhy(): void {
    if (this.#why.hidden) return;
    this.#why.hidden = true;
    this.#asks.drop();
    const chosen = this.#runsPlace.querySelector<HTMLElement>(".generated.chosen");
    chosen?.classList.remove("chosen");
    chosen?.focus();
    this.#chosen = null;
  }
}
