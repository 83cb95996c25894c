import { expect, test } from "vitest";

import { Latest } from "../../src/host/latest.js";

/** Work that ends when it is told to. */
function controlled(): {
  work: () => Promise<void>;
  begun: () => number;
  end: () => void;
  beginning: () => Promise<void>;
} {
  let begun = 0;
  let ends: (() => void)[] = [];
  let starts: (() => void)[] = [];
  return {
    work: () => {
      begun += 1;
      for (const start of starts) start();
      starts = [];
      return new Promise((resolve) => ends.push(resolve));
    },
    begun: () => begun,
    end: () => {
      for (const end of ends) end();
      ends = [];
    },
    beginning: () => new Promise((resolve) => starts.push(resolve)),
  };
}

const never = (error: unknown): void => {
  throw error;
};

test("many requests while it runs are one more run", async () => {
  const job = controlled();
  const latest = new Latest(job.work, never);
  const first = job.beginning();
  latest.request();
  latest.request();
  await first;
  expect(job.begun()).toBe(1);
  for (let i = 0; i < 5; i += 1) latest.request();
  const second = job.beginning();
  job.end();
  await second;
  expect(job.begun()).toBe(2);
  const third = job.beginning();
  job.end();
  // A request after everything has ended is a run of its own.
  await new Promise(setImmediate);
  expect(job.begun()).toBe(2);
  latest.request();
  await third;
  expect(job.begun()).toBe(3);
});

test("it does not begin within the event that asked for it", () => {
  const job = controlled();
  new Latest(job.work, never).request();
  expect(job.begun()).toBe(0);
});

test("an error is told, and does not end it", async () => {
  const errors: unknown[] = [];
  let runs = 0;
  const told = new Promise<void>((resolve) => {
    const latest = new Latest(
      () => {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error("once")) : Promise.resolve().then(resolve);
      },
      (error) => {
        errors.push(error);
        latest.request();
      },
    );
    latest.request();
  });
  await told;
  expect(errors).toEqual([new Error("once")]);
  expect(runs).toBe(2);
});

test("nothing begins after its end", async () => {
  const job = controlled();
  const latest = new Latest(job.work, never);
  latest.request();
  latest.dispose();
  latest.request();
  await new Promise(setImmediate);
  expect(job.begun()).toBe(0);
});
