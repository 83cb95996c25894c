import { homedir } from "node:os";

import { describe, expect, test } from "vitest";

import { findProgram, type Surroundings } from "../../src/host/program.js";

const around: Surroundings = {
  configured: "",
  extension: "/extension",
  trusted: true,
  platform: "linux",
  path: "/usr/bin:.:/opt/bin",
};

const only =
  (...paths: string[]) =>
  (path: string) =>
    Promise.resolve(paths.includes(path));

describe("which program is started", () => {
  test("the setting comes first", async () => {
    const everywhere = (): Promise<boolean> => Promise.resolve(true);
    expect(await findProgram({ ...around, configured: "/my/unembed" }, everywhere)).toMatchObject({
      program: "/my/unembed",
      origin: "setting",
    });
  });

  test("~ is the user's home", async () => {
    const program = `${homedir()}/unembed`;
    expect(await findProgram({ ...around, configured: "~/unembed" }, only(program))).toMatchObject({
      program,
    });
  });

  test("a missing program of the setting is not replaced by another", async () => {
    const found = await findProgram({ ...around, configured: "/my/unembed" }, only("/usr/bin/unembed"));
    expect(found).toMatchObject({ found: false, message: "There is no program at /my/unembed." });
  });

  test("a relative path could be in the workspace", async () => {
    const found = await findProgram({ ...around, configured: "bin/unembed" }, only("bin/unembed"));
    expect(found).toMatchObject({ found: false });
  });

  test("the bundled one comes before the PATH", async () => {
    const both = only("/extension/server/unembed", "/usr/bin/unembed");
    expect(await findProgram(around, both)).toMatchObject({ origin: "bundled" });
  });

  test("the PATH in its order, without relative entries", async () => {
    expect(await findProgram(around, only("unembed", "/opt/bin/unembed"))).toMatchObject({
      program: "/opt/bin/unembed",
      origin: "path",
    });
  });

  test("the PATH is not searched for a restricted workspace", async () => {
    const found = await findProgram({ ...around, trusted: false }, only("/usr/bin/unembed"));
    expect(found).toMatchObject({ found: false });
    const bundled = await findProgram({ ...around, trusted: false }, only("/extension/server/unembed"));
    expect(bundled).toMatchObject({ origin: "bundled" });
  });

  test("on Windows it has another name", async () => {
    const found = await findProgram({ ...around, platform: "win32" }, only("/extension/server/unembed.exe"));
    expect(found).toMatchObject({ origin: "bundled" });
  });
});
