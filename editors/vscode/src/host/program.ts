// Which program serves the editor: the one that a setting names, the one that came with the extension, or the one on the
// PATH. Decides, and starts nothing; the surroundings come in from outside.

import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

export interface Surroundings {
  /** `unembed.server.path`, as the user set it. */
  configured: string;
  /** The folder that the extension is installed in. */
  extension: string;
  /** Whether the workspace is trusted. Where it is not, nothing is looked for on the PATH. */
  trusted: boolean;
  platform: NodeJS.Platform;
  path: string;
}

export type Found =
  | { found: true; program: string; origin: "setting" | "bundled" | "path" }
  | { found: false; message: string; detail: string };

/** Whether a file is there and may be run. */
export type IsProgram = (path: string) => Promise<boolean>;

export const isProgram: IsProgram = async (path) => {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

function home(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

export async function findProgram(around: Surroundings, exists: IsProgram = isProgram): Promise<Found> {
  const name = around.platform === "win32" ? "unembed.exe" : "unembed";
  const configured = home(around.configured.trim());
  if (configured !== "") {
    if (!isAbsolute(configured)) {
      return {
        found: false,
        message: `unembed.server.path is no absolute path: ${configured}`,
        detail: "Give the whole path of the program, from / or ~.",
      };
    }
    if (await exists(configured)) return { found: true, program: configured, origin: "setting" };
    return {
      found: false,
      message: `There is no program at ${configured}.`,
      detail: "Correct the setting unembed.server.path, or leave it empty.",
    };
  }
  const bundled = join(around.extension, "server", name);
  if (await exists(bundled)) return { found: true, program: bundled, origin: "bundled" };
  if (!around.trusted) {
    return {
      found: false,
      message: "There is no server for this restricted workspace.",
      detail: "Trust the workspace to use the unembed on your PATH, or name one in your own settings.",
    };
  }
  // A relative entry would be a folder of whatever workspace is open.
  for (const folder of around.path.split(delimiter).filter((f) => isAbsolute(f))) {
    const program = join(folder, name);
    if (await exists(program)) return { found: true, program, origin: "path" };
  }
  return {
    found: false,
    message: "The program unembed was not found.",
    detail: "Install it, so that it is on your PATH, or say where it is in unembed.server.path.",
  };
}
