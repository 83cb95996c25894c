// The status bar's entry: the model that the file names, and the server's state.

import * as vscode from "vscode";

import type { IndexBuild, Phase } from "../shared/api.js";
import { percentOf, phaseFor } from "../shared/builds.js";
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

export function showStatus(server: Server, prompts: Prompts, parts: Parts): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("unembed.status", vscode.StatusBarAlignment.Left, 0);
  item.name = "unembed";

  const show = (): void => {
    const look = lookOf(server, parts);
    item.text = `$(${look.icon}) ${look.text}`;
    item.tooltip = tooltip(look.tooltip, server);
    item.accessibilityInformation = { label: `unembed: ${look.tooltip}`, role: "button" };
    item.backgroundColor = look.background === undefined ? undefined : new vscode.ThemeColor(look.background);
    item.command = look.command;
    if (prompts.current !== undefined || server.state.kind === "failed") item.show();
    else item.hide();
  };
  show();
  return vscode.Disposable.from(item, server.onChange(show), prompts.onSwitch(show), parts.onModel(show));
}

interface Look {
  icon: string;
  text: string;
  tooltip: string;
  background?: string;
  command: string;
}

function lookOf(server: Server, parts: Parts): Look {
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
  const phase = phaseFor(status, parts.build);
  const does = ["loading", "indexing"].includes(phase) ? `${model}: ${phase}` : model;
  const says = status.busy || status.health !== "ok" ? `${model}: ${status.message}` : `Model: ${model}`;
  return {
    ...LOOKS[phase],
    text: does,
    tooltip: [says, ...server.builds.map(buildLine)].join("\n"),
    command: "unembed.showLog",
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
