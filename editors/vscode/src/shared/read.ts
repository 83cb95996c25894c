// Readers: what came over a wire becomes a typed value, or an error that says which field was wrong.
// Tolerant: unknown fields are left behind, a missing field that has a default is that default. No document's shape here.

export type Reader<T> = (value: unknown, path: string) => T;

/** What was read is not what it should be; the message names the field. */
export class ReadError extends Error {
  constructor(path: string, expected: string, value: unknown) {
    super(`${path === "" ? "the answer" : path} should be ${expected}, and is ${nameOf(value)}`);
    this.name = "ReadError";
  }
}

function nameOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object"
    ? "an object"
    : `the ${typeof value} ${JSON.stringify(value).slice(0, 40)}`;
}

export const string: Reader<string> = (value, path) => {
  if (typeof value !== "string") throw new ReadError(path, "a string", value);
  return value;
};

export const number: Reader<number> = (value, path) => {
  if (typeof value !== "number" || Number.isNaN(value)) throw new ReadError(path, "a number", value);
  return value;
};

export const boolean: Reader<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new ReadError(path, "true or false", value);
  return value;
};

/** Anything, as it came. */
export const anything: Reader<unknown> = (value) => value;

export function list<T>(item: Reader<T>): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ReadError(path, "a list", value);
    return value.map((one: unknown, index) => item(one, `${path}[${String(index)}]`));
  };
}

/** `null` where it is null or missing. */
export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, path) => (value === undefined || value === null ? null : reader(value, path));
}

/** `otherwise` where it is missing or null. */
export function withDefault<T>(reader: Reader<T>, otherwise: T): Reader<T> {
  return (value, path) => (value === undefined || value === null ? otherwise : reader(value, path));
}

/** One of these strings; `otherwise`, where given, for every other value. */
export function oneOf<const T extends string>(values: readonly T[], otherwise?: T): Reader<T> {
  return (value, path) => {
    const found = values.find((one) => one === value);
    if (found !== undefined) return found;
    if (otherwise !== undefined) return otherwise;
    throw new ReadError(path, `one of ${values.join(", ")}`, value);
  };
}

type Fields = Record<string, Reader<unknown>>;
type Read<F extends Fields> = { [K in keyof F]: F[K] extends Reader<infer T> ? T : never };

/** An object with these fields. */
export function object<F extends Fields>(fields: F): Reader<Read<F>> {
  const entries = Object.entries(fields);
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ReadError(path, "an object", value);
    }
    const from = new Map<string, unknown>(Object.entries(value));
    const read: Record<string, unknown> = {};
    for (const [name, reader] of entries) {
      read[name] = reader(from.get(name), path === "" ? name : `${path}.${name}`);
    }
    // Every field was read by its own reader.
    return read as Read<F>;
  };
}
