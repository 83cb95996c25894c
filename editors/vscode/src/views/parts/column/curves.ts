// Tracked tokens' probability as curves over the layers: a dash pattern for each token, labelled at its end and in the
// legend.

import type { TrackedDocument } from "../../../shared/api.js";
import { choice, h, svg, token } from "../dom.js";
import { probability } from "../numbers.js";
import { spoken, visible } from "../tokens.js";
import { apart, axis, type Scale } from "./axis.js";
import type { InView } from "./merge.js";

const STYLES = 6;
const HEIGHT = 150;
const EDGE = { top: 8, bottom: 26, left: 38, right: 92 };

interface Curve {
  tracked: TrackedDocument;
  style: number;
  run: string;
  /** Whether it is of the run on the right: the one that changed. */
  strong: boolean;
}

export class Curves {
  readonly element: HTMLElement;
  readonly #plot: HTMLElement;
  readonly #legend: HTMLElement;
  #scale: Scale;
  #curves: Curve[] = [];
  #layer: number | null = null;
  #width = 0;

  constructor(scale: Scale, changed: (scale: Scale) => void) {
    this.#scale = scale;
    this.#plot = h("div", { class: "plot" });
    this.#legend = h("ul", { class: "legend" });
    const scales = [
      { value: "linear" as const, text: "linear" },
      { value: "log" as const, text: "log" },
    ];
    const pick = choice("Scale of the curves", scales, scale, (value) => {
      this.#scale = value;
      changed(value);
      this.#draw();
    });
    this.element = h(
      "section",
      { class: "curves", "aria-label": "Tracked tokens over the layers" },
      h("div", { class: "heading" }, h("h3", {}, "Tracked tokens over the layers"), pick),
      this.#plot,
      this.#legend,
    );
    new ResizeObserver(() => {
      if (this.#plot.clientWidth !== this.#width) this.#draw();
    }).observe(this.#plot);
  }

  /** `layer` is marked on the axis. */
  show({ runs, full }: InView, layer: number | null): void {
    this.#curves = full.flatMap((run) =>
      run.position.tracked.map((tracked, index) => ({
        tracked,
        style: index % STYLES,
        run: run.name,
        strong: run.name !== runs[0]?.name,
      })),
    );
    this.#layer = layer;
    this.element.hidden = this.#curves.length === 0;
    this.#draw();
  }

  #draw(): void {
    const width = Math.max(220, this.#plot.clientWidth);
    this.#width = this.#plot.clientWidth;
    const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
    const values = this.#curves.map((c) => c.tracked.layers.flatMap((l) => [l.before, l.after]));
    const count = Math.max(2, ...values.map((list) => list.length));
    const scale = axis(this.#scale, Math.max(0, ...values.flat()));
    const x = (index: number): number => EDGE.left + (inner.width * index) / (count - 1);
    const y = (p: number): number => EDGE.top + inner.height * (1 - scale.at(p));
    const picture = svg("svg", {
      width,
      height: HEIGHT,
      role: "img",
      "aria-label": this.#summary(),
      focusable: "false",
    });
    for (const mark of scale.marks) {
      const at = EDGE.top + inner.height * (1 - mark.at);
      picture.append(
        svg("line", { class: "rule", x1: EDGE.left, x2: EDGE.left + inner.width, y1: at, y2: at }),
        svg("text", { class: "mark", x: EDGE.left - 6, y: at + 4, "text-anchor": "end" }, mark.text),
      );
    }
    this.#layerMarks(picture, count / 2, x, inner.height);
    const ends = this.#curves.map((_, index) => y(values[index]?.at(-1) ?? 0));
    // Of two runs the stronger curves are labelled; the legend has the thinner ones.
    const several = this.#severalRuns();
    const labelled = this.#curves.flatMap((curve, index) => (curve.strong || !several ? [index] : []));
    const heights = labelled.map((index) => ends[index] ?? 0);
    const labels = new Map(
      apart(heights, 13, EDGE.top + inner.height).map((height, at) => [labelled[at], height]),
    );
    this.#curves.forEach((curve, index) => {
      const list = values[index] ?? [];
      const points = list.map((p, at) => `${x(at).toFixed(1)},${y(p).toFixed(1)}`).join(" ");
      const kind = `curve style-${curve.style}${curve.strong ? " strong" : ""}`;
      const end = { x: x(list.length - 1), y: ends[index] ?? 0 };
      picture.append(
        svg("polyline", { class: kind, points }),
        svg("circle", {
          class: `end style-${curve.style}${curve.strong ? " strong" : ""}`,
          cx: end.x,
          cy: end.y,
          r: 3,
        }),
      );
      const labelY = labels.get(index);
      if (labelY === undefined) return;
      picture.append(
        svg("line", { class: "leader", x1: end.x + 4, y1: end.y, x2: end.x + 10, y2: labelY }),
        svg(
          "text",
          { class: "name", x: end.x + 13, y: labelY + 4 },
          clipped(visible(curve.tracked.token), 9),
        ),
      );
    });
    this.#plot.replaceChildren(picture);
    this.#drawLegend();
  }

  #layerMarks(picture: SVGElement, layers: number, x: (index: number) => number, height: number): void {
    const bottom = EDGE.top + height;
    const step = Math.max(1, Math.ceil(layers / 12));
    for (let layer = 0; layer < layers; layer += step) {
      picture.append(
        svg(
          "text",
          { class: "mark", x: x(layer * 2 + 1), y: bottom + 14, "text-anchor": "middle" },
          String(layer),
        ),
      );
    }
    picture.append(
      svg("text", { class: "mark", x: EDGE.left - 6, y: bottom + 14, "text-anchor": "end" }, "layer"),
    );
    if (this.#layer !== null && this.#layer < layers) {
      const at = x(this.#layer * 2 + 1);
      picture.append(svg("line", { class: "chosen-layer", x1: at, x2: at, y1: EDGE.top, y2: bottom }));
    }
  }

  #severalRuns(): boolean {
    return new Set(this.#curves.map((curve) => curve.run)).size > 1;
  }

  #drawLegend(): void {
    const several = this.#severalRuns();
    const items = this.#curves.map(({ tracked, style, run, strong }) => {
      const sample = svg("svg", { width: 28, height: 10, "aria-hidden": "true" });
      sample.append(
        svg("line", { class: `curve style-${style}${strong ? " strong" : ""}`, x1: 1, x2: 27, y1: 5, y2: 5 }),
      );
      const text = `${probability(tracked.p)} rank ${tracked.rank}`;
      return h(
        "li",
        {},
        sample,
        token(visible(tracked.token, tracked.bytes)),
        h("span", { class: "quiet" }, several ? `${run} ${text}` : text),
      );
    });
    this.#legend.replaceChildren(...items);
  }

  #summary(): string {
    const several = this.#severalRuns();
    const one = ({ tracked, run }: Curve): string => {
      const [from, to] = [tracked.layers[0]?.before ?? 0, tracked.layers.at(-1)?.after ?? 0];
      const name = `${spoken(tracked.token, tracked.bytes)}${several ? ` in ${run}` : ""}`;
      return `${name}: from ${probability(from)} to ${probability(to)}`;
    };
    return `Probability of tracked tokens over the layers. ${this.#curves.map(one).join("; ")}`;
  }
}

function clipped(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
