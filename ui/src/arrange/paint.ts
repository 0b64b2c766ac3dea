// The arrangement's picture: a row for each track, its notes small. It draws from values alone.

import type { Candidate } from "../bindings/Candidate";
import type { Bars } from "../document/bars";
import { type Colours, shade } from "../roll/colours";
import { type Layer, lines } from "../roll/paint";
import { right, type View, x } from "../roll/view";
import type { Block } from "./block";

/** Pixels of a row, and of the room above and below its notes. */
export const ROW = 46;
const ROOM = 7;
const NOTE = 2;

export interface Picture {
  view: View;
  bars: Bars;
  colours: Colours;
  /** In the order of the tracks. */
  layers: Layer[];
  /** Pixels above the top edge. */
  top: number;
  worked: number | null;
  block: Block | null;
  /** The block in ticks, and where it would go. */
  marked: { from: number; to: number } | null;
  goal: { from: number; to: number; row: number } | null;
  proposals: Candidate["notes"];
}

/** All of it. */
export function arrangement(context: CanvasRenderingContext2D, picture: Picture) {
  const { view, colours, layers, top } = picture;
  context.fillStyle = colours.rollIn;
  context.fillRect(0, 0, view.width, view.height);
  layers.forEach((layer, row) => {
    const y = row * ROW - top;
    if (y > view.height || y + ROW < 0) return;
    if (layer.track === picture.worked) {
      context.fillStyle = colours.strip;
      context.fillRect(0, y, view.width, ROW);
    }
  });
  barLines(context, picture);
  layers.forEach((layer, row) => {
    const y = row * ROW - top;
    if (y > view.height || y + ROW < 0) return;
    notes(context, picture, layer, y);
    context.fillStyle = colours.line;
    context.fillRect(0, y + ROW - 1, view.width, 1);
  });
  frames(context, picture);
}

function barLines(context: CanvasRenderingContext2D, { view, bars, colours, layers, top }: Picture) {
  const bottom = Math.min(view.height, layers.length * ROW - top);
  lines({ view, bars, step: 0 }, (at, kind) => {
    context.fillStyle = colours[kind];
    if (kind === "bar") context.fillRect(Math.round(at), 0, 1, bottom);
  });
}

function notes(context: CanvasRenderingContext2D, picture: Picture, layer: Layer, y: number) {
  const { view, colours, proposals } = picture;
  const { notes } = layer;
  const proposed = proposals.filter(({ track }) => track === layer.track).flatMap(({ notes }) => notes);
  let [low, high] = [127, 0];
  for (const pitch of [...notes.pitch, ...proposed.map(({ pitch }) => pitch)]) {
    if (pitch < low) low = pitch;
    if (pitch > high) high = pitch;
  }
  const down = (ROW - 2 * ROOM - NOTE) / Math.max(1, high - low);
  const box = (start: number, length: number, pitch: number) => {
    const from = x(view, start);
    context.fillRect(from, y + ROOM + Math.round((high - pitch) * down), Math.max(1, (length * view.quarter) / view.tpq - 1), NOTE);
  };
  context.globalAlpha = layer.muted ? 0.35 : 1;
  notes.within(view.left, right(view), (at) => {
    context.fillStyle = layer.hue.fill[shade(notes.velocity[at])];
    box(notes.start[at], notes.length[at], notes.pitch[at]);
  });
  context.globalAlpha = 1;
  context.fillStyle = colours.cand;
  for (const { start, length, pitch } of proposed) box(start, length, pitch);
}

/** The block, and where it would go. */
function frames(context: CanvasRenderingContext2D, { view, colours, block, marked, goal, top }: Picture) {
  if (!block || !marked) return;
  const height = (block.rows.to - block.rows.from + 1) * ROW - 1;
  const frame = (ticks: { from: number; to: number }, row: number) => {
    const [from, to] = [x(view, ticks.from), x(view, ticks.to)];
    const y = row * ROW - top;
    context.strokeRect(Math.round(from) + 0.5, y + 0.5, Math.round(to - from) - 1, height - 1);
    return [from, to - from];
  };
  context.lineWidth = 1;
  context.strokeStyle = colours.accent;
  context.fillStyle = colours.tint;
  const [from, width] = frame(marked, block.rows.from);
  context.fillRect(from, block.rows.from * ROW - top, width, height);
  if (!goal) return;
  context.setLineDash([4, 3]);
  frame(goal, goal.row);
  context.setLineDash([]);
}
