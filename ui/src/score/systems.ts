// Which bars share a system. Widths are in pixels of a score at 100 %, where a staff is 28.8 high.

import type { Bars } from "../document/bars";
import type { Notes } from "../document/notes";

/** Some bars that are engraved as one line of music, from 1, both included. */
export interface Line {
  from: number;
  to: number;
}

/** A quarter's room, and how room grows with length: what Verovio takes by its own spacing (measured, within 5 %). */
const QUARTER = 29;
const POWER = 0.6;
/** What a bar takes beside its notes. */
const BAR = 4;
/** Onsets nearer than a 24th of a quarter are one. */
const GRAIN = 24;
/** A line is drawn wider than the least that its notes need. */
const AIR = 1.22;
/** No line has more bars, however empty they are: what is engraved after an edit stays small. */
export const MOST_BARS = 8;
/** A line that an edit has changed stays as it is while it is at most so full, and at least so. */
const [FULLEST, EMPTIEST] = [1.22, 0.6];

/** The room that bar `bar`, from 0, needs for the notes of these tracks. */
export function room(tracks: readonly Notes[], bars: Bars, bar: number): number {
  const [from, to] = [bars.start(bar), bars.end(bar)];
  const grain = bars.tpq / GRAIN;
  const onsets = new Set<number>([0]);
  for (const notes of tracks) {
    for (let at = notes.after(from), end = notes.after(to); at < end; at++) {
      onsets.add(Math.round((notes.start[at] - from) / grain));
    }
  }
  const sorted = [...onsets].sort((a, b) => a - b);
  const end = (to - from) / grain;
  let room = BAR;
  sorted.forEach((onset, at) => {
    const quarters = ((sorted[at + 1] ?? end) - onset) / GRAIN;
    if (quarters > 0) room += QUARTER * quarters ** POWER;
  });
  return room;
}

/** What stands before the notes: clef and key, and on the first line the metre and the names. */
const before = (first: boolean, fifths: number) => 44 + 10 * Math.abs(fifths) + (first ? 90 : 0);

/**
 * The lines of a piece. `rooms` has one number for each bar. Lines of `old` are kept where they are still neither too
 * full nor too empty, so that an edit moves as few bars to other lines as can be.
 */
export function lines(rooms: ArrayLike<number>, width: number, fifths: number, old: readonly Line[] = []): Line[] {
  const kept = new Map(old.map((line) => [line.from, line]));
  const found: Line[] = [];
  for (let from = 1; from <= rooms.length; ) {
    const most = Math.max(60, (width - before(from === 1, fifths)) / AIR);
    const line = kept.get(from);
    const to = line && fits(rooms, line, most) ? line.to : filled(rooms, from, most);
    found.push({ from, to });
    from = to + 1;
  }
  return found;
}

function fits(rooms: ArrayLike<number>, { from, to }: Line, most: number): boolean {
  if (to > rooms.length || to - from >= MOST_BARS) return false;
  let sum = 0;
  for (let bar = from; bar <= to; bar++) sum += rooms[bar - 1];
  const alone = to === from || sum <= most * FULLEST;
  const enough = to === rooms.length || to - from + 1 === MOST_BARS || sum + rooms[to] > most * EMPTIEST;
  return alone && enough;
}

/** The last bar of a line that begins with `from` and is filled. */
function filled(rooms: ArrayLike<number>, from: number, most: number): number {
  let sum = rooms[from - 1];
  let to = from;
  while (to < rooms.length && to - from + 1 < MOST_BARS && sum + rooms[to] <= most) sum += rooms[to++];
  // One bar left over would stand alone on the last line.
  return to === rooms.length - 1 && to > from ? to - 1 : to;
}

/** How full a line is, from 0 to 1. */
function fullness(rooms: ArrayLike<number>, { from, to }: Line, width: number, fifths: number): number {
  let sum = 0;
  for (let bar = from; bar <= to; bar++) sum += rooms[bar - 1] ?? 0;
  return Math.min(1, (sum * AIR + before(from === 1, fifths)) / width);
}

/** How much of the width a line takes: all of it, but for a last one with little in it. */
export function share(line: Line, rooms: ArrayLike<number>, width: number, fifths: number): number {
  if (line.to < rooms.length) return 1;
  const full = fullness(rooms, line, width, fifths);
  return full > 0.7 ? 1 : Math.max(0.2, Math.round(full * 20) / 20);
}
