// Cards of value vectors for a view that shows them: what is read about one, remembered as recent, and read again when it
// may have got a name.

import { readVector, type VectorDocument } from "../shared/documents.js";
import type { CardMessage } from "../shared/messages.js";
import type { Recent } from "./recent.js";
import { said, type Server } from "./server.js";

/** Whose model is meant: a file's, or where there is none the one that files mean which name none. */
export interface About {
  uri?: string;
}

export class Cards {
  /** The value vector whose card was asked for last. */
  private last: string | undefined;

  constructor(
    private readonly server: Server,
    private readonly recent: Recent,
  ) {}

  async ask(about: About, id: string, ask: number): Promise<CardMessage> {
    const card = await this.read(about, id);
    this.recent.add(card);
    this.last = card.id;
    return { type: "card", ask, card };
  }

  /** The last one, which nobody asked for again; nothing where there was none or it cannot be read. */
  async again(about: About): Promise<CardMessage | undefined> {
    const id = this.last;
    if (id === undefined) return undefined;
    try {
      return { type: "card", ask: 0, card: await this.read(about, id) };
    } catch (error) {
      this.server.log.debug(`The card of ${id} is not told anew: ${said(error)}`);
      return undefined;
    }
  }

  private async read(about: About, id: string): Promise<VectorDocument> {
    return readVector(await this.server.ask("unembed.vector", { ...about, id }));
  }
}
