// The engine's dice (score::command::humanize), so that what humanizing will give can be shown beforehand.

const WORD = (1n << 64n) - 1n;

/** splitmix64 (Steele, Lea and Flood 2014; constants of Vigna's splitmix64.c). */
export class Dice {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = seed & WORD;
  }

  /** The dice of a note under a seed. */
  static of(seed: number, id: number): Dice {
    return new Dice(new Dice(BigInt(id) << 1n).next() ^ BigInt(seed));
  }

  next(): bigint {
    this.#state = (this.#state + 0x9e37_79b9_7f4a_7c15n) & WORD;
    let bits = this.#state;
    bits = ((bits ^ (bits >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & WORD;
    bits = ((bits ^ (bits >> 27n)) * 0x94d0_49bb_1331_11ebn) & WORD;
    return bits ^ (bits >> 31n);
  }

  /** A number from -most to most, the rarer the farther from 0. */
  aroundZero(most: number): number {
    const faces = BigInt(2 * most + 1);
    const even = () => Number((this.next() * faces) >> 64n) - most;
    return Math.trunc((even() + even()) / 2);
  }
}

/** A note's velocity after humanizing by at most so much. */
export const varied = (id: number, velocity: number, most: number, seed: number) => Math.min(127, Math.max(1, velocity + Dice.of(seed, id).aroundZero(most)));
