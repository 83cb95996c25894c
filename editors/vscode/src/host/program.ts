// Which program serves the editor: the one of the setting, the one in the extension, or the one on the PATH. What the
// decision depends on is passed in. The server is not started here.

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

export interface Surroundings {
  /** `unembed.server.path`, as the user set it. */
  configured: string;
  /** The folder that the extension is installed in. */
  extension: string;
  /** Whether the workspace is trusted. Without trust the PATH is not searched. */
  trusted: boolean;
  platform: NodeJS.Platform;
  path: string;
}

export type Found =
  | { found: true; program: string; origin: "setting" | "bundled" | "path" }
  | { found: false; message: string; detail: string };

/** Whether a file exists and may be run. */
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
        message: `unembed.server.path is not an absolute path: ${configured}`,
        detail: "Write the whole path of the program, from / or ~.",
      };
    }
    if (await exists(configured)) return { found: true, program: configured, origin: "setting" };
    return {
      found: false,
      message: `There is no program at ${configured}.`,
      detail: "Correct the setting unembed.server.path, or clear it.",
    };
  }
  const bundled = join(around.extension, "server", name);
  if (await exists(bundled)) return { found: true, program: bundled, origin: "bundled" };
  if (!around.trusted) {
    return {
      found: false,
      message: "There is no server for this restricted workspace.",
      detail:
        "Trust the workspace to use the program on your PATH, or set unembed.server.path in your user settings.",
    };
  }
  // A relative entry would be a folder of the open workspace.
  for (const folder of around.path.split(delimiter).filter((f) => isAbsolute(f))) {
    const program = join(folder, name);
    if (await exists(program)) return { found: true, program, origin: "path" };
  }
  return {
    found: false,
    message: "The program unembed was not found.",
    detail: "Install it on your PATH, or write its path in unembed.server.path.",
  };
}

/** Milliseconds for a short command of the program. */
const PATIENCE = 10_000;

export interface Run {
  program: string;
  environment: Readonly<Record<string, string>>;
  folder: string | undefined;
}

/** What the program prints; an error has the last line of its own words. */
export async function output(run: Run, parameters: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(run.program, [...parameters], {
      cwd: run.folder,
      env: { ...process.env, ...run.environment },
      timeout: PATIENCE,
    });
    return stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(stderr?.trim().split("\n").at(-1) ?? String(error), { cause: error });
  }
}
