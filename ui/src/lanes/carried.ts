// Controllers that go along with notes: taken up from one stretch, put down in another.

import type { NewCurve } from "../bindings/NewCurve";
import { studio } from "../app/studio.svelte";
import { before, valueAt } from "../document/curves";
import { controllerOf, start } from "./kinds";
import type { Point } from "./stroke";

/** A controller: what is in force where the stretch begins, and what changes in it; ticks from its beginning. */
export interface Carried {
  code: number;
  points: Point[];
}

interface Stretch {
  from: number;
  to: number;
}

/** Bank and parameter numbers mean nothing without those that come after them. */
const PARTIAL = new Set([0, 6, 32, 38, 96, 97, 98, 99, 100, 101]);

/** What a track says of controllers in a stretch. */
export function steered(track: number, from: number, to: number): Carried[] {
  const curves = studio.mirror?.curves(track);
  if (!curves) return [];
  return curves.codes().flatMap((code) => {
    const curve = curves.of(code);
    const [first, end] = [before(curve.ticks, from), before(curve.ticks, to)];
    if (PARTIAL.has(code) || !end) return [];
    const inside = curve.ticks.slice(first, end).map((tick, at) => ({ tick: tick - from, value: curve.values[first + at] }));
    return [{ code, points: inside[0]?.tick === 0 ? inside : [{ tick: 0, value: valueAt(curve, from, start(code)) }, ...inside] }];
  });
}

/** These points of a controller in the place of what a track says from a tick to another, and after it what held there; nothing where that says the same. */
export function come(track: number, code: number, points: readonly Point[], { from, to }: Stretch, after?: number): NewCurve[] {
  const there = studio.mirror?.curves(track).of(code) ?? { ticks: [], values: [] };
  const inside = points.filter(({ tick }) => tick < to);
  const silent = before(there.ticks, from + 1) === before(there.ticks, to + 1);
  if (silent && after === undefined && inside.every(({ value }) => value === valueAt(there, from, start(code)))) return [];
  const all = [...inside, { tick: to, value: after ?? valueAt(there, to, start(code)) }];
  return [{ track, controller: controllerOf(code), from, to: to + 1, ticks: all.map(({ tick }) => tick), values: all.map(({ value }) => value) }];
}

/** What controllers say when a block of these tracks goes, or a copy of it, from one stretch to another: each track's to the one beside it. */
export function along(tracks: readonly (readonly [from: number, to: number])[], old: Stretch, now: Stretch, copy: boolean): NewCurve[] {
  const all = tracks.flatMap(([from, to]) => steered(from, old.from, old.to).map((carried) => ({ ...carried, from, to })));
  const was = (track: number, code: number) => valueAt(studio.mirror?.curves(track).of(code) ?? { ticks: [], values: [] }, old.from - 1, start(code));
  // What goes leaves what held before it.
  const left = copy ? [] : all.flatMap(({ from, code }) => come(from, code, [{ tick: old.from, value: was(from, code) }], old));
  const emptied = (track: number) => !copy && tracks.some(([from]) => from === track) && now.to > old.from && now.to <= old.to;
  return [...left, ...all.flatMap(({ to, code, points }) =>
    come(to, code, points.map(({ tick, value }) => ({ tick: tick + now.from, value })), now, emptied(to) ? was(to, code) : undefined))];
}
