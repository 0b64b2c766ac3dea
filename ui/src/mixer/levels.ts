// How loud each track is. Plain values: playing must not touch what Svelte watches.

import type { Levels } from "../bindings/Levels";

/** Half decibels above -60: 120 is full scale (sound::Levels). */
export const FULL = 120;

/** How fast a meter falls, in half decibels a millisecond: 24 dB a second. */
const FALL = 0.048;

interface Peak {
  level: number;
  at: number;
}

class LevelsHeard {
  readonly #tracks = new Map<number, Peak>();
  readonly #sides: [Peak, Peak] = [{ level: 0, at: 0 }, { level: 0, at: 0 }];
  /** Called whenever the engine says how loud it is. */
  readonly watchers = new Set<() => void>();

  /** Takes over what the engine says; `now` is the page's clock in milliseconds. */
  hear({ tracks, peaks, left, right }: Levels, now: number) {
    tracks.forEach((track, at) => this.#tracks.set(track, risen(this.#tracks.get(track), peaks[at] ?? 0, now)));
    [left, right].forEach((level, side) => (this.#sides[side] = risen(this.#sides[side], level, now)));
    for (const watcher of this.watchers) watcher();
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
