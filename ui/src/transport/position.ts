// Where playback is between two anchors. Plain values: playing must not touch what Svelte watches.

import type { Anchor } from "../bindings/Anchor";

export class Position {
  #anchor: Anchor | undefined;
  #heard = 0;

  /** Takes over what the engine says; `now` is the page's clock in milliseconds. */
  hear(anchor: Anchor, now: number) {
    this.#anchor = anchor;
    this.#heard = now;
  }

  get playing(): boolean {
    return this.#anchor?.playing ?? false;
  }

  /** The tick that sounds now, as a fraction. */
  tick(now: number): number {
    const anchor = this.#anchor;
    if (!anchor) return 0;
    if (!anchor.playing) return anchor.tick;
    const tick = anchor.tick + ((now - this.#heard) / 1000) * anchor.ticksPerSecond;
    const { loopFrom, loopTo } = anchor;
    const looped = loopFrom !== null && loopTo !== null && loopTo > loopFrom && anchor.tick < loopTo;
    return looped && tick >= loopTo ? loopFrom + ((tick - loopFrom) % (loopTo - loopFrom)) : tick;
  }
}
