// The server's commands that this extension sends. A server without one of them is too old.

import type { Commands } from "./api.js";

export const NEEDED: readonly (keyof Commands)[] = [
  "unembed.generate",
  "unembed.trace",
  "unembed.search",
  "unembed.vector",
  "unembed.clusters",
  "unembed.name",
  "unembed.intervene",
  "unembed.interventions",
  "unembed.structure",
  "unembed.strengths",
  "unembed.check_name",
  "unembed.choose",
];
