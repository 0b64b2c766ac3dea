// How loud each track is. Plain values: playing must not touch what Svelte watches.

import type { Levels } from "../bindings/Levels";
import { painter } from "../roll/frame";

/** Half decibels above -60: 120 is full scale (sound::Levels). */
export const FULL = 120;

/** How fast a meter falls, in half decibels a millisecond: 24 dB a second. */
const FALL = 0.048;

/** Milliseconds between two looks of the meters: repainting each of them in every frame costs more than the playhead. */
const BEAT = 100;

interface Peak {
  level: number;
  at: number;
}

class LevelsHeard {
  readonly #tracks = new Map<number, Peak>();
  readonly #sides: [Peak, Peak] = [{ level: 0, at: 0 }, { level: 0, at: 0 }];
  readonly #meters = new Set<(now: number) => boolean>();
  #shown = 0;
  readonly #painter = painter((now) => {
    if (now - this.#shown < BEAT) return true;
    this.#shown = now;
    return [...this.#meters].map((paint) => paint(now)).includes(true);
  });

  /** Takes over what the engine says; `now` is the page's clock in milliseconds. */
  hear({ tracks, peaks, left, right }: Levels, now: number) {
    tracks.forEach((track, at) => this.#tracks.set(track, risen(this.#tracks.get(track), peaks[at] ?? 0, now)));
    [left, right].forEach((level, side) => (this.#sides[side] = risen(this.#sides[side], level, now)));
    if (this.#meters.size) this.#painter.mark();
  }

  /** Has a meter painted while it is loud, until it is called off by what comes back; `paint` says whether it still moves. */
  follow(paint: (now: number) => boolean): () => void {
    this.#meters.add(paint);
    return () => void this.#meters.delete(paint);
  }

  /** A track's level now, falling from the last peak. */
  of(track: number, now: number): number {
    return fallen(this.#tracks.get(track), now);
  }

  /** What is heard at the left (0) or the right (1). */
  side(side: 0 | 1, now: number): number {
    return fallen(this.#sides[side], now);
  }
}

function fallen(peak: Peak | undefined, now: number): number {
  return peak ? Math.max(0, peak.level - Math.max(0, now - peak.at) * FALL) : 0;
}

const risen = (before: Peak | undefined, level: number, now: number): Peak => ({ level: Math.max(level, fallen(before, now)), at: now });

export const levels = new LevelsHeard();
