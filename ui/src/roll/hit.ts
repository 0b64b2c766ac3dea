// Which notes lie under a point or inside a rectangle.

import type { Point, Hit } from "./gesture";
import type { Layer } from "./paint";
import { type View, x } from "./view";

/** The ends of a note by which it is resized, in pixels. */
const HANDLE = 4;

/** The uppermost note at a point; ghosts are not touched. */
export function hit(layers: Layer[], view: View, px: number, point: Point): Hit | null {
  for (const { track, notes, ghost } of [...layers].reverse()) {
    if (ghost) continue;
    let found = -1;
    // Notes narrower than three pixels are drawn that wide, so they are met there too.
    const slack = (3 * view.tpq) / view.quarter;
    notes.within(point.tick - slack, point.tick + 1, (at) => {
      const end = Math.max(notes.start[at] + notes.length[at], notes.start[at] + slack);
      if (notes.pitch[at] === point.pitch && notes.start[at] <= point.tick && end > point.tick) found = at;
    });
    if (found < 0) continue;
    const row = notes.row(found);
    const [left, right] = [x(view, row.start), x(view, row.start + row.length)];
    const part = right - left < 3 * HANDLE ? "body" : px - left < HANDLE ? "start" : right - px < HANDLE ? "end" : "body";
    return { track, row, part };
  }
  return null;
}

/** Every note that a rectangle touches. */
export function inside(layers: Layer[], from: Point, to: Point): number[] {
  const [start, end] = [Math.min(from.tick, to.tick), Math.max(from.tick, to.tick)];
  const [low, high] = [Math.min(from.pitch, to.pitch), Math.max(from.pitch, to.pitch)];
  const ids: number[] = [];
  for (const { notes, ghost } of layers) {
    if (ghost) continue;
    notes.within(start, end, (at) => {
      if (notes.pitch[at] >= low && notes.pitch[at] <= high) ids.push(notes.id[at]);
    });
  }
  return ids;
}

/** What sounds at a tick: the key and where the note lies. */
export function sounding(layers: Layer[], tick: number, look: (layer: Layer, at: number) => void) {
  for (const layer of layers) {
    if (layer.muted) continue;
    layer.notes.within(tick, tick + 1, (at) => {
      const end = layer.notes.start[at] + layer.notes.length[at];
      if (layer.notes.start[at] <= tick && end > tick) look(layer, at);
    });
  }
}
