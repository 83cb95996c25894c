import { expect, test } from "vitest";

import { Latest } from "../../src/host/latest.js";

/** Work that ends when the test says so. */
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

test("many requests during a run are one more run", async () => {
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
  // A request after the last run is another run.
  await new Promise(setImmediate);
  expect(job.begun()).toBe(2);
  latest.request();
  await third;
  expect(job.begun()).toBe(3);
});

test("work does not begin within the event that requested it", () => {
  const job = controlled();
  new Latest(job.work, never).request();
  expect(job.begun()).toBe(0);
});

test("an error is reported, and later requests still run", async () => {
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

test("nothing runs after dispose", async () => {
  const job = controlled();
  const latest = new Latest(job.work, never);
  latest.request();
  latest.dispose();
  latest.request();
  await new Promise(setImmediate);
  expect(job.begun()).toBe(0);
});
