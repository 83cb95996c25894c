// The generation view's page.

import "../parts/base.css";
import "../parts/column/column.css";
import "./generation.css";

import type { GenerationToHost, HostToGeneration } from "../../shared/messages.js";
import { connect } from "../parts/host.js";
import { GenerationView, type Kept } from "./view.js";

const host = connect<{ in: HostToGeneration; out: GenerationToHost; kept: Kept }>((message) =>
  view.receive(message),
);
const view = new GenerationView(document.getElementById("root") ?? document.body, host);
host.post({ type: "ready" });
