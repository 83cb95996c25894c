// The one check of what comes from the server: that it speaks this extension's version of the schema.

import { SCHEMA } from "./api.js";

/** Returns the result of a command as it is. Throws if it is a document of another version of the schema. */
export function checked<T>(result: T): T {
  if (typeof result !== "object" || result === null || !("schema" in result)) return result;
  if (result.schema !== SCHEMA) {
    throw new Error(
      `The server answers in schema ${String(result.schema)}, but this extension reads schema ${SCHEMA}. Update the extension, or the program in unembed.server.path.`,
    );
  }
  return result;
}
