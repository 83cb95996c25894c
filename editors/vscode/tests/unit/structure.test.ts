import { expect, test } from "vitest";

import { SCHEMA, type StructureDocument } from "../../src/shared/api.js";
import { Structures } from "../../src/host/structure.js";

const nothing = { line: 0, character: 0 };

function structure(version: number, model: string): StructureDocument {
  return {
    schema: SCHEMA,
    version,
    kind: "prompt",
    model,
    front_matter: null,
    keys: [],
    prompt: { start: nothing, end: nothing },
    runs: ["baseline"],
    interventions: [],
    names: [],
  };
}

/** A server that answers about the version that it has, which may be older than the editor's. */
class Server {
  version = 1;
  asked = 0;

  answer = (): Promise<StructureDocument> => {
    this.asked += 1;
    return Promise.resolve(structure(this.version, `model ${this.version}`));
  };
}

test("a version is asked for once", async () => {
  const server = new Server();
  const structures = new Structures(server.answer);
  const document = { version: 1 };
  const [one, two] = await Promise.all([structures.of(document), structures.of(document)]);
  expect(one).toBe(two);
  expect(await structures.of(document)).toBe(one);
  expect(server.asked).toBe(1);
});

test("a new version is asked for again", async () => {
  const server = new Server();
  const structures = new Structures(server.answer);
  const document = { version: 1 };
  await structures.of(document);
  document.version = server.version = 2;
  expect((await structures.of(document)).model).toBe("model 2");
  expect(server.asked).toBe(2);
});

test("an answer about an older text is not taken", async () => {
  const server = new Server();
  const structures = new Structures(() => {
    const answer = server.answer();
    // The server hears of the edit after the first question.
    server.version = 2;
    return answer;
  });
  expect((await structures.of({ version: 2 })).model).toBe("model 2");
  expect(server.asked).toBe(2);
});

test("a text that keeps changing is an error", async () => {
  const document = { version: 1 };
  const structures = new Structures(() => {
    document.version += 1;
    return Promise.resolve(structure(document.version - 1, "starter"));
  });
  await expect(structures.of(document)).rejects.toThrow("changes too fast");
});

test("after an error it is asked for again", async () => {
  const server = new Server();
  let fails = true;
  const structures = new Structures(() =>
    fails ? Promise.reject(new Error("The server is starting.")) : server.answer(),
  );
  const document = { version: 1 };
  await expect(structures.of(document)).rejects.toThrow("starting");
  fails = false;
  expect((await structures.of(document)).model).toBe("model 1");
});
