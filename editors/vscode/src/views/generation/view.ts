// The generation view: the runs' texts as they come, where they differ, and why a token was chosen.

import type { ExpectDocument, TraceDocument } from "../../shared/api.js";
import type { FileInfo, GenerationToHost, HostToGeneration, StateMessage } from "../../shared/messages.js";
import { type ComparedRuns, comparedRuns, type RunChoice } from "../../shared/runs.js";
import type { ColumnKept } from "../parts/column/column.js";
import { announce, button, choice, h, refocus, token } from "../parts/dom.js";
import type { Host } from "../parts/host.js";
import { keysButton } from "../parts/keys.js";
import { counted, probability } from "../parts/numbers.js";
import { RunPicker } from "../parts/runs.js";
import { bones, StatePane } from "../parts/state.js";
import { visible } from "../parts/tokens.js";
import { type ShownRun, shownRuns, summaryOf } from "./compared.js";
import { firstParting, fromDocument, partings, type RunText, withPiece } from "./continuation.js";
import { ended, quoted, runHead } from "./heads.js";
import { aligned, flowing } from "./texts.js";
import { type Place, Why } from "./why.js";

export interface Kept {
  form: "text" | "tokens";
  /** Whether all runs are shown, not only the two that are compared. */
  all: boolean;
  column: ColumnKept | null;
}

const KEYS: [string[], string][] = [
  [["←", "→"], "the next token; between the runs in the table"],
  [["Home", "End"], "the first or last token"],
  [["Enter"], "why this token"],
  [["Esc"], "close that; while generating, cancel"],
];

/** Of a longer prompt only the last characters are shown. */
const PROMPT = 600;

export class GenerationView {
  readonly #file = h("span", { class: "file" });
  readonly #progress = h("span", { class: "quiet", role: "status" });
  readonly #picker: RunPicker;
  readonly #formPlace: HTMLElement;
  readonly #again: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #state: StatePane;
  readonly #note = h("div", { class: "problems" });
  readonly #prompt = h("div", { class: "prompt" });
  readonly #runsPlace = h("div", { class: "runs" });
  readonly #expect = h("ul", { class: "expect", "aria-label": "Expectations" });
  readonly #lookLine = h("div", { class: "look" });
  readonly #why: Why;
  readonly #content: HTMLElement;
  readonly #kept: Kept;
  #uri = "";
  #choice: RunChoice = { shown: null, compared: null };
  #runs: RunText[] = [];
  #promptLength: number | null = null;
  #running = false;
  #chosen: Place | null = null;
  #scheduled = false;

  constructor(
    root: HTMLElement,
    private readonly host: Host<GenerationToHost, Kept>,
  ) {
    const kept = host.kept();
    this.#kept = { form: kept.form ?? "text", all: kept.all ?? true, column: kept.column ?? null };
    this.#state = new StatePane(bones("list-bones", 6), (action) => host.post({ type: "action", action }));
    const forms = [
      { value: "text" as const, text: "text" },
      { value: "tokens" as const, text: "token by token" },
    ];
    this.#formPlace = choice("Form of the texts", forms, this.#kept.form, (form) => {
      this.#kept.form = form;
      host.keep(this.#kept);
      this.#draw();
    });
    this.#picker = new RunPicker({
      choose: (choice) => {
        // Only the run that is shown says that the others are not.
        this.#setAll(this.#kept.all && choice.shown === this.#choice.shown);
        this.#choice = choice;
        host.post({ type: "chooseRuns", uri: this.#uri, choice });
        this.#draw();
      },
      chooseAll: () => {
        this.#setAll(true);
        this.#draw();
      },
    });
    this.#again = button("Generate again", () => host.post({ type: "generate" }));
    this.#cancel = button("Cancel", () => host.post({ type: "cancel" }), { class: "button primary" });
    this.#why = new Why(kept.column ?? {}, {
      ask: (ask, { index }) => {
        const position = (this.#promptLength ?? 0) + index - 1;
        host.post({ type: "askColumn", ask, position, generated: index });
      },
      openCard: (id) => host.post({ type: "openCard", id }),
      close: () => this.#closeWhy(),
      kept: (column) => {
        this.#kept.column = column;
        host.keep(this.#kept);
      },
    });
    this.#content = h(
      "div",
      { class: "generation-content" },
      this.#note,
      this.#prompt,
      this.#runsPlace,
      this.#lookLine,
      this.#expect,
      this.#why.element,
    );
    const toolbar = h(
      "header",
      { class: "toolbar" },
      this.#file,
      this.#picker.element,
      this.#formPlace,
      this.#progress,
      h("div", { class: "toolbar-end" }, this.#cancel, this.#again, keysButton(KEYS)),
    );
    const main = h("main", { class: "view generation-view" }, toolbar, this.#state.element, this.#content);
    main.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (!this.#why.element.hidden) this.#closeWhy();
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
        this.#start(message);
        return;
      }
      case "piece": {
        this.#runs = withPiece(this.#runs, message.run, message.ids, message.text);
        this.#schedule();
        return;
      }
      case "result": {
        this.#result(message);
        return;
      }
      case "runs": {
        if (message.uri !== this.#uri) return;
        this.#choice = message.choice;
        this.#draw();
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
        if (this.#why.answered(message.ask) !== null) this.#why.fail(message.message);
        return;
    }
  }

  #setState(state: StateMessage): void {
    const instead = state.state !== "ready" && state.state !== "stale";
    this.#state.show(state);
    this.#content.hidden = instead;
    this.#formPlace.hidden = this.#again.hidden = instead;
    if (instead) this.#picker.element.hidden = true;
    if (instead) this.#running = false;
    if (this.#note.textContent === "") this.#note.hidden = true;
    this.#drawProgress();
  }

  #start({ file, prompt, choice }: Extract<HostToGeneration, { type: "started" }>): void {
    this.#runs = [];
    this.#choice = choice;
    this.#promptLength = null;
    this.#running = true;
    this.#closeWhy();
    this.#say(null);
    this.#setState({ type: "state", state: "ready" });
    this.#head(file, prompt);
    this.#expect.replaceChildren();
    this.#draw();
  }

  #result({ file, prompt, document, choice }: Extract<HostToGeneration, { type: "result" }>): void {
    const finished = this.#running || this.#runs.length === 0;
    this.#runs = fromDocument(document);
    this.#choice = choice;
    this.#promptLength = document.prompt_ids.length;
    this.#running = false;
    this.#setState({ type: "state", state: "ready" });
    this.#head(file, prompt);
    this.#expect.replaceChildren(...document.expect.map(expectation));
    this.#draw();
    if (finished) announce(summaryOf(this.#inView()));
  }

  #stop(message: string | null): void {
    this.#running = false;
    this.#say(message ?? "Cancelled. This is the text up to that moment.");
    this.#setState({ type: "state", state: "ready" });
    this.#draw();
  }

  #say(text: string | null): void {
    this.#note.hidden = text === null;
    this.#note.textContent = text ?? "";
  }

  #head(file: FileInfo, prompt: string): void {
    this.#uri = file.uri;
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
    else
      this.#progress.textContent =
        this.#runs.length > 0 && !this.#content.hidden ? summaryOf(this.#inView()) : "";
  }

  #inView(): ShownRun[] {
    return shownRuns(this.#runs, this.#choice, this.#kept.all);
  }

  #setAll(all: boolean): void {
    this.#kept.all = all;
    this.host.keep(this.#kept);
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
    const names = this.#runs.map((run) => run.name);
    this.#picker.show(names, this.#choice, this.#kept.all);
    if (this.#content.hidden) this.#picker.element.hidden = true;
    const here = document.activeElement;
    const focused = here instanceof HTMLElement && this.#runsPlace.contains(here) ? here.dataset : null;
    const events = {
      look: (run: number, index: number) => this.#look(run, index),
      choose: (run: number, index: number) => this.#choose(run, index),
    };
    const inView = this.#inView();
    this.#runsPlace.classList.toggle("several", inView.length > 1);
    this.#runsPlace.classList.toggle("as-table", this.#kept.form === "tokens");
    const heads = inView.map((run) =>
      runHead(run, this.#running, (type, name) => this.host.post({ type, run: name })),
    );
    const chosenIn = (run: ShownRun): number | null =>
      this.#chosen?.run === run.name ? this.#chosen.index : null;
    if (this.#kept.form === "tokens") {
      this.#runsPlace.replaceChildren(
        h("div", { class: "run-heads" }, ...heads.map((head, at) => h("div", {}, head, ended(inView[at])))),
        h("div", { class: "table-place" }, aligned(inView, chosenIn, events)),
      );
    } else {
      const panels = inView.map((run, number) =>
        h(
          "section",
          { class: "run", "aria-label": run.name },
          heads[number],
          flowing(run, number, chosenIn(run), events),
          ended(run),
        ),
      );
      this.#runsPlace.replaceChildren(...panels);
      if (panels.length === 0) this.#runsPlace.append(bones("list-bones", 3));
    }
    if (focused?.["index"] !== undefined) {
      refocus(
        this.#runsPlace.querySelector<HTMLElement>(
          `.generated[data-run="${focused["run"] ?? ""}"][data-index="${focused["index"]}"]`,
        ),
      );
    }
    this.#lookLine.hidden = this.#runs.every((run) => run.tokens.length === 0);
    if (this.#lookLine.childElementCount === 0)
      this.#lookLine.replaceChildren(
        h(
          "span",
          { class: "quiet" },
          "Point at a token to see its probability. Choose it to see why the model predicted it.",
        ),
      );
  }

  #look(number: number, index: number): void {
    const inView = this.#inView();
    const run = inView[number];
    const one = run?.tokens[index];
    if (run === undefined || one === undefined) return;
    const parts: (Node | string)[] = [
      token(visible(one.text, one.bytes)),
      h("span", { class: "quiet" }, ` ${run.name}, token ${index + 1}: `),
    ];
    parts.push(one.p === null ? h("span", { class: "quiet" }, "…") : `p ${probability(one.p)}`);
    if (run.parts === index) {
      const others = inView.filter((other) => (run.isBase ? other.parts === index : other.isBase));
      const theirs = others.flatMap((other) => {
        const there = other.tokens[index];
        return there === undefined ? [] : [{ name: other.name, text: visible(there.text, there.bytes) }];
      });
      theirs.forEach(({ name, text }, at) => {
        const said = inView.length > 2 ? `${name} has ` : "the other has ";
        parts.push(
          h("span", { class: "quiet" }, at === 0 ? `; the runs differ from here, ${said}` : `, ${said}`),
          token(text),
        );
      });
    }
    this.#lookLine.replaceChildren(...parts);
  }

  #choose(number: number, index: number): void {
    const run = this.#inView()[number]?.name;
    if (this.#running || this.#promptLength === null || run === undefined) return;
    this.#chosen = { run, index };
    this.#look(number, index);
    this.#why.ask({ run, index });
    for (const one of this.#runsPlace.querySelectorAll<HTMLElement>(".generated")) {
      one.classList.toggle(
        "chosen",
        one.dataset["run"] === String(number) && one.dataset["index"] === String(index),
      );
    }
  }

  #takeColumn(ask: number, document: TraceDocument): void {
    const place = this.#why.answered(ask);
    const one = this.#runs.find((run) => run.name === place?.run)?.tokens[place?.index ?? -1];
    if (place === null || one === undefined) return;
    this.#why.show(place, one, document, this.#comparedAt(place));
  }

  /** The run of a token, with the one that it is compared with unless their texts differ before the token. */
  #comparedAt({ run, index }: Place): ComparedRuns {
    const names = this.#runs.map(({ name }) => name);
    const runs = comparedRuns(names, { shown: run, compared: this.#choice.compared });
    const pair = this.#runs.filter(({ name }) => runs?.order.includes(name));
    const apart = firstParting(partings(pair, runs?.compared ?? null));
    if (runs !== null && (apart === null || index <= apart)) return runs;
    return { shown: run, compared: null, order: [run] };
  }

  #closeWhy(): void {
    if (this.#why.element.hidden) return;
    this.#why.close();
    const chosen = this.#runsPlace.querySelector<HTMLElement>(".generated.chosen");
    chosen?.classList.remove("chosen");
    chosen?.focus();
    this.#chosen = null;
  }
}

function expectation({ ok, message, line }: ExpectDocument): HTMLElement {
  const verdict = h("span", { class: "hidden" }, ok ? " holds: " : " fails: ");
  return h(
    "li",
    { class: ok ? "ok" : "failed" },
    h("span", { class: "verdict" }, ok ? "✓" : "✗", verdict),
    h("span", {}, ...quoted(message)),
    h("span", { class: "quiet" }, `line ${line}`),
  );
}
