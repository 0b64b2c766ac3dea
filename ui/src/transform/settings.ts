// What quantizing and humanizing are set to, and the commands that this makes of notes.

import type { Command } from "../bindings/Command";
import type { Spread } from "../bindings/Spread";
import { m } from "../paraglide/messages";

export interface Quantize {
  /** The grid in quarters. */
  grid: number;
  /** Percent. */
  strength: number;
  /** Percent. */
  swing: number;
  starts: boolean;
  ends: boolean;
}

export interface Humanize {
  /** The most that onsets and ends move, in 960ths of a quarter, as the position is read out. */
  timing: number;
  length: number;
  velocity: number;
  together: boolean;
  /** How often changes of each size come. */
  spread: Spread;
  /** Of the next time; each time takes another one, so that H twice is not the same twice. */
  seed: number;
}

/** Names of grids and their size in quarters. */
export const GRIDS: [() => string, number][] = [
  [() => "1/2", 2], [() => "1/4", 1], [() => m.grid_triplet({ value: "1/4" }), 2 / 3], [() => "1/8", 1 / 2], [() => m.grid_triplet({ value: "1/8" }), 1 / 3],
  [() => "1/16", 1 / 4], [() => m.grid_triplet({ value: "1/16" }), 1 / 6], [() => m.grid_quintuplet({ value: "1/16" }), 1 / 5], [() => "1/32", 1 / 8], [() => "1/64", 1 / 16],
];

export const QUANTIZE: Quantize = { grid: 1 / 4, strength: 100, swing: 0, starts: true, ends: false };
export const HUMANIZE: Humanize = { timing: 20, length: 20, velocity: 8, together: true, spread: "near", seed: 1 };

export const SPREADS: [() => string, Spread][] = [[m.transform_spread_even, "even"], [m.transform_spread_near, "near"], [m.transform_spread_bell, "bell"]];

/** Seeds are below this. */
export const SEEDS = 1_000_000;

export const ticks = (quarters: number, tpq: number) => Math.max(1, Math.round(quarters * tpq));

export function quantize(ids: number[], { grid, ...rest }: Quantize, tpq: number): Command {
  return { kind: "quantizeNotes", ids, grid: ticks(grid, tpq), ...rest };
}

export function humanize(ids: number[], { timing, length, ...rest }: Humanize, tpq: number): Command {
  const part = (value: number) => Math.round((value * tpq) / 960);
  return { kind: "humanizeNotes", ids, timing: part(timing), length: part(length), ...rest };
}

/** What was kept, where it still means something: every value of the kind that `first` has. */
export function restored<T extends object>(first: T, kept: unknown): T {
  const values = Object.entries(first).map(([name, value]) => {
    const old = (kept as Record<string, unknown> | null)?.[name];
    return [name, typeof old === typeof value ? old : value];
  });
  return Object.fromEntries(values) as T;
}
