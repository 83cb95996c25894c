// The trace of all positions as the heat map needs it: flat, small, quick to send to a page.
// The host makes it of a trace document with `top: 1, updates: 0`.

import type { GuessDocument, RunTokenDocument, TraceDocument } from "./api.js";

/** One run's cells. A cell's index is `position * layers + row`. */
export interface RunGrid {
  name: string;
  tokens: RunTokenDocument[];
  /** The top prediction after each layer, as an index into the grid's `vocabulary`; -1 where a position was not traced. */
  guess: number[];
  /** Its probability. */
  p: number[];
  /** How far each layer's FFN moved the prediction, in nats. */
  kl: number[];
  /** Per position, the row from which the final top prediction stays on top. */
  saturation: number[];
}

export interface TraceGrid {
  model: string;
  /** The layers of the rows, top to bottom. */
  layers: number[];
  /** Whether the last row is the model's own output. */
  complete: boolean;
  lens: string;
  vocabulary: Omit<GuessDocument, "p">[];
  runs: RunGrid[];
  problems: TraceDocument["problems"];
}

// Four digits are more than a cell shows, and half of what a float takes in a message.
const short = (value: number): number => Number(value.toPrecision(4));

export function gridOf(document: TraceDocument): TraceGrid {
  const layers =
    document.runs.flatMap((run) => run.positions.slice(0, 1))[0]?.layers.map((l) => l.layer) ?? [];
  const vocabulary: TraceGrid["vocabulary"] = [];
  const places = new Map<number, number>();
  const place = ({ id, token, bytes }: GuessDocument): number => {
    let at = places.get(id);
    if (at === undefined) {
      at = vocabulary.length;
      places.set(id, at);
      vocabulary.push({ id, token, ...(bytes === undefined ? {} : { bytes }) });
    }
    return at;
  };
  const runs = document.runs.map((run): RunGrid => {
    const cells = run.tokens.length * layers.length;
    const grid: RunGrid = {
      name: run.name,
      tokens: run.tokens,
      guess: new Array<number>(cells).fill(-1),
      p: new Array<number>(cells).fill(0),
      kl: new Array<number>(cells).fill(0),
      saturation: new Array<number>(run.tokens.length).fill(layers.length),
    };
    for (const position of run.positions) {
      const row = layers.indexOf(position.saturation);
      grid.saturation[position.position] = row < 0 ? layers.length : row;
      position.layers.forEach((layer, index) => {
        const cell = position.position * layers.length + index;
        const top = layer.after[0];
        if (top === undefined) return;
        grid.guess[cell] = place(top);
        grid.p[cell] = short(top.p);
        grid.kl[cell] = short(layer.kl);
      });
    }
    return grid;
  });
  return {
    model: document.model.name,
    layers,
    complete: layers.at(-1) === document.model.layers - 1,
    lens: document.lens,
    vocabulary,
    runs,
    problems: document.problems,
  };
}
