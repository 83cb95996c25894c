// A program in place of the server that passes everything on to the real one, and lets a test ask questions in the same
// session: between two messages of the editor, so that the answer is about the text that the server holds.

import { chmodSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

import type { Commands } from "../../src/shared/api.js";

interface Reply {
  result?: unknown;
  error?: { message: string };
  /** The editor's last change of a document, as it was sent. */
  change: string;
}

/** Writes the program; `place` is its socket. */
export function relay(folder: string, program: string, place: string): string {
  const path = join(folder, "relay");
  const settings = JSON.stringify({ program, place });
  writeFileSync(path, `#!${process.execPath}\n(${pass.toString()})(${settings});\n`);
  chmodSync(path, 0o755);
  return path;
}

export class Tap {
  private readonly waiting: ((reply: Reply) => void)[] = [];
  private readonly lines: Interface;
  private readonly socket: ReturnType<typeof connect>;

  constructor(place: string) {
    this.socket = connect(place);
    this.lines = createInterface({ input: this.socket });
    this.lines.on("line", (line) => this.waiting.shift()?.(JSON.parse(line) as Reply));
  }

  /** Runs a command of the server; an error is its message. */
  async ask<Name extends keyof Commands>(
    command: Name,
    argument: Commands[Name]["arguments"],
  ): Promise<Commands[Name]["result"] | string> {
    const { result, error } = await this.send({ command, arguments: [argument] });
    return error === undefined ? (result as Commands[Name]["result"]) : error.message;
  }

  /** The editor's last change of a document, as it was sent. */
  async change(): Promise<string> {
    return (await this.send(null)).change;
  }

  close(): void {
    this.lines.close();
    this.socket.destroy();
  }

  private send(params: unknown): Promise<Reply> {
    const reply = new Promise<Reply>((resolve) => this.waiting.push(resolve));
    this.socket.write(`${JSON.stringify(params)}\n`);
    return reply;
  }
}

/** Runs in the program, so it can use only its arguments. */
function pass({ program, place }: { program: string; place: string }): void {
  /* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports */
  const { spawn } = require("node:child_process") as typeof import("node:child_process");
  const { createServer } = require("node:net") as typeof import("node:net");
  const lines = require("node:readline") as typeof import("node:readline");
  /* eslint-enable @typescript-eslint/no-require-imports, @typescript-eslint/consistent-type-imports */
  const child = spawn(program, process.argv.slice(2), { stdio: ["pipe", "pipe", "inherit"] });
  const open = new Map<string, (reply: object) => void>();
  let change = "";
  let asked = 0;
  /** Calls back with each whole message. */
  const frames = (stream: NodeJS.ReadableStream, each: (frame: Buffer, body: string) => void): void => {
    let buffer = Buffer.alloc(0);
    stream.on("data", (piece: Buffer) => {
      buffer = Buffer.concat([buffer, piece]);
      for (;;) {
        const head = buffer.indexOf("\r\n\r\n");
        const length = /Content-Length: (\d+)/i.exec(buffer.subarray(0, Math.max(head, 0)).toString())?.[1];
        const end = head + 4 + Number(length);
        if (head < 0 || buffer.length < end) return;
        const frame = buffer.subarray(0, end);
        buffer = buffer.subarray(end);
        each(frame, frame.subarray(head + 4).toString());
      }
    });
  };
  frames(process.stdin, (frame, body) => {
    if (body.includes('"method":"textDocument/didChange"')) change = body;
    child.stdin.write(frame);
  });
  frames(child.stdout, (frame, body) => {
    const { id, result, error } = JSON.parse(body) as { id?: unknown; result?: unknown; error?: unknown };
    const reply = open.get(String(id));
    if (reply === undefined) process.stdout.write(frame);
    else {
      open.delete(String(id));
      reply({ result, error });
    }
  });
  const server = createServer((socket) => {
    lines.createInterface({ input: socket }).on("line", (line) => {
      const answer = (reply: object): void => {
        socket.write(`${JSON.stringify({ ...reply, change })}\n`);
      };
      const params = JSON.parse(line) as object | null;
      if (params === null) {
        answer({});
        return;
      }
      asked += 1;
      const id = `relay-${asked}`;
      open.set(id, answer);
      const text = JSON.stringify({ jsonrpc: "2.0", id, method: "workspace/executeCommand", params });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    });
  });
  server.listen(place);
  process.stdin.on("end", () => child.stdin.end());
  child.on("exit", (code) => process.exit(code ?? 1));
}
