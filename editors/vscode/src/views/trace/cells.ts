// The text, the marks and the label of a heat map's cell, from a grid's numbers. No elements.

import type { RunGrid, TraceGrid } from "../../shared/grid.js";
import { probability } from "../parts/numbers.js";
import { spoken, visible } from "../parts/tokens.js";

export interface CellFacts {
  /** The prediction, with visible spaces. */
  text: string;
  p: number;
  kl: number;
  /** The top token is fixed from this row on. */
  settles: boolean;
  /** This row, or one below such a row. */
  settled: boolean;
  /** The compared run has another top token here. */
  differs: boolean;
  /** For a screen reader. */
  label: string;
}

/** One run of a grid, and the run that it is compared with, if any. */
export class Cells {
  readonly #texts: string[];
  readonly #spoken: string[];

  constructor(
    readonly grid: TraceGrid,
    readonly run: RunGrid,
    readonly other: RunGrid | null,
  ) {
    this.#texts = grid.vocabulary.map((word) => visible(word.token, word.bytes));
    this.#spoken = grid.vocabulary.map((word) => spoken(word.token, word.bytes));
  }

  get columns(): number {
    return this.run.tokens.length;
  }

  get rows(): number {
    return this.grid.layers.length;
  }

  tokenText(column: number): string {
    const token = this.run.tokens[column];
    return token === undefined ? "" : visible(token.text, token.bytes);
  }

  tokenLabel(column: number): string {
    const token = this.run.tokens[column];
    if (token === undefined) return "";
    return `position ${column}, ${spoken(token.text, token.bytes)}${token.start === null && column > 0 ? ", generated" : ""}`;
  }

  layerLabel(row: number): string {
    const layer = this.grid.layers[row] ?? row;
    return this.isOutput(row) ? `layer ${layer}, the model's output` : `layer ${layer}`;
  }

  /** Whether the row is the model's own output: the last layer. */
  isOutput(row: number): boolean {
    return this.grid.complete && row === this.rows - 1;
  }

  differs(column: number, row: number): boolean {
    if (this.other === null) return false;
    const at = column * this.rows + row;
    const there = this.other.guess[at];
    return there !== undefined && there !== this.run.guess[at];
  }

  facts(column: number, row: number): CellFacts {
    const at = column * this.rows + row;
    const place = this.run.guess[at] ?? -1;
    const p = this.run.p[at] ?? 0;
    const saturation = this.run.saturation[column] ?? this.rows;
    const settles = row === saturation;
    const settled = row >= saturation;
    const differs = this.differs(column, row);
    const marks = [settles ? "top token fixed from here on" : "", differs ? "differs between the runs" : ""];
    const said = place < 0 ? "not traced" : `${this.#spoken[place] ?? ""}, ${probability(p)}`;
    return {
      text: place < 0 ? "" : (this.#texts[place] ?? ""),
      p,
      kl: this.run.kl[at] ?? 0,
      settles,
      settled,
      differs,
      label: [said, ...marks].filter((part) => part !== "").join(", "),
    };
  }
}
