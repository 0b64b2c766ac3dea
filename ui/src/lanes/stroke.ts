// What a pen draws in a lane, as points; without a canvas.

import type { Command } from "../bindings/Command";
import { before, type Curve, valueAt } from "../document/curves";
import { bent } from "./bend";
import { controllerOf, isDown, isPedal, range, start } from "./kinds";

export interface Point {
  tick: number;
  value: number;
}

/** Ticks between two values that are drawn: a 96th of a whole note, finer than one hears a step. */
export const grain = (tpq: number) => Math.max(1, Math.round(tpq / 24));

/** A pen's way: values at whole grains, the last one drawn at each. */
export class Stroke {
  readonly #values = new Map<number, number>();
  #last: Point | null = null;

  constructor(readonly code: number, readonly grain: number) {}

  /** Goes on to a point, in a straight line. */
  to(point: Point) {
    const from = this.#last ?? point;
    const [first, last] = [this.#cell(from.tick), this.#cell(point.tick)];
    const step = Math.sign(last - first);
    for (let cell = first; ; cell += step) {
      const part = last === first ? 1 : (cell - first) / (last - first);
      this.#values.set(cell, this.#held(from.value + (point.value - from.value) * part));
      if (cell === last) break;
    }
    this.#last = point;
  }

  /** A straight line instead of the way so far. */
  line(from: Point, to: Point) {
    this.#values.clear();
    this.#last = null;
    this.to(from);
    this.to(to);
  }

  /** A curve that a third point pulls, instead of the way so far. */
  bend(from: Point, to: Point, pull: Point) {
    const curve = bent(from, to, pull);
    this.#values.clear();
    const [first, last] = [this.#cell(Math.min(from.tick, to.tick)), this.#cell(Math.max(from.tick, to.tick))];
    for (let cell = first; cell <= last; cell++) this.#values.set(cell, this.#held(curve(cell * this.grain)));
    this.#last = to;
  }

  #cell(tick: number): number {
    return Math.floor(Math.max(0, tick) / this.grain);
  }

  #held(value: number): number {
    const [low, high] = range(this.code);
    return Math.min(high, Math.max(low, Math.round(value)));
  }

  get empty(): boolean {
    return !this.#values.size;
  }

  /** From the first tick to after the last. */
  get span(): { from: number; to: number } {
    const cells = [...this.#values.keys()];
    return { from: Math.min(...cells) * this.grain, to: (Math.max(...cells) + 1) * this.grain };
  }

  /** The values by tick, each only where it differs from the one before. */
  points(): Point[] {
    const all = [...this.#values].sort(([a], [b]) => a - b).map(([cell, value]) => ({ tick: cell * this.grain, value }));
    return all.filter(({ value }, at) => value !== all[at - 1]?.value);
  }
}

/** The pedal held down from a tick to another, or lifted there. What was so before and is so after stays. */
export function pedalled(curve: Curve, code: number, from: number, to: number, down: boolean): Point[] {
  const [was, will] = [valueAt(curve, from - 1, start(code)), valueAt(curve, to, start(code))].map(isDown);
  const points: Point[] = [];
  if (was !== down || from === 0) points.push({ tick: from, value: down ? 127 : 0 });
  if (will !== down) points.push({ tick: to, value: will ? 127 : 0 });
  return points;
}

/** The curve with a stretch replaced, as it would be drawn. */
export function replaced({ ticks, values }: Curve, from: number, to: number, points: readonly Point[]): Curve {
  const [at, end] = [before(ticks, from), before(ticks, to)];
  return {
    ticks: [...ticks.slice(0, at), ...points.map(({ tick }) => tick), ...ticks.slice(end)],
    values: [...values.slice(0, at), ...points.map(({ value }) => value), ...values.slice(end)],
  };
}

/** The curve with a stretch multiplied, as the engine does it. */
export function scaled(curve: Curve, code: number, from: number, to: number, percent: number, rest: number): Curve {
  const [low, high] = range(code);
  const value = (old: number) => Math.min(high, Math.max(low, rest + Math.floor((2 * (old - rest) * percent + 100) / 200)));
  return { ticks: curve.ticks, values: curve.values.map((old, at) => (curve.ticks[at] >= from && curve.ticks[at] < to ? value(old) : old)) };
}

/** The command that puts points in the place of a stretch. */
export function drawn(track: number, code: number, from: number, to: number, points: readonly Point[]): Command {
  return {
    kind: "drawController", track, controller: controllerOf(code), from, to,
    ticks: points.map(({ tick }) => tick), values: points.map(({ value }) => value),
  };
}

/** Stretches in which a pedal is down, up to `end`. */
export function downs({ ticks, values }: Curve, code: number, end: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = isPedal(code) && isDown(start(code)) ? 0 : -1;
  ticks.forEach((tick, at) => {
    const down = isDown(values[at]);
    if (down && from < 0) from = tick;
    else if (!down && from >= 0) {
      if (tick > from) found.push({ from, to: tick });
      from = -1;
    }
  });
  if (from >= 0) found.push({ from, to: Math.max(end, from) });
  return found;
}
