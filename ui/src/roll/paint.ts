// The roll's pictures. Each function draws from values alone; nothing here is kept.

import type { Candidate } from "../bindings/Candidate";
import { Bars } from "../document/bars";
import { type Naming, pitchName } from "../document/names";
import { LOCKED, MUTED, type Notes } from "../document/notes";
import { type Colours, type Hue, shade } from "./colours";
import { inScale } from "../document/scale";
import { keysIn, right, rowed, type View, x, y } from "./view";

export const isBlack = (pitch: number) => [1, 3, 6, 8, 10].includes(pitch % 12);

/** Names are written on notes that are at least so wide, in rows at least so high. */
const LABEL_WIDTH = 22;
const LABEL_ROW = 12;
const NARROWEST = 3;

export interface Layer {
  track: number;
  notes: Notes;
  hue: Hue;
  /** Drawn faintly: another track than those that are worked on. */
  ghost: boolean;
  muted: boolean;
  drums: boolean;
}

export interface Picture {
  view: View;
  bars: Bars;
  colours: Colours;
  layers: Layer[];
  selected: ReadonlySet<number>;
  /** Notes that are being moved; their old place is faint. */
  lifted: ReadonlySet<number>;
  /** Notes that a candidate replaces. */
  replaced: ReadonlySet<number>;
  /** The bars that are marked, in ticks. */
  marked: { from: number; to: number } | null;
  /** Grid step in ticks; 0 = none. */
  step: number;
  fifths: number;
  naming: Naming;
  /** The scales whose tones are lighter rows, each from its tick on; none: white keys are. */
  scales: readonly { from: number; scale: number }[];
}

/** Rows, bar and beat lines, the marked bars. */
export function grid(context: CanvasRenderingContext2D, picture: Picture) {
  const { view, colours } = picture;
  context.fillStyle = colours.rollIn;
  context.fillRect(0, 0, view.width, view.height);
  const keys = keysIn(view);
  context.fillStyle = colours.rollOut;
  const stretches = picture.scales.length ? picture.scales.map(({ scale }) => (pitch: number) => !inScale(scale, pitch)) : [isBlack];
  stretches.forEach((isDark, at) => {
    const from = at ? Math.max(0, x(view, picture.scales[at].from)) : 0;
    const to = at + 1 < stretches.length ? Math.min(view.width, x(view, picture.scales[at + 1].from)) : view.width;
    if (to > from) for (const pitch of keys) if (isDark(pitch)) context.fillRect(from, y(view, pitch), to - from, view.row);
  });
  const bottom = y(view, keys[0] ?? 0) + view.row;
  if (bottom < view.height) {
    context.fillStyle = colours.panel;
    context.fillRect(0, bottom, view.width, view.height - bottom);
  }
  if (picture.marked) {
    const from = x(view, picture.marked.from);
    context.fillStyle = colours.tint;
    context.fillRect(from, 0, x(view, picture.marked.to) - from, view.height);
  }
  context.fillStyle = colours.octave;
  keys.forEach((pitch, at) => {
    // Under the first row of each octave.
    if (pitch % 12 === 0 || (at > 0 && Math.floor(pitch / 12) > Math.floor(keys[at - 1] / 12))) context.fillRect(0, Math.round(y(view, pitch) + view.row) - 1, view.width, 1);
  });
  lines(picture, (at, kind) => {
    context.fillStyle = colours[kind];
    context.fillRect(Math.round(at), 0, 1, view.height);
  });
  if (picture.marked) {
    context.fillStyle = colours.cand;
    for (const tick of [picture.marked.from, picture.marked.to]) context.fillRect(Math.round(x(view, tick)), 0, 1, view.height);
  }
}

/** Calls `draw` for every line that has room: grid steps, beats, bars. */
export function lines(
  { view, bars, step }: Pick<Picture, "view" | "bars" | "step">,
  draw: (at: number, kind: "bar" | "beat" | "sub") => void,
) {
  const end = right(view);
  const pixels = (ticks: number) => (ticks * view.quarter) / view.tpq;
  for (let bar = bars.bar(view.left); bars.start(bar) < end; bar++) {
    const [from, to] = [bars.start(bar), bars.end(bar)];
    const beat = bars.beat(from);
    // Where bars are narrow, only every second, fourth, eighth… is drawn.
    const every = 2 ** Math.max(0, Math.ceil(Math.log2(12 / pixels(to - from))));
    if (bar % every === 0) draw(x(view, from), "bar");
    if (pixels(beat) >= 8) for (let tick = from + beat; tick < to; tick += beat) draw(x(view, tick), "beat");
    if (step > 0 && step < beat && pixels(step) >= 8) {
      for (let tick = from; tick < to - 0.5; tick += step) if ((tick - from) % beat > 0.5) draw(x(view, tick), "sub");
    }
  }
}

/** Every note in sight: ghosts below, then the tracks that are worked on. */
export function notes(context: CanvasRenderingContext2D, picture: Picture) {
  const { layers } = picture;
  for (const layer of layers) if (layer.ghost) ghosts(context, picture, layer);
  for (const layer of layers) if (!layer.ghost) track(context, picture, layer);
}

function ghosts(context: CanvasRenderingContext2D, { view }: Picture, { notes, hue }: Layer) {
  context.fillStyle = hue.ghost;
  notes.within(view.left, right(view), (at) => {
    if (!rowed(view, notes.pitch[at])) return;
    const top = y(view, notes.pitch[at]);
    if (top < -view.row || top > view.height) return;
    const left = x(view, notes.start[at]);
    context.fillRect(left, top + 1, Math.max(NARROWEST, x(view, notes.start[at] + notes.length[at]) - left - 1), view.row - 2);
  });
}

function track(context: CanvasRenderingContext2D, picture: Picture, layer: Layer) {
  const { view, colours, selected, lifted, replaced } = picture;
  const { notes, hue } = layer;
  const labels: [string, number, number][] = [];
  notes.within(view.left, right(view), (at) => {
    const top = y(view, notes.pitch[at]) + 1;
    if (top < -view.row || top > view.height) return;
    const id = notes.id[at];
    const left = x(view, notes.start[at]) + 0.5;
    const width = Math.max(NARROWEST, x(view, notes.start[at] + notes.length[at]) - left - 0.5);
    const height = view.row - 2;
    const chosen = selected.has(id);
    const silent = layer.muted || notes.flags[at] & MUTED;
    if (replaced.has(id)) {
      original(context, hue, left, top, width, height);
      return;
    }
    context.globalAlpha = lifted.has(id) ? 0.3 : silent ? 0.4 : 1;
    context.fillStyle = (chosen ? hue.selected : hue.fill)[shade(notes.velocity[at])];
    context.fillRect(left, top, width, height);
    if (width > NARROWEST) {
      context.strokeStyle = chosen ? colours.text : hue.border;
      context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
    }
    if (silent) hatch(context, colours.rollIn, left, top, width, height);
    context.globalAlpha = 1;
    if (notes.flags[at] & LOCKED) pin(context, colours, hue, left, top, width, height);
    else if (width >= LABEL_WIDTH && view.row >= LABEL_ROW && !layer.drums) {
      labels.push([pitchName(notes.pitch[at], picture.fifths, picture.naming), left + 4, top + height / 2 + 0.5]);
    }
  });
  context.fillStyle = hue.label;
  context.font = `530 9px ${colours.font}`;
  context.textBaseline = "middle";
  for (const [name, left, middle] of labels) context.fillText(name, left, middle);
}

function original(context: CanvasRenderingContext2D, hue: Hue, left: number, top: number, width: number, height: number) {
  context.fillStyle = context.strokeStyle = hue.plain;
  context.globalAlpha = 0.16;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 0.42;
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  context.globalAlpha = 1;
}

/** Silent notes differ in form too. */
function hatch(context: CanvasRenderingContext2D, colour: string, left: number, top: number, width: number, height: number) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.beginPath();
  for (let at = left - height; at < left + width; at += 4) {
    context.moveTo(at, top + height);
    context.lineTo(at + height, top);
  }
  context.stroke();
  context.restore();
}

/** Kept notes: outlined, with a pin at the right end. */
function pin(context: CanvasRenderingContext2D, colours: Colours, hue: Hue, left: number, top: number, width: number, height: number) {
  context.strokeStyle = colours.text;
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  if (width < 10) return;
  const [middle, radius] = [left + width - 5.5, 2.2];
  context.fillStyle = hue.label;
  context.beginPath();
  context.arc(middle, top + height / 2 - 1, radius, 0, 7);
  context.fill();
  context.fillRect(middle - 0.5, top + height / 2, 1, 4);
}

/** What is proposed: violet, dashed. */
export function proposal(context: CanvasRenderingContext2D, view: View, colours: Colours, tracks: Candidate["notes"]) {
  context.fillStyle = colours.candFill;
  context.strokeStyle = colours.cand;
  context.setLineDash([3.5, 2]);
  const end = right(view);
  for (const { notes } of tracks) {
    for (const note of notes) {
      if (note.start > end || note.start + note.length < view.left) continue;
      const left = x(view, note.start) + 0.5;
      const width = Math.max(NARROWEST, x(view, note.start + note.length) - left - 0.5);
      const top = y(view, note.pitch) + 1;
      context.fillRect(left, top, width, view.row - 2);
      context.strokeRect(left + 0.5, top + 0.5, width - 1, view.row - 3);
    }
  }
  context.setLineDash([]);
}

interface Keyboard {
  view: View;
  colours: Colours;
  /** The keys that sound, and in which colour. */
  lit: ReadonlyMap<number, string>;
  width: number;
  naming: Naming;
  fifths: number;
}

/** The keyboard at the left, with the keys that sound. */
export function keyboard(context: CanvasRenderingContext2D, { view, colours, lit, width, naming, fifths }: Keyboard) {
  context.fillStyle = colours.keyWhite;
  context.fillRect(0, 0, width, view.height);
  // Where only some keys have rows, each says what it is.
  const black = Math.round(width * (view.keys ? 0.4 : 0.62));
  const keys = keysIn(view);
  const bottom = y(view, keys[0] ?? 0) + view.row;
  if (bottom < view.height) {
    context.fillStyle = colours.panel;
    context.fillRect(0, bottom, width, view.height - bottom);
  }
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.font = `530 9px ${colours.font}`;
  keys.forEach((pitch, at) => {
    const top = y(view, pitch);
    const colour = lit.get(pitch);
    const named = view.keys ? view.row >= 11 : pitch % 12 === 0 && view.row >= 8;
    if (isBlack(pitch)) {
      context.fillStyle = colour ?? colours.keyBlack;
      context.fillRect(0, top, black, view.row);
      context.fillStyle = "rgb(0 0 0 / .28)";
      context.fillRect(black, Math.round(top + view.row / 2), view.keys ? 0 : width - black, 1);
    } else if (colour) {
      context.fillStyle = colour;
      context.fillRect(0, top, width, view.row);
    }
    // Between white keys that lie side by side; under every row where they need not.
    if (view.keys ? at > 0 : pitch % 12 === 5 || pitch % 12 === 0) {
      context.fillStyle = "rgb(0 0 0 / .28)";
      context.fillRect(view.keys ? black : 0, Math.round(top + view.row) - 1, width, 1);
    }
    if (named) {
      context.fillStyle = colours.keyText;
      context.fillText(pitchName(pitch, view.keys ? fifths : 0, naming), width - 4, top + view.row / 2 + 0.5);
    }
  });
  context.textAlign = "left";
}
