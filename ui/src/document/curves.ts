// Controllers of a track as it hears them: ticks and values, by the controller's number on the wire.

import type { CurveColumns } from "../bindings/CurveColumns";

/** Sorted by tick; of several values at one tick the last holds. */
export interface Curve {
  readonly ticks: readonly number[];
  readonly values: readonly number[];
}

/** In the place of a controller's number: all of them (score::CurveColumns::ALL). */
const ALL = 255;

const NONE: Curve = { ticks: [], values: [] };

export class Curves {
  readonly #all = new Map<number, Curve>();

  /** From records of 8 bytes, little-endian: tick u32, value i16, controller u8, 0. */
  static read(bytes: ArrayBuffer): Curves {
    const curves = new Curves();
    const data = new DataView(bytes);
    const columns = new Map<number, { ticks: number[]; values: number[] }>();
    for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
      const code = data.getUint8(at + 6);
      const column = columns.get(code) ?? { ticks: [], values: [] };
      column.ticks.push(data.getUint32(at, true));
      column.values.push(data.getInt16(at + 4, true));
      columns.set(code, column);
    }
    for (const [code, column] of columns) curves.#all.set(code, column);
    return curves;
  }

  of(code: number): Curve {
    return this.#all.get(code) ?? NONE;
  }

  /** Controllers that say anything, by their numbers. */
  codes(): number[] {
    return [...this.#all.keys()].sort((a, b) => a - b);
  }

  /** Takes over a stretch that has changed. */
  take({ controller, from, to, tick, value }: CurveColumns) {
    if (controller === ALL) return this.#all.clear();
    const { ticks, values } = this.of(controller);
    const [at, end] = [before(ticks, from), before(ticks, to + 1)];
    const curve = {
      ticks: [...ticks.slice(0, at), ...tick, ...ticks.slice(end)],
      values: [...values.slice(0, at), ...value, ...values.slice(end)],
    };
    if (curve.ticks.length) this.#all.set(controller, curve);
    else this.#all.delete(controller);
  }
}

/** How many ticks of a sorted column lie before `tick`. */
export function before(ticks: readonly number[], tick: number): number {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ticks[middle] < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value in force at `tick`, or `start` before the first. */
export function valueAt({ ticks, values }: Curve, tick: number, start: number): number {
  return values[before(ticks, tick + 1) - 1] ?? start;
}
