// Generated from server/syntax by `npm run keys`; do not edit.

/** The keys of a prompt file's front matter. */
export const FRONT_MATTER_KEYS: readonly string[] = [
  "model",
  "config",
  "bos",
  "interventions",
  "runs",
  "track",
  "expect",
];
