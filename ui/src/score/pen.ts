// Where one writes: the place on a staff under the pointer as a track, a tick and a key.

import type { Bars } from "../document/bars";
import { keyAt } from "../entry/pitch";
import type { Ink } from "./ink";
import { type Anchor, tickAt, tickOf, xOf } from "./time";

/** A place where a note can be written. */
export interface Spot {
  track: number;
  tick: number;
  pitch: number;
  /** Where its head would stand. */
  x: number;
  y: number;
}

/** So far above and below its lines a staff is written on, in staff spaces: four ledger lines. */
const LEDGERS = 4.5;
/** A place this near to a head begins with it, in pixels. */
const NEAR = 9;

/** The staff that is nearest to a height, if it reaches so far. */
export function staffAt(ink: Ink, y: number): number | undefined {
  let [best, least]: [number | undefined, number] = [undefined, Infinity];
  ink.staves.forEach(({ top, bottom }, staff) => {
    const away = Math.max(0, top - y, y - bottom);
    if (away <= (LEDGERS * (bottom - top)) / 4 && away < least) [best, least] = [staff, away];
  });
  return best;
}

/** The line or space of a staff that is nearest to a height, as a degree, and how high it stands. */
export function degreeAt(ink: Ink, staff: number, x: number, y: number): { degree: number; y: number } | undefined {
  const own = ink.clefs.filter((clef) => clef.staff === staff);
  const clef = own.filter((clef) => clef.x <= x).at(-1) ?? own[0];
  if (!clef) return undefined;
  const half = (ink.staves[staff].bottom - ink.staves[staff].top) / 8;
  const steps = Math.round((clef.y - y) / half);
  return { degree: clef.degree + steps, y: clef.y - steps * half };
}

/** When it would begin: with a head that stands there, else at the place of a grid before it, counted from the bar line. */
export function beginning(ink: Ink, places: readonly Anchor[], bars: Bars, grid: number, x: number, start: (note: number) => number | undefined): number {
  const near = ink.signs.filter((sign) => Math.abs(sign.x - x) < NEAR).sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
  const known = near && tickOf(near.id, start(near.note), bars);
  if (known !== undefined) return known;
  const tick = Math.max(0, tickAt(places, x));
  const from = bars.start(bars.bar(tick));
  return from + Math.floor((tick - from) / grid) * grid;
}

interface Paper {
  ink: Ink;
  /** The track of each staff. */
  staves: readonly number[];
  places: readonly Anchor[];
  bars: Bars;
  /** Ticks from one place to the next where nothing stands. */
  grid: number;
  fifths: (tick: number) => number;
  /** A note of the document. */
  find: (note: number) => { track: number; row: { start: number; pitch: number } } | undefined;
  drums: (track: number) => boolean;
  /** The drum that stands at a place. */
  drumAt: (degree: number) => number | undefined;
}

/** What would be written at a place of a system. */
export function spotAt({ ink, staves, places, bars, grid, fifths, find, drums, drumAt }: Paper, x: number, y: number): Spot | undefined {
  const staff = staffAt(ink, y);
  const track = staff === undefined ? undefined : staves[staff];
  const line = staff === undefined ? undefined : degreeAt(ink, staff, x, y);
  if (track === undefined || !line) return undefined;
  const tick = Math.round(beginning(ink, places, bars, grid, x, (note) => find(note)?.row.start));
  // On a staff of drums a place means what it means elsewhere on it, else the drum that has it.
  const alike = () => ink.signs.flatMap((sign) => (sign.staff === staff && Math.abs(sign.y - line.y) < 1 ? (find(sign.note)?.row.pitch ?? []) : []))[0];
  const pitch = drums(track) ? (alike() ?? drumAt(line.degree)) : keyAt(line.degree, fifths(tick));
  return pitch === undefined ? undefined : { track, tick, pitch, x: xOf(places, tick), y: line.y };
}

/** Between which heights of a system the staves of a track stand. */
export function stavesOf(ink: Ink, staves: readonly number[], track: number): { top: number; bottom: number } | undefined {
  const own = ink.staves.filter((_, staff) => staves[staff] === track);
  return own.length ? { top: own[0].top, bottom: own[own.length - 1].bottom } : undefined;
}
