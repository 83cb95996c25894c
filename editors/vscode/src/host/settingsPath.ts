// Where the program looks for the user's settings file, on each platform. Nothing is read here.

import { isAbsolute, join } from "node:path";

/** Where the program looks for it. `env` is the program's. */
export function settingsFile(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const named = platform === "win32" ? env["APPDATA"] : env["XDG_CONFIG_HOME"];
  const usual = {
    win32: join(home, "AppData", "Roaming"),
    darwin: join(home, "Library", "Application Support"),
  }[platform as string];
  // A relative folder does not count.
  const counts = platform !== "darwin" && named !== undefined && isAbsolute(named);
  return join(counts ? named : (usual ?? join(home, ".config")), "unembed", "settings.toml");
}
