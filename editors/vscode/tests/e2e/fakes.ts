// Programs that stand in for the server in states that the real one is seldom in: one that is too old, and one whose model
// loads for ever. Each is a script that Node runs; what it answers is all that it can.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const COMMANDS = ["generate", "trace", "search", "vector", "clusters", "name", "intervene", "interventions"];

/** Serves, but has no interventions to change. */
export function tooOld(folder: string): string {
  return program(folder, "old", { commands: COMMANDS.slice(0, 6), version: "0.0.1" });
}

/** Says that a model is loading, and answers nothing that needs it. */
export function loading(folder: string): string {
  return program(folder, "loading", {
    commands: COMMANDS,
    version: "0.1.0",
    status: { health: "ok", busy: true, message: "loading large" },
  });
}

/** Ends before it says anything. */
export function broken(folder: string): string {
  const path = join(folder, "broken");
  writeFileSync(path, "#!/bin/sh\necho 'no processor for this program' >&2\nexit 1\n");
  chmodSync(path, 0o755);
  return path;
}

interface Answers {
  commands: string[];
  version: string;
  status?: { health: string; busy: boolean; message: string };
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

/** Runs in the program, so it has nothing but what it is given. */
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
