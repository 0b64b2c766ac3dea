// A candidate as a picture of 128 × 40: what it writes in violet over what it replaces.

import type { Note } from "../bindings/Note";
import type { Row } from "../document/notes";
import type { Colours } from "../roll/colours";

export interface Mini {
  from: number;
  to: number;
  /** Onsets of bars inside. */
  bars: number[];
  old: Row[];
  /** What stands around it, in colours of its own. */
  around?: { notes: Row[]; fill: string }[];
  fresh: Note[];
}

export function mini(context: CanvasRenderingContext2D, width: number, height: number, { from, to, bars, old, around = [], fresh }: Mini, colours: Colours) {
  context.fillStyle = colours.well;
  context.fillRect(0, 0, width, height);
  const pitches = [...old, ...around.flatMap(({ notes }) => notes), ...fresh].map((note) => note.pitch);
  const [low, high] = pitches.length ? [Math.min(...pitches), Math.max(...pitches)] : [60, 72];
  const across = width / Math.max(1, to - from);
  const down = (height - 9) / Math.max(6, high - low);
  const middle = (height - 9 - (high - low) * down) / 2;
  const draw = (note: { start: number; length: number; pitch: number }) =>
    context.fillRect((note.start - from) * across, 3 + middle + (high - note.pitch) * down, Math.max(2, note.length * across - 1), 3);
  context.fillStyle = colours.bar;
  for (const bar of bars) context.fillRect(Math.round((bar - from) * across), 0, 1, height);
  for (const { notes, fill } of around) {
    context.fillStyle = fill;
    for (const note of notes) draw(note);
  }
  context.globalAlpha = 0.4;
  context.fillStyle = colours.text3;
  for (const note of old) draw(note);
  context.globalAlpha = 1;
  context.fillStyle = colours.cand;
  for (const note of fresh) draw(note);
}
