// The status bar's entry: the model that the file names, and how the server does. Says, and decides nothing.

import * as vscode from "vscode";

import type { Prompts } from "./prompts.js";
import { modelNamed } from "./prompt.js";
import type { Server } from "./server.js";

export function showStatus(server: Server, prompts: Prompts): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("unembed.status", vscode.StatusBarAlignment.Left, 0);
  item.name = "unembed";

  const show = (): void => {
    const look = lookOf(server, prompts.current);
    item.text = `$(${look.icon}) ${look.text}`;
    item.tooltip = tooltip(look.tooltip, server);
    item.accessibilityInformation = { label: `unembed: ${look.tooltip}`, role: "button" };
    item.backgroundColor = look.background === undefined ? undefined : new vscode.ThemeColor(look.background);
    item.command = look.command;
    if (prompts.current !== undefined || server.state.kind === "failed") item.show();
    else item.hide();
  };
  show();
  return vscode.Disposable.from(item, server.onChange(show), prompts.onSwitch(show), prompts.onEdit(show));
}

interface Look {
  icon: string;
  text: string;
  tooltip: string;
  background?: string;
  command: string;
}

function lookOf(server: Server, document: vscode.TextDocument | undefined): Look {
  const { state, status } = server;
  const named = document === undefined ? null : modelNamed(document.getText());
  const model = named ?? vscode.workspace.getConfiguration("unembed").get("models.default", "starter");
  const error = "statusBarItem.errorBackground";
  switch (state.kind) {
    case "stopped":
      return {
        icon: "circle-slash",
        text: "unembed",
        tooltip: "The server is not running.",
        command: "unembed.restartServer",
      };
    case "starting": {
      const tooltip = state.again ? "The server was lost and is started again." : "The server is starting.";
      return { icon: "loading~spin", text: "unembed", tooltip, command: "unembed.showLog" };
    }
    case "failed":
      return {
        icon: "error",
        text: "unembed",
        tooltip: `${state.message}\n\n${state.detail}`,
        background: error,
        command: "unembed.showProblem",
      };
    case "running":
      break;
  }
  const tooltip =
    status.message === "" || status.message === "ready" ? `Model: ${model}` : `${model}: ${status.message}`;
  const base = { text: model, tooltip, command: "unembed.showLog" };
  if (status.busy)
    return {
      ...base,
      icon: "loading~spin",
      text: status.message.startsWith("loading") ? `${model}: loading` : model,
    };
  if (status.health === "error") return { ...base, icon: "error", background: error };
  if (status.health === "warning")
    return { ...base, icon: "warning", background: "statusBarItem.warningBackground" };
  return { ...base, icon: "circuit-board" };
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
