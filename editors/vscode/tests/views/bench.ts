// How long the trace panel takes from its data to its first paint, and its frames while it scrolls:
// `node tests/views/script.mjs bench`. Prints a table; exits 1 if the first paint takes 150 ms or more.

import { launch } from "../chromium.js";
import { View } from "./harness.js";
import { madeTrace } from "./made.js";

const REPEATS = 5;
const LIMIT = 150;

interface Measured {
  /** The main thread's processor time: script, styles, layout, painting. It is the same on a busy machine. */
  thread: number;
  first: number;
  frames: number[];
}

const browser = await launch();

async function measure(tokens: number, layers: number, both: boolean): Promise<Measured> {
  const view = await View.open(browser, "trace", {
    width: 1400,
    height: 900,
    kept: both ? { beside: true } : {},
  });
  // As text, because a webview has to parse its messages.
  const text = JSON.stringify(madeTrace(tokens, layers));
  await view.page.evaluate((text) => {
    (window as unknown as { text: string }).text = text;
  }, text);
  const session = await view.page.context().newCDPSession(view.page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find((metric) => metric.name === "TaskDuration")?.value ?? 0);
  };
  const before = await spent();
  const first = await view.page.evaluate(async () => {
    const { text } = window as unknown as { text: string };
    const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    await frame();
    const start = performance.now();
    const data = JSON.parse(text) as unknown;
    window.dispatchEvent(new MessageEvent("message", { data }));
    // A task after the frame's callback runs when the frame was drawn.
    await frame();
    await new Promise<void>((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done();
      port2.postMessage(null);
    });
    return performance.now() - start;
  });
  const thread = (await spent()) - before;
  const frames = await view.page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    const map = document.querySelector(".heatmap");
    const frames: number[] = [];
    let last = await frame();
    for (let step = 1; step <= 60; step += 1) {
      map?.scrollTo(step * 90, (step * 13) % 600);
      const now = await frame();
      frames.push(now - last);
      last = now;
    }
    return frames;
  });
  await view.close();
  return { first, thread, frames };
}

const at = (list: number[], share: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))] ?? 0;
let failed = false;
console.log(
  "tokens x layers        first paint, median (worst), processor time  frames while scrolling: median, 95 %, worst",
);
for (const [tokens, layers, both] of [
  [200, 48, false],
  [200, 48, true],
  [1024, 48, false],
] as const) {
  const all: Measured[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) all.push(await measure(tokens, layers, both));
  const first = all.map((one) => one.first);
  const thread = at(
    all.map((one) => one.thread),
    0.5,
  );
  const frames = all.flatMap((one) => one.frames);
  const name = `${tokens} x ${layers}${both ? ", both runs" : ""}`;
  const paint = `${at(first, 0.5).toFixed(0)} ms (${Math.max(...first).toFixed(0)} ms), main thread ${thread.toFixed(0)} ms`;
  const scroll = [at(frames, 0.5), at(frames, 0.95), Math.max(...frames)]
    .map((ms) => `${ms.toFixed(1)} ms`)
    .join(", ");
  console.log(`${name.padEnd(22)} ${paint.padEnd(42)} ${scroll}`);
  if (tokens === 200 && at(first, 0.5) >= LIMIT) failed = true;
}
await browser.close();
process.exitCode = failed ? 1 : 0;
