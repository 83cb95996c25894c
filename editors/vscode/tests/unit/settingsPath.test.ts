import { expect, test } from "vitest";

import { settingsFile } from "../../src/host/settingsPath.js";

test.each<[NodeJS.Platform, Record<string, string>, string]>([
  ["linux", {}, "/home/me/.config/unembed/settings.toml"],
  ["linux", { XDG_CONFIG_HOME: "/etc/me" }, "/etc/me/unembed/settings.toml"],
  ["linux", { XDG_CONFIG_HOME: "not/absolute" }, "/home/me/.config/unembed/settings.toml"],
  ["darwin", { XDG_CONFIG_HOME: "/etc/me" }, "/home/me/Library/Application Support/unembed/settings.toml"],
])("on %s with %j", (platform, env, path) => {
  expect(settingsFile(platform, env, "/home/me")).toBe(path);
});
