// What views say in place of content: the server's state and the errors of questions, each with what the user can do
// about it. Wording only.

import * as vscode from "vscode";

import type { StateMessage } from "../shared/messages.js";
import { said, type Server } from "./server.js";

/** Why no question can be asked now; undefined if one can. */
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
        message: state.again ? "The server ended. It is starting again" : "Starting the server",
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

/** Why a question about a file failed. */
export function failure(error: unknown, server: Server, file: vscode.Uri): StateMessage {
  const gone = unavailable(server);
  if (gone !== undefined) return gone;
  const state = { type: "state", state: "error", message: sentence(said(error)) } as const;
  if (server.status.health === "warning") {
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
  if (hasErrors(file)) {
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

function hasErrors(file: vscode.Uri): boolean {
  const errors = vscode.DiagnosticSeverity.Error;
  return vscode.languages.getDiagnostics(file).some(({ severity }) => severity === errors);
}

/** As a sentence: a capital, unless the first word is a name such as `openai-community/gpt2`, and a stop. */
export function sentence(message: string): string {
  const isWord = /^[a-z]+(?=[\s,.:;!?]|$)/.test(message);
  const first = isWord ? message.charAt(0).toUpperCase() + message.slice(1) : message;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
