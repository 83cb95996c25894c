// The trace panel's page.

import "../parts/base.css";
import "../parts/card/card.css";
import "../parts/column/column.css";
import "./trace.css";

import type { HostToTrace, TraceToHost } from "../../shared/messages.js";
import { connect } from "../parts/host.js";
import { type Kept, TraceView } from "./view.js";

const host = connect<{ in: HostToTrace; out: TraceToHost; kept: Kept }>((message) => view.receive(message));
const view = new TraceView(document.getElementById("root") ?? document.body, host);
host.post({ type: "ready" });
