// Notes inside a path that was drawn by hand.

import type { Layer } from "./paint";

/** A place on the path: `level` counts rows from below with their fraction; where all keys have a row, 60.5 is the middle of that of key 60. */
export interface Bend {
  tick: number;
  level: number;
}

/** From where to where the closed path has a level inside, by the even-odd rule. */
export function spans(path: readonly Bend[], level: number): [number, number][] {
  const crossings: number[] = [];
  path.forEach((from, at) => {
    const to = path[(at + 1) % path.length];
    if (from.level > level === to.level > level) return;
    crossings.push(from.tick + ((level - from.level) * (to.tick - from.tick)) / (to.level - from.level));
  });
  crossings.sort((a, b) => a - b);
  return Array.from({ length: crossings.length / 2 }, (_, at) => [crossings[2 * at], crossings[2 * at + 1]]);
}

/** Every note whose middle line meets the inside of the path; ghosts are not touched. `rank`: how many rows are below a key's. */
export function caught(layers: readonly Pick<Layer, "notes" | "ghost">[], path: readonly Bend[], rank = (pitch: number) => pitch): number[] {
  if (path.length < 3) return [];
  const ticks = path.map(({ tick }) => tick);
  const [from, to] = [ticks.reduce((a, b) => Math.min(a, b)), ticks.reduce((a, b) => Math.max(a, b))];
  const byPitch = new Map<number, [number, number][]>();
  const ids: number[] = [];
  for (const { notes, ghost } of layers) {
    if (ghost) continue;
    notes.within(from, to, (at) => {
      const pitch = notes.pitch[at];
      const inside = byPitch.get(pitch) ?? spans(path, rank(pitch) + 0.5);
      byPitch.set(pitch, inside);
      const [start, end] = [notes.start[at], notes.start[at] + notes.length[at]];
      if (inside.some(([left, right]) => start < right && end > left)) ids.push(notes.id[at]);
    });
  }
  return ids;
}
