// Activation: puts the parts together and registers the commands. It stays quick: the language client is loaded when a
// server is started, which activation does not wait for, and no server is started before there is something to serve: a
// workspace with a prompt file activates the extension before a file is opened.

import * as vscode from "vscode";

import { Actions } from "./actions.js";
import { takeDrops } from "./drops.js";
import { Explorer } from "./explorer.js";
import { Foreign } from "./foreign.js";
import { Generation } from "./generation.js";
import { Health } from "./health.js";
import { Interventions } from "./interventions.js";
import { Marks } from "./marks.js";
import { Models } from "./models.js";
import { Parts } from "./parts.js";
import { LANGUAGE, NAMES_FILE, Prompts } from "./prompts.js";
import { Recent } from "./recent.js";
import { Runs } from "./runs.js";
import { Server } from "./server.js";
import { openSettingsFile } from "./settingsFile.js";
import { offerSnippets } from "./snippets.js";
import { showStatus } from "./status.js";
import { Stepping } from "./stepping.js";
import { showSurprise } from "./surprise.js";
import { TracePanel } from "./tracePanel.js";

/** How many steps a large one is. */
const LARGE = 10;

export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const { extensionUri, subscriptions } = context;
  const log = vscode.window.createOutputChannel("unembed", { log: true });
  const server = new Server(context, log);
  const prompts = new Prompts();
  const parts = new Parts(server, prompts);
  const recent = new Recent(context.workspaceState);
  const runs = new Runs(context.workspaceState);
  const interventions = new Interventions(server, prompts, parts);
  const health = new Health(log);
  const actions = new Actions(context, server, prompts, parts, health, interventions);
  const trace = new TracePanel({
    extension: extensionUri,
    server,
    prompts,
    parts,
    health,
    interventions,
    recent,
    runs,
    actions,
  });
  const explorer = new Explorer(extensionUri, server, prompts, parts, interventions, recent, actions);
  const openCard = (id?: string): Promise<void> => explorer.show({ section: "search", id });
  const generation = new Generation(extensionUri, server, prompts, parts, health, runs, actions, openCard);
  const models = new Models(server, prompts, parts, (work) => actions.telling(work));
  const stepping = new Stepping(interventions, prompts, parts, actions);
  const marks = new Marks(extensionUri, interventions);
  const all = [log, server, prompts, parts, health, recent, runs, interventions, actions, trace, explorer];
  subscriptions.push(...all, generation, stepping, marks);
  subscriptions.push(
    showStatus({ server, prompts, parts, health }),
    showSurprise(server),
    takeDrops(prompts, actions),
    offerSnippets(server, parts),
    new Foreign(server, context.workspaceState),
    startFor(server),
  );

  const openTrace = (): Promise<void> => trace.open();
  // The results of the commands of lenses and code actions are shown in the views.
  server.onCommand = (name, argument) => {
    const { id } = (argument ?? {}) as { id?: unknown };
    switch (name) {
      case "unembed.generate":
        void generation.open();
        return true;
      case "unembed.trace":
        void openTrace();
        return true;
      case "unembed.fetch":
        void actions.fetch(typeof id === "string" ? id : undefined);
        return true;
      case "unembed.vector":
        void openCard(typeof id === "string" ? id : undefined);
        return true;
      default:
        return false;
    }
  };

  const commands: Record<string, (...parameters: unknown[]) => unknown> = {
    openTrace,
    openTraceInEditor: () => trace.openBeside(),
    openGeneration: () => generation.open(),
    searchConcepts: () => explorer.show({ section: "search" }),
    toggleIntervention: (line) => stepping.toggle(numberOr(line)),
    stepUp: (line) => stepping.step(1, numberOr(line)),
    stepDown: (line) => stepping.step(-1, numberOr(line)),
    stepUpLarge: (line) => stepping.step(LARGE, numberOr(line)),
    stepDownLarge: (line) => stepping.step(-LARGE, numberOr(line)),
    nameVector: () => nameVector(prompts, interventions, actions),
    chooseModel: () => models.choose(),
    openSettingsFile: () => actions.telling(openSettingsFile),
    newPrompt: () => actions.newPrompt(),
    openExample: () => actions.openExample(),
    restartServer: () => server.restart(),
    showLog: () => log.show(),
    showProblem: () => showProblem(server, actions),
    openWalkthrough: () =>
      vscode.commands.executeCommand(
        "workbench.action.openWalkthrough",
        `${context.extension.id}#start`,
        false,
      ),
  };
  for (const [name, run] of Object.entries(commands)) {
    subscriptions.push(vscode.commands.registerCommand(`unembed.${name}`, run));
  }

  log.info(`Activated in ${(performance.now() - began).toFixed(1)} ms`);
}

export function deactivate(): void {
  // The context's subscriptions dispose of everything.
}

/** Starts the server for a document that it serves. Views and commands start it themselves. */
function startFor(server: Server): vscode.Disposable {
  const look = ({ languageId, uri }: vscode.TextDocument): void => {
    if (languageId === LANGUAGE || uri.path.endsWith(`/${NAMES_FILE}`)) void server.ensure();
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.workspace.onDidOpenTextDocument(look);
}

function numberOr(value: unknown): number | undefined {
  // A menu passes the file's URI.
  return typeof value === "number" ? value : undefined;
}

/** Names the vectors of the intervention on the cursor's line. */
async function nameVector(prompts: Prompts, interventions: Interventions, actions: Actions): Promise<void> {
  const { editor } = prompts;
  const line = (editor?.selection.active.line ?? 0) + 1;
  const known = editor === undefined ? undefined : interventions.of(editor.document);
  const ids = known?.interventions.find((one) => one.line === line)?.ids ?? [];
  if (ids.length === 0) {
    void vscode.window.showInformationMessage("unembed: Put the cursor on the line of an intervention.");
    return;
  }
  await actions.name(ids);
}

async function showProblem(server: Server, actions: Actions): Promise<void> {
  const { state } = server;
  if (state.kind !== "failed") return;
  const labels = state.actions.map((one) => one.label);
  const chosen = await vscode.window.showErrorMessage(`unembed: ${state.message} ${state.detail}`, ...labels);
  const action = state.actions.find((one) => one.label === chosen)?.action;
  if (action !== undefined) await actions.act(action);
}
