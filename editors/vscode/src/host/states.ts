// What views say while there is nothing to show: the server's state and the errors of questions, each with what can be
// done about it, in the views' words. Decides wording, shows nothing.

import * as vscode from "vscode";

import type { StateMessage } from "../shared/messages.js";
import { said, type Server } from "./server.js";

/** Why nothing can be asked now; undefined where it can. */
export function unavailable(server: Server): StateMessage | undefined {
  const { state } = server;
  switch (state.kind) {
    case "failed":
      return {
        type: "state",
        state: "error",
        message: state.message,
        detail: state.detail,
        actions: state.actions,
      };
    case "stopped":
      return { type: "state", state: "loading", message: "Starting the server" };
    case "starting":
      return {
        type: "state",
        state: "loading",
        message: state.again ? "The server was lost and is started again" : "Starting the server",
      };
    case "running":
      return undefined;
  }
}

export const noPrompt: StateMessage = {
  type: "state",
  state: "empty",
  message: "No prompt file is open.",
  detail: "Open a file that ends in .prompt, or begin with the example.",
  actions: [
    { action: "openExample", label: "Open the example" },
    { action: "newPrompt", label: "New prompt file" },
  ],
};

/** What a question came to nothing for. */
export function failure(error: unknown, server: Server): StateMessage {
  const gone = unavailable(server);
  if (gone !== undefined) return gone;
  const message = said(error);
  const state = { type: "state", state: "error", message: sentence(message) } as const;
  if (message.includes("models fetch")) {
    return {
      ...state,
      actions: vscode.workspace.isTrusted
        ? [
            { action: "fetch", label: "Fetch the model" },
            { action: "openSettings", label: "Open settings" },
          ]
        : [{ action: "trust", label: "Manage trust" }],
    };
  }
  if (message.includes("error") && /line|file/.test(message)) {
    return {
      ...state,
      actions: [
        { action: "showProblems", label: "Show problems" },
        { action: "retry", label: "Try again" },
      ],
    };
  }
  return {
    ...state,
    actions: [
      { action: "retry", label: "Try again" },
      { action: "showLog", label: "Show log" },
    ],
  };
}

/** As a sentence: a capital and a stop. */
export function sentence(message: string): string {
  const first = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
