// Cards of value vectors for a view: asked for, remembered as recent, and asked for again when a vector may have a new
// name.

import type { CardMessage } from "../shared/messages.js";
import type { Recent } from "./recent.js";
import { said, type Server } from "./server.js";

/** Which model is meant: that of a file, or without one the default model. */
export interface About {
  uri?: string;
}

/** What a card is about. */
interface Question {
  about: About;
  id: string;
  /** The chosen token; the prompt's last where null. */
  position: number | null;
}

export class Cards {
  private last: Question | undefined;

  constructor(
    private readonly server: Server,
    private readonly recent: Recent,
  ) {}

  async ask(about: About, id: string, ask: number, position: number | null = null): Promise<CardMessage> {
    const message = await this.read({ about, id, position }, ask);
    this.recent.add(message.card);
    this.last = { about, id: message.card.id, position };
    return message;
  }

  /** The last card, without a question of the view; undefined if there was none or it cannot be had. */
  async again(about: About): Promise<CardMessage | undefined> {
    if (this.last === undefined) return undefined;
    try {
      return await this.read({ ...this.last, about }, 0);
    } catch (error) {
      this.server.log.debug(`The card of ${this.last.id} was not read again: ${said(error)}`);
      return undefined;
    }
  }

  private async read(question: Question, ask: number): Promise<CardMessage> {
    const { about, id } = question;
    const [card, strength] = await Promise.all([
      this.server.ask("unembed.vector", { ...about, id }),
      this.strength(question),
    ]);
    return { type: "card", ask, card, strength };
  }

  /** A file that cannot be run has none; its card is shown all the same. */
  private async strength({ about, id, position }: Question): Promise<number | null> {
    if (about.uri === undefined) return null;
    try {
      const at = position === null ? {} : { position };
      const { strengths } = await this.server.ask("unembed.strengths", { ...about, target: id, ...at });
      return strengths[0]?.value ?? null;
    } catch (error) {
      this.server.log.debug(`No strength is offered for ${id}: ${said(error)}`);
      return null;
    }
  }
}
