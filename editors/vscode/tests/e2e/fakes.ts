// Programs in place of the server, for states that are rare with the real one: one that is too old, and one whose model
// never finishes loading. Each is a script for Node.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { StatusParams } from "../../src/shared/api.js";
import { NEEDED } from "../../src/shared/needed.js";

const COMMANDS = NEEDED.map((name) => name.replace(/^unembed\./, ""));

/** Has no command to change interventions, and none of the newer ones. */
export function tooOld(folder: string): string {
  return program(folder, "old", { commands: COMMANDS.slice(0, 6), version: "0.0.1" });
}

/** Loads a model, and answers no command. */
export function loading(folder: string): string {
  return program(folder, "loading", {
    commands: COMMANDS,
    version: "0.1.0",
    status: { health: "ok", busy: true, message: "loading large", phase: "loading", subject: "large" },
  });
}

/** Ends before it answers. */
export function broken(folder: string): string {
  const path = join(folder, "broken");
  writeFileSync(path, "#!/bin/sh\necho 'no processor for this program' >&2\nexit 1\n");
  chmodSync(path, 0o755);
  return path;
}

interface Answers {
  commands: string[];
  version: string;
  status?: StatusParams;
}

function program(folder: string, name: string, answers: Answers): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!${process.execPath}\nconst answers = ${JSON.stringify(answers)};\n(${serve.toString()})(answers);\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** Runs in the program, so it can use only its arguments. */
function serve(answers: Answers): void {
  interface Message {
    id?: number;
    method?: string;
  }
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    process.stdout.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const receive = ({ id, method }: Message): void => {
    if (method === "initialize") {
      const executeCommandProvider = { commands: answers.commands.map((command) => `unembed.${command}`) };
      const serverInfo = { name: "unembed", version: answers.version };
      send({ id, result: { capabilities: { executeCommandProvider }, serverInfo } });
    } else if (method === "initialized" && answers.status !== undefined) {
      send({ method: "unembed/status", params: answers.status });
    } else if (method === "shutdown") {
      send({ id, result: null });
    } else if (method === "exit") {
      process.exit(0);
    }
  };
  let buffer = Buffer.alloc(0);
  process.stdin.on("data", (piece: Buffer) => {
    buffer = Buffer.concat([buffer, piece]);
    for (;;) {
      const head = buffer.indexOf("\r\n\r\n");
      const length = Number(
        /Content-Length: (\d+)/.exec(buffer.subarray(0, Math.max(head, 0)).toString())?.[1],
      );
      if (head < 0 || buffer.length < head + 4 + length) return;
      const text = buffer.subarray(head + 4, head + 4 + length).toString();
      buffer = buffer.subarray(head + 4 + length);
      receive(JSON.parse(text) as Message);
    }
  });
}
