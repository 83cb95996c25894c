// Pictures of every view and state, to look at: `node tests/views/script.mjs shots` writes them into out/shots.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { launch } from "../chromium.js";
import { type OpenOptions, type Theme, View, type ViewName } from "./harness.js";
import { madeTrace } from "./made.js";
import {
  cardMessage,
  clusters,
  columnOf,
  generated,
  generatedInFour,
  heart,
  history,
  lines,
  noResults,
  pieces,
  results,
  started,
  traced,
  traceOf,
  traceOfFour,
  withFourRuns,
} from "./story.js";

const folder = join(import.meta.dirname, "../../out/shots");
mkdirSync(folder, { recursive: true });
const only = process.env["SHOT"] ?? "";
const THEMES: Theme[] = ["dark-modern", "light-modern", "high-contrast", "high-contrast-light"];
const browser = await launch();

async function shot(
  name: string,
  view: ViewName,
  options: OpenOptions,
  act: (view: View) => Promise<unknown>,
): Promise<void> {
  if (!name.includes(only)) return;
  const opened = await View.open(browser, view, options);
  await act(opened);
  await opened.page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
  try {
    await opened.close();
  } catch (error) {
    console.log(name, String(error));
  }
}

async function carded(view: View): Promise<void> {
  await traced(view, "history");
  await view.page.locator('.vector[data-id="L5D662"]').first().click();
  const { ask } = await view.waitSent("askCard");
  await view.send(cardMessage(ask));
  const next = columnOf("history").runs.map((run) => ({ run: run.name, next: run.positions[0]?.next ?? [] }));
  await view.send({ type: "preview", next });
}

for (const theme of THEMES) {
  await shot(`trace-heart-${theme}`, "trace", { theme }, (view) => traced(view, "heart"));
  await shot(`trace-card-${theme}`, "trace", { theme, width: 1280, height: 900 }, carded);
  await shot(`trace-made-${theme}`, "trace", { theme, width: 1200, height: 860 }, async (view) => {
    await view.send(madeTrace(200, 48));
    const { ask } = await view.waitSent("askColumn");
    await view.send({ type: "column", ask, document: columnOf("heart") });
  });
  await shot(`explorer-search-${theme}`, "explorer", { theme, width: 320, height: 700 }, async (view) => {
    await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
    await view.page.locator(".search-box").fill("illness");
    const { ask } = await view.waitSent("search");
    await view.send(results(ask));
    await view.page.locator(".item").nth(1).hover();
  });
  await shot(`explorer-card-${theme}`, "explorer", { theme, width: 340, height: 1250 }, async (view) => {
    await view.send({ type: "state", state: "ready" }, { type: "context", file: history, model: "starter" });
    await view.send({ type: "show", section: "recent", id: "L5D662" });
    const { ask } = await view.waitSent("askCard");
    await view.send(cardMessage(ask));
    if (theme.startsWith("light")) await view.page.getByRole("radio", { name: "cloud" }).click();
  });
  await shot(`generation-${theme}`, "generation", { theme, width: 900, height: 560 }, async (view) => {
    await view.send(started(), generated());
  });
}
const theme: Theme = "dark-modern";
// The panel as it opens in a window of 1440 by 900, in one of 700, and in one that is zoomed to 200 %.
for (const theme of THEMES.slice(0, 3)) {
  for (const [size, width, height] of [
    ["default", 1390, 265],
    ["sidebar", 1090, 265],
    ["700", 650, 265],
    ["zoomed", 670, 130],
    ["zoomed-sidebar", 420, 130],
  ] as const) {
    await shot(`trace-low-${size}-${theme}`, "trace", { theme, width, height }, (view) =>
      traced(view, "history"),
    );
  }
}
await shot(
  "trace-panel-both",
  "trace",
  { theme: "light-modern", width: 1500, height: 300, kept: { beside: true } },
  (view) => traced(view, "history"),
);
await shot("trace-panel-card", "trace", { theme, width: 1360, height: 330 }, carded);
await shot("trace-both", "trace", { theme, width: 1280, height: 900, kept: { beside: true } }, (view) =>
  traced(view, "history"),
);
await shot(
  "trace-both-narrow",
  "trace",
  { theme: "light-modern", width: 480, height: 900, kept: { beside: true } },
  (view) => traced(view, "heart"),
);
await shot("trace-narrow", "trace", { theme, width: 420, height: 800 }, (view) => traced(view, "heart"));
await shot("trace-card-narrow", "trace", { theme: "light-modern", width: 420, height: 900 }, carded);
await shot(
  "trace-both-made",
  "trace",
  { theme: "light-modern", width: 1400, height: 900, kept: { beside: true } },
  async (view) => {
    await view.send(madeTrace(200, 48));
  },
);
await shot("trace-stale", "trace", { theme }, async (view) => {
  await traced(view, "heart");
  await view.send({ type: "state", state: "stale" });
});
await shot("trace-keys", "trace", { theme: "light-modern" }, async (view) => {
  await traced(view, "heart");
  await view.page.getByRole("button", { name: "Keys" }).click();
});
await shot("trace-forced", "trace", { theme: "high-contrast", forcedColors: true }, (view) =>
  traced(view, "heart"),
);
await shot("trace-loading", "trace", { theme, width: 700, height: 420 }, (view) =>
  view.send({ type: "state", state: "loading", message: "Loading the model starter" }),
);
await shot("trace-empty", "trace", { theme: "light-modern", width: 700, height: 420 }, (view) =>
  view.send({
    type: "state",
    state: "empty",
    message: "No prompt file is open.",
    detail: "Open a .prompt file, and its trace is shown here as you write.",
    actions: [
      { action: "newPrompt", label: "New prompt file" },
      { action: "openExample", label: "Open an example" },
    ],
  }),
);
await shot("trace-error", "trace", { theme, width: 700, height: 420 }, (view) =>
  view.send({
    type: "state",
    state: "error",
    message: "The server ended with code 3 too often.",
    detail: "The extension started it again each time. Show the log for more.",
    actions: [
      { action: "restart", label: "Start it again" },
      { action: "showLog", label: "Show the log" },
    ],
  }),
);
await shot("trace-problems", "trace", { theme: "light-modern" }, async (view) => {
  const trace = traceOf("heart");
  await view.send({
    ...trace,
    grid: {
      ...trace.grid,
      problems: [
        {
          severity: "error",
          message: "L99D3 is not in starter: its value vectors are L0D0 to L5D1023",
          line: 7,
        },
      ],
    },
  });
  const { ask } = await view.waitSent("askColumn");
  await view.send({ type: "column", ask, document: columnOf("heart") });
});
await shot("trace-card-waiting", "trace", { theme }, async (view) => {
  await traced(view, "history");
  await view.page.locator('.vector[data-id="L5D662"]').first().click();
  await view.waitSent("askCard");
});
await shot("explorer-empty", "explorer", { theme, width: 300, height: 400 }, (view) =>
  view.send({ type: "state", state: "ready" }, { type: "context", file: null, model: "starter" }),
);
await shot("explorer-none", "explorer", { theme: "light-modern", width: 300, height: 400 }, async (view) => {
  await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
  await view.page.locator(".search-box").fill("zzqq");
  const { ask } = await view.waitSent("search");
  await view.send(noResults(ask));
});
await shot("explorer-building", "explorer", { theme, width: 300, height: 400 }, async (view) => {
  await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
  await view.send({
    type: "building",
    build: { model: "starter", done: 2310, all: 6144 },
  });
});
await shot("explorer-loading", "explorer", { theme, width: 300, height: 400 }, (view) =>
  view.send({ type: "state", state: "loading", message: "Starting the server" }),
);
await shot("explorer-clusters", "explorer", { theme, width: 300, height: 500 }, async (view) => {
  await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
  await view.page.getByRole("tab", { name: "Clusters" }).click();
  const { ask } = await view.waitSent("askClusters");
  await view.send(clusters(ask));
});
await shot(
  "explorer-cluster",
  "explorer",
  { theme: "light-modern", width: 300, height: 400 },
  async (view) => {
    await view.send({ type: "state", state: "ready" }, { type: "context", file: heart, model: "starter" });
    await view.page.getByRole("tab", { name: "Clusters" }).click();
    const { ask } = await view.waitSent("askClusters");
    await view.send(clusters(ask));
    await view.page.locator(".item").nth(2).click();
  },
);
await shot("explorer-card-locked", "explorer", { theme, width: 260, height: 700 }, async (view) => {
  await view.send(
    { type: "state", state: "ready" },
    { type: "context", file: null, model: "starter" },
    { type: "show", section: "recent", id: "L5D739" },
  );
  const { ask } = await view.waitSent("askCard");
  await view.send(cardMessage(ask, "card-heart"));
});
await shot("generation-streaming", "generation", { theme, width: 900, height: 420 }, (view) =>
  view.send(started(), ...pieces().slice(0, 24)),
);
await shot("generation-start", "generation", { theme: "light-modern", width: 900, height: 420 }, (view) =>
  view.send(started()),
);
await shot(
  "generation-tokens",
  "generation",
  { theme, width: 900, height: 760, kept: { form: "tokens" } },
  (view) => view.send(started(), generated()),
);
await shot("generation-narrow", "generation", { theme: "light-modern", width: 400, height: 700 }, (view) =>
  view.send(started(), generated()),
);
await shot("generation-cancelled", "generation", { theme: "light-modern", width: 900, height: 420 }, (view) =>
  view.send(started(), ...pieces().slice(0, 20), {
    type: "stopped",
    message: null,
  }),
);
await shot("generation-why", "generation", { theme, width: 900, height: 1100 }, async (view) => {
  await view.send(started(), generated());
  await view.page.locator('.generated[data-run="1"][data-index="1"]').click();
  const { ask } = await view.waitSent("askColumn");
  await view.send({ type: "column", ask, document: columnOf("history-generated") });
});
async function fourRuns(view: View): Promise<void> {
  await view.send(traceOfFour(), lines);
  const { ask } = await view.waitSent("askColumn");
  await view.send({ type: "column", ask, document: withFourRuns(columnOf("history")) });
}

for (const theme of ["dark-modern", "light-modern"] as const) {
  await shot(`trace-four-${theme}`, "trace", { theme, width: 1280, height: 900 }, fourRuns);
  await shot(
    `trace-four-beside-${theme}`,
    "trace",
    { theme, width: 1280, height: 900, kept: { beside: true } },
    fourRuns,
  );
  await shot(`generation-four-${theme}`, "generation", { theme, width: 900, height: 760 }, (view) =>
    view.send(started(), generatedInFour()),
  );
}
await shot("trace-four-panel", "trace", { theme, width: 1360, height: 330 }, fourRuns);
await shot("generation-four-wide", "generation", { theme, width: 1500, height: 560 }, (view) =>
  view.send(started(), generatedInFour()),
);
await shot("generation-four-narrow", "generation", { theme, width: 400, height: 1100 }, (view) =>
  view.send(started(), generatedInFour()),
);
await shot(
  "generation-four-tokens",
  "generation",
  { theme, width: 900, height: 760, kept: { form: "tokens" } },
  (view) => view.send(started(), generatedInFour()),
);
await shot(
  "generation-two-of-four",
  "generation",
  { theme, width: 900, height: 560, kept: { all: false } },
  (view) => view.send(started(), { ...generatedInFour(), choice: { shown: "weak", compared: "intervened" } }),
);
await browser.close();
