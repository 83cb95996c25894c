// What views say in place of content: the server's state and the errors of questions, each with what the user can do
// about it. Wording only.

import { basename } from "node:path";
import * as vscode from "vscode";

import type { ModelProblem } from "../shared/builds.js";
import type { StateMessage } from "../shared/messages.js";
import { said, type Server } from "./server.js";
import { sentence } from "./wording.js";

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

/** Why a question about a file failed. `problem` is that of the file's model. */
export function failure(
  error: unknown,
  server: Server,
  file: vscode.Uri,
  problem: ModelProblem | null,
): StateMessage {
  const gone = unavailable(server);
  if (gone !== undefined) return gone;
  const message = sentence(said(error));
  const state = { type: "state", state: "error", message, file: basename(file.path) } as const;
  if (problem !== null && !vscode.workspace.isTrusted) {
    return { ...state, actions: [{ action: "trust", label: "Manage trust" }] };
  }
  if (problem !== null) {
    const fetch = { action: "fetch", label: "Fetch the model" } as const;
    return {
      ...state,
      actions: [
        ...(problem.fetch === null ? [] : [fetch]),
        { action: "chooseModel", label: "Choose another model" },
        { action: "openSettingsFile", label: "Open settings file" },
      ],
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
