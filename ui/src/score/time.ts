// Between musical time and places in a system.

import type { Bars } from "../document/bars";
import type { Ink, Sign, Symbol } from "./ink";
import type { Line } from "./systems";

/** Units of notation in a quarter: `notation::QUARTER`. */
const QUARTER = 10_080;

/** Just before: a part of a tick. */
const JUST = 1e-3;

/** Where a tick is drawn. */
export interface Anchor {
  tick: number;
  x: number;
}

/** When a sign sounds: where its note begins, or where it goes on after a tie. */
export function tickOf(id: string, start: number | undefined, bars: Bars): number | undefined {
  const [, bar, at] = /^n\d+-(\d+)-(\d+)$/.exec(id) ?? [];
  return bar === undefined ? start : bars.start(Number(bar)) + (Number(at) * bars.tpq) / QUARTER;
}

/** Places whose time is known, in the order of time; `start` tells where a note begins. */
export function anchors(ink: Ink, line: Line, bars: Bars, start: (note: number) => number | undefined): Anchor[] {
  const found: Anchor[] = [];
  ink.measures.forEach(({ left, right, first }, at) => {
    const bar = line.from - 1 + at;
    const [from, to] = [bars.start(bar), bars.end(bar)];
    const inside: Anchor[] = [];
    for (const sign of ink.signs) {
      if (sign.measure !== at) continue;
      const tick = tickOf(sign.id, start(sign.note), bars);
      if (tick !== undefined && tick >= from && tick < to) inside.push({ tick, x: sign.x });
    }
    // A bar that begins with a rest.
    if (!inside.some(({ tick }) => tick === from)) inside.push({ tick: from, x: first === left ? left : first });
    inside.sort((a, b) => a.tick - b.tick || a.x - b.x);
    for (const anchor of inside) {
      const last = found.at(-1);
      // Time goes to the right, whatever is played a little before its place.
      if (!last || (anchor.tick > last.tick && anchor.x > last.x)) found.push(anchor);
    }
    // A bar ends at its line, and the next begins, at the same time, with its first note.
    const last = found.at(-1);
    if (last && right > last.x && to > last.tick) found.push({ tick: to - JUST, x: right });
  });
  return found;
}

function between(list: readonly Anchor[], key: "tick" | "x", value: number, other: "tick" | "x"): number {
  if (!list.length) return 0;
  let at = list.findIndex((anchor) => anchor[key] > value);
  if (at === 0) return list[0][other];
  if (at < 0) return list[list.length - 1][other];
  const [a, b] = [list[at - 1], list[at]];
  return a[other] + ((value - a[key]) / (b[key] - a[key])) * (b[other] - a[other]);
}

export const xOf = (list: readonly Anchor[], tick: number) => between(list, "tick", tick, "x");
export const tickAt = (list: readonly Anchor[], x: number) => between(list, "x", x, "tick");

/** The measure under a place, from 0. */
export function measureAt(ink: Ink, x: number): number {
  const at = ink.measures.findIndex(({ right }) => x < right);
  return at < 0 ? ink.measures.length - 1 : at;
}

/** Heads are met within so many pixels. */
const [ACROSS, DOWN] = [7.5, 5.5];

/** The sign under a place. */
export function signAt(ink: Ink, x: number, y: number): Sign | undefined {
  let best: Sign | undefined;
  let least = 1;
  for (const sign of ink.signs) {
    const distance = ((sign.x - x) / ACROSS) ** 2 + ((sign.y - y) / DOWN) ** 2;
    if (distance <= least) [best, least] = [sign, distance];
  }
  return best;
}

/** A chord symbol is as high as this, and is met a little beside its letters. */
const HIGH = 12;
const BESIDE = 4;

/** The chord symbol under a place. */
export function symbolAt(ink: Ink, x: number, y: number): Symbol | undefined {
  return ink.symbols.find((symbol) => x >= symbol.x - BESIDE && x <= symbol.x + symbol.width + BESIDE && y >= symbol.y - HIGH - BESIDE && y <= symbol.y + BESIDE);
}

/** Whether a place lies above the upper staff, where chord symbols stand. */
export const isAbove = (ink: Ink, y: number) => !!ink.staves.length && y < ink.staves[0].top - 8;
