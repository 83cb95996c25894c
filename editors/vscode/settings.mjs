// Copies the server's settings into package.json: `npm run settings`. The server's tests compare the two.
import { readFileSync, writeFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const manifest = read("package.json");
const block = manifest.contributes.configuration.find((entry) => entry.title === "Server");
block.properties = read("../../config/vscode.json");
writeFileSync(new URL("package.json", import.meta.url), `${JSON.stringify(manifest, null, 2)}\n`);
