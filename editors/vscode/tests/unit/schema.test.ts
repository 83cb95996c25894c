import { expect, test } from "vitest";

import { SCHEMA } from "../../src/shared/api.js";
import { checked } from "../../src/shared/schema.js";

test("a document of this version is passed on as it is", () => {
  const document = { schema: SCHEMA, later: 1 };
  expect(checked(document)).toBe(document);
});

test("a document of another version is an error that says what to do", () => {
  expect(() => checked({ schema: 7 })).toThrow(
    `The server answers in schema 7, but this extension reads schema ${SCHEMA}. Update the extension, or the program in unembed.server.path.`,
  );
});

test.each([[null], [{ edits: [] }], ["text"]])("%j has no version to check", (result) => {
  expect(checked(result)).toBe(result);
});
