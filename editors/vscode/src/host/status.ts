// The status bar's entry: the model that the active file names, what the server does for it, and its problem. A click
// chooses another model. The state of other files' models does not show here.

import * as vscode from "vscode";

import type { IndexBuild, Phase } from "../shared/api.js";
import { percentOf, phaseFor } from "../shared/builds.js";
import type { Health } from "./health.js";
import type { Parts } from "./parts.js";
import type { Prompts } from "./prompts.js";
import type { Server } from "./server.js";

const LOOKS: Record<Phase, { icon: string; background?: string }> = {
  loading: { icon: "loading~spin" },
  indexing: { icon: "loading~spin" },
  working: { icon: "loading~spin" },
  ready: { icon: "circuit-board" },
  failed: { icon: "error", background: "statusBarItem.errorBackground" },
  missing: { icon: "warning", background: "statusBarItem.warningBackground" },
};

interface Around {
  server: Server;
  prompts: Prompts;
  parts: Parts;
  health: Health;
}

export function showStatus(around: Around): vscode.Disposable {
  const { server, prompts, parts, health } = around;
  const item = vscode.window.createStatusBarItem("unembed.status", vscode.StatusBarAlignment.Left, 0);
  item.name = "unembed";

  const show = (): void => {
    const look = lookOf(around);
    item.text = `$(${look.icon}) ${look.text}`;
    item.tooltip = tooltip(look.tooltip, server);
    item.accessibilityInformation = { label: `unembed: ${look.tooltip}`, role: "button" };
    item.backgroundColor = look.background === undefined ? undefined : new vscode.ThemeColor(look.background);
    item.command = look.command;
    if (prompts.current !== undefined || server.state.kind === "failed") item.show();
    else item.hide();
  };
  show();
  const listening = [
    server.onChange(show),
    prompts.onSwitch(show),
    parts.onModel(show),
    health.onChange(show),
  ];
  return vscode.Disposable.from(item, ...listening);
}

interface Look {
  icon: string;
  text: string;
  tooltip: string;
  background?: string;
  command: string;
}

function lookOf({ server, prompts, parts, health }: Around): Look {
  const { state, status } = server;
  switch (state.kind) {
    case "stopped":
      return {
        icon: "circle-slash",
        text: "unembed",
        tooltip: "The server is not running.",
        command: "unembed.restartServer",
      };
    case "starting": {
      const tooltip = state.again ? "The server ended. It is starting again." : "The server is starting.";
      return { icon: "loading~spin", text: "unembed", tooltip, command: "unembed.showLog" };
    }
    case "failed":
      return {
        icon: "error",
        text: "unembed",
        tooltip: `${state.message}\n\n${state.detail}`,
        background: "statusBarItem.errorBackground",
        command: "unembed.showProblem",
      };
    case "running":
      break;
  }
  const model = parts.model ?? parts.defaultModel;
  const problem = health.of(prompts.current?.uri);
  const { build } = parts;
  const phase = phaseFor(status, { model: parts.naming, build, problem });
  const does = ["loading", "indexing"].includes(phase) ? `${model}: ${phase}` : model;
  const works = phase === "loading" || phase === "working";
  const says = works ? `${model}: ${status.message}` : (problem?.message ?? `Model: ${model}`);
  return {
    ...LOOKS[phase],
    text: does,
    tooltip: build === null ? says : `${says}\n${buildLine(build)}`,
    command: "unembed.chooseModel",
  };
}

function buildLine(build: IndexBuild): string {
  const percent = percentOf(build);
  return `Building the index of ${build.model}${percent === null ? "" : `: ${percent} %`}`;
}

function tooltip(text: string, server: Server): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(undefined, true);
  markdown.isTrusted = { enabledCommands: ["unembed.restartServer", "unembed.showLog"] };
  markdown.appendText(text);
  if (server.state.kind === "running") markdown.appendMarkdown(`\n\nunembed ${server.state.version}`);
  markdown.appendMarkdown(
    "\n\n[Restart server](command:unembed.restartServer) · [Show log](command:unembed.showLog)",
  );
  return markdown;
}
