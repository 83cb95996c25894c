// The concept explorer's page.

import "../parts/base.css";
import "../parts/card/card.css";
import "./explorer.css";

import type { ExplorerToHost, HostToExplorer } from "../../shared/messages.js";
import { connect } from "../parts/host.js";
import { ExplorerView, type Kept } from "./view.js";

const host = connect<{ in: HostToExplorer; out: ExplorerToHost; kept: Kept }>((message) =>
  view.receive(message),
);
const view = new ExplorerView(document.getElementById("root") ?? document.body, host);
host.post({ type: "ready" });
