// Verovio's thread, as the window sees it: one order after the other, the same ink only once.

import { m } from "../paraglide/messages";
import type { Order } from "./verovio";
import type { Delivery } from "./worker";
import type { Ink } from "./ink";

/** So many systems are kept, so that undo and a look at other candidates cost nothing. */
const KEPT = 160;

type Waiting = { order: Order; wanted: () => boolean; done: (delivery: Delivery | null) => void };

class Engraver {
  #worker: Worker | null = null;
  #queue: Waiting[] = [];
  #busy: Waiting | null = null;
  #number = 0;
  readonly #kept = new Map<string, Ink>();

  /** Starts the thread before it is needed. */
  warm() {
    if (this.#worker) return;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Delivery>) => this.#delivered(data);
    this.#worker.onerror = (event) => this.#delivered({ number: this.#busy?.order.number ?? -1, ink: null, reason: event.message || m.score_no_engraver() });
  }

  #before(key: string): Ink | undefined {
    const ink = this.#kept.get(key);
    if (ink) {
      this.#kept.delete(key);
      this.#kept.set(key, ink);
    }
    return ink;
  }

  /** Engraves a system, an urgent one before all others; null if by its turn it is not `wanted` any more. Fails with Verovio's reason. */
  async engrave(order: Omit<Order, "number">, wanted: () => boolean, urgent = false): Promise<Ink | null> {
    const key = `${order.width} ${order.text}`;
    const before = this.#before(key);
    if (before) return before;
    const delivery = await new Promise<Delivery | null>((done) => {
      const waiting = { order: { ...order, number: this.#number++ }, wanted, done };
      if (urgent) this.#queue.unshift(waiting);
      else this.#queue.push(waiting);
      this.#next();
    });
    if (!delivery) return null;
    if (!delivery.ink) throw new Error(m.score_not_engraved({ reason: delivery.reason }));
    this.#kept.set(key, delivery.ink);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value ?? "");
    return delivery.ink;
  }

  #next() {
    while (!this.#busy && this.#queue.length) {
      const next = this.#queue.shift();
      if (!next) return;
      if (!next.wanted()) next.done(null);
      else {
        this.#busy = next;
        this.warm();
        this.#worker?.postMessage(next.order);
      }
    }
  }

  #delivered(delivery: Delivery) {
    // Whatever it choked on, the next order finds a thread that has not.
    if (!delivery.ink) {
      this.#worker?.terminate();
      this.#worker = null;
    }
    if (this.#busy && this.#busy.order.number === delivery.number) {
      this.#busy.done(delivery);
      this.#busy = null;
    }
    this.#next();
  }
}

export const engraver = new Engraver();
