// Hearing the candidate on whose card the pointer rests. What begins with the pointer ends with it, and nothing is left of it.

import { studio } from "../app/studio.svelte";
import { transport } from "../transport/transport.svelte";
import { variations } from "./variations.svelte";

/** So many milliseconds the pointer is on a card before that is heard: who only crosses the panel hears nothing. */
export const PATIENCE = 300;

type Place = Pick<PointerEvent, "clientX" | "clientY">;

class Hover {
  /** Where the pointer came upon the card, until it moves on it: cards may appear, or be scrolled, below a pointer at rest. */
  #entered: Place | null = null;
  #card = -1;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** The start of playing that was the pointer's. */
  #start = $state(-1);
  /** How what it began is ended. */
  #end: (() => Promise<void>) | null = null;
  #turns: Promise<void> = Promise.resolve();

  /** What plays began with the pointer. */
  get plays(): boolean {
    return transport.playing && transport.starts === this.#start;
  }

  /** Whether the pointer is on this card. */
  under(card: number): boolean {
    return this.#card === card;
  }

  enter({ clientX, clientY }: Place) {
    this.#entered = { clientX, clientY };
  }

  move({ clientX, clientY, buttons }: Place & Pick<PointerEvent, "buttons">, card: number) {
    const from = this.#entered;
    if (!from || buttons || (from.clientX === clientX && from.clientY === clientY)) return;
    this.#entered = null;
    this.#card = card;
    this.#waiting = setTimeout(() => (this.#turns = this.#turns.then(() => this.#hear(card))), PATIENCE);
  }

  /** Who presses a button says what is to be heard. */
  press() {
    this.#entered = null;
    clearTimeout(this.#waiting);
  }

  leave() {
    this.press();
    this.#card = -1;
    this.#turns = this.#turns.then(() => this.#end?.());
  }

  /** What plays goes on without the pointer; answers whether it was the pointer's. */
  keep(): boolean {
    const { plays } = this;
    if (plays) this.#forget();
    return plays;
  }

  #forget() {
    this.#start = -1;
    this.#end = null;
  }

  /** While it plays, the other candidate is heard at the same place; at rest, this one from its first bar, round and round. */
  async #hear(card: number) {
    if (this.#card !== card || transport.counting) return;
    if (transport.playing) return card === variations.shown ? undefined : variations.show(card);
    const [tick, free] = [transport.position.tick(performance.now()), !transport.loop];
    await variations.audition(card);
    const start = (this.#start = transport.starts);
    this.#end = async () => {
      this.#forget();
      // Somebody has had something else play since.
      if (transport.starts !== start) return;
      await studio.ask(transport.stop(), undefined);
      if (free) await variations.unloop();
      await studio.ask(transport.seek(tick), undefined);
    };
  }
}

export const hover = new Hover();
