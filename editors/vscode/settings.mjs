// Takes what the server says of its settings over into package.json: `npm run settings`. The server's own tests hold the
// two against each other.
import { readFileSync, writeFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const manifest = read("package.json");
const block = manifest.contributes.configuration.find((entry) => entry.title === "Server");
block.properties = read("../../config/vscode.json");
writeFileSync(new URL("package.json", import.meta.url), `${JSON.stringify(manifest, null, 2)}\n`);
