// Where the parts of a prompt file are, as the server says, remembered for each version of the text.

import type { StructureDocument } from "../shared/api.js";

/** A file's text, as the editor has it. */
export interface Versioned {
  readonly version: number;
}

/** So often the question is asked again if the text changed meanwhile. */
const TRIES = 3;

export class Structures<Document extends Versioned> {
  private readonly known = new WeakMap<Document, { version: number; answer: Promise<StructureDocument> }>();

  constructor(private readonly ask: (document: Document) => Promise<StructureDocument>) {}

  /** The structure of the text as it is now. */
  async of(document: Document): Promise<StructureDocument> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { version } = document;
      const structure = await this.at(document, version);
      // An event of the editor may reach this extension before it reaches the server.
      const current = structure.version === null || structure.version === version;
      if (current && document.version === version) return structure;
      if (!current) this.forget(document, version);
    }
    throw new Error("The file changes too fast. Try again.");
  }

  private at(document: Document, version: number): Promise<StructureDocument> {
    const known = this.known.get(document);
    if (known?.version === version) return known.answer;
    const answer = this.ask(document);
    this.known.set(document, { version, answer });
    answer.catch(() => this.forget(document, version));
    return answer;
  }

  private forget(document: Document, version: number): void {
    if (this.known.get(document)?.version === version) this.known.delete(document);
  }
}
