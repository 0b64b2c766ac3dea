// The lanes above the roll: bar numbers, form, tempo, metre, key, chords.

import type { Document } from "../bindings/Document";
import { write } from "../chords/letters";
import { degree, NONE, shown } from "../chords/names";
import type { Landmark } from "../bindings/Landmark";
import { inForce, type Naming } from "../document/names";
import type { Bars } from "../document/bars";
import type { Colours } from "./colours";
import { entries, type Entry, LANES } from "./landmarks";
import type { Place } from "./landmarks.svelte";
import { m } from "../paraglide/messages";
import { lines } from "./paint";
import { right, type View, x } from "./view";

export const RULER = 26;
export const LANE = 20;
export const HEIGHT = RULER + LANES.length * LANE;

/** Pixels from a landmark to its words. */
const GAP = 6;

export interface Lanes {
  view: View;
  bars: Bars;
  document: Document;
  colours: Colours;
  marked: { from: number; to: number } | null;
  loop: { from: number; to: number } | null;
  /** Written at the end of the marked bars: "Candidate A". */
  note: string;
  naming: Naming;
  chosen: Place | null;
  dragged: (Place & { to: number }) | null;
}

export function lanes(context: CanvasRenderingContext2D, lanes: Lanes) {
  const { view, colours, document, naming } = lanes;
  context.fillStyle = colours.panel;
  context.fillRect(0, 0, view.width, HEIGHT);
  ruler(context, lanes);
  context.font = `430 11px ${colours.font}`;
  LANES.forEach(({ what }, at) => {
    const top = RULER + at * LANE;
    const all = entries(document, what, naming);
    const words = all.length || what === "marker" || what === "key" || what === "chord" ? all : [{ tick: 0, text: what === "tempo" ? "♩ 120" : "4/4" }];
    if (what === "chord") chords(context, lanes, top);
    else if (what === "tempo" && isDense(view, all)) line(context, lanes, top);
    else row(context, lanes, top, words);
    const { dragged, chosen } = lanes;
    if (chosen?.what === what) mark(context, lanes, top, chosen.tick);
    if (dragged?.what === what) carried(context, lanes, top, dragged.to);
  });
  context.fillStyle = colours.line;
  for (let at = RULER; at <= HEIGHT; at += LANE) context.fillRect(0, at - 1, view.width, 1);
}

/** One or few tempi are written out; a performance with hundreds is a line. */
function isDense(view: View, tempos: Entry[]): boolean {
  const shown = tempos.filter(({ tick }) => tick >= view.left && tick <= right(view));
  return shown.length > 6 || shown.some(({ tick }, at) => at > 0 && x(view, tick) - x(view, shown[at - 1].tick) < 44);
}

/** What stands at `px` in a lane: the landmark itself, or its words up to the next one. */
export function under(context: CanvasRenderingContext2D, { view, document, naming, colours }: Pick<Lanes, "view" | "document" | "naming" | "colours">, what: Landmark, px: number): Entry | null {
  context.font = `430 11px ${colours.font}`;
  const all = entries(document, what, naming);
  const dense = what === "tempo" && isDense(view, all);
  let found: Entry | null = null;
  for (const entry of all) {
    const from = x(view, entry.tick);
    const width = dense ? 0 : GAP + context.measureText(entry.text).width;
    if (px >= from - 5 && px <= Math.max(from, 0) + Math.max(5, width)) found = entry;
  }
  return found;
}

function mark(context: CanvasRenderingContext2D, { view, colours }: Lanes, top: number, tick: number) {
  const at = Math.round(x(view, tick));
  context.fillStyle = colours.accent;
  context.fillRect(at - 1, top + 2, 3, LANE - 5);
}

function carried(context: CanvasRenderingContext2D, { view, colours }: Lanes, top: number, to: number) {
  context.fillStyle = colours.text;
  context.fillRect(Math.round(x(view, to)), top + 1, 1, LANE - 3);
}

function ruler(context: CanvasRenderingContext2D, { view, bars, colours, marked, loop, note }: Lanes) {
  const block = (range: { from: number; to: number }, top: number, height: number, colour: string) => {
    const from = x(view, range.from);
    context.fillStyle = colour;
    context.fillRect(from, top, x(view, range.to) - from, height);
  };
  if (marked) {
    block(marked, 5, RULER - 6, colours.candSoft);
    context.strokeStyle = colours.cand;
    context.strokeRect(Math.round(x(view, marked.from)) + 0.5, 5.5, Math.round(x(view, marked.to) - x(view, marked.from)), RULER - 8);
  }
  if (loop) {
    block(loop, 0, 6, colours.text3);
    // What its ends are moved by.
    context.fillStyle = colours.text2;
    for (const tick of [loop.from, loop.to]) context.fillRect(Math.round(x(view, tick)) - 1, 0, 3, 9);
  }
  context.textBaseline = "middle";
  context.font = `530 11px ${colours.font}`;
  let last = -Infinity;
  lines({ view, bars, step: 0 }, (at, kind) => {
    if (kind !== "bar") return;
    context.fillStyle = colours.lineStrong;
    context.fillRect(Math.round(at), 8, 1, RULER - 8);
    if (at - last < 26) return;
    last = at;
    context.fillStyle = colours.text2;
    context.fillText(String(bars.bar(view.left + ((at + 0.5) * view.tpq) / view.quarter) + 1), at + 5, RULER / 2 + 2);
  });
  if (marked && note) {
    const to = x(view, marked.to);
    if (to - x(view, marked.from) > 110) {
      context.font = `530 10px ${colours.font}`;
      context.textAlign = "right";
      context.fillStyle = colours.cand;
      context.fillText(note, to - 5, RULER / 2 + 2);
      context.textAlign = "left";
    }
  }
}

/** Words at ticks; what began left of the view stays readable at its edge. */
function row(context: CanvasRenderingContext2D, { view, colours }: Lanes, top: number, words: Entry[]) {
  words.forEach(({ tick, text }, at) => {
    const next = words[at + 1] ? x(view, words[at + 1].tick) : Infinity;
    const from = x(view, tick);
    if (next < 0 || tick > right(view)) return;
    if (from >= 0) {
      context.fillStyle = colours.lineStrong;
      context.fillRect(Math.round(from), top + 3, 1, LANE - 7);
    }
    context.save();
    context.beginPath();
    context.rect(0, top, Math.max(0, Math.min(next - 4, view.width)), LANE);
    context.clip();
    context.fillStyle = colours.text2;
    context.fillText(text, Math.max(from, 0) + GAP, top + LANE / 2);
    context.restore();
  });
}

/** Chords as blocks that last until the next one, each with its degree of the key where there is room. */
function chords(context: CanvasRenderingContext2D, { view, bars, document, colours, chosen }: Lanes, top: number) {
  const all = shown(document.chords);
  if (!all.length) {
    context.fillStyle = colours.text3;
    context.fillText(m.chords_empty(), GAP, top + LANE / 2);
  }
  const end = Math.max(bars.end(bars.count(document.written) - 1), all.at(-1)?.tick ?? 0);
  all.forEach(({ tick, symbol, detected }, at) => {
    const [from, to] = [x(view, tick), x(view, all[at + 1]?.tick ?? Math.max(end, tick + view.tpq))].map(Math.round);
    if (to < 0 || from > view.width) return;
    const [left, right] = [Math.max(from, 0), Math.min(to, view.width)];
    const silent = symbol === NONE;
    context.save();
    context.beginPath();
    context.rect(left, top, Math.max(0, right - left - 1), LANE);
    context.clip();
    if (!silent) {
      context.fillStyle = chosen?.what === "chord" && chosen.tick === tick ? colours.accentSoft : colours.raised;
      context.beginPath();
      context.roundRect(from + 1, top + 1, to - from - 2, LANE - 3, 2);
      context.fill();
    }
    // What was only heard is written lighter than what somebody wrote.
    context.font = `${detected ? 430 : 600} 11px ${colours.font}`;
    context.fillStyle = silent ? colours.text3 : detected ? colours.text2 : colours.text;
    const taken = left + GAP + write(context, symbol, left + GAP, top + LANE / 2, 11);
    const numeral = degree(symbol, inForce(document.keys, tick));
    context.font = `430 10px ${colours.font}`;
    if (numeral && right - GAP - context.measureText(numeral).width > taken + 8) {
      context.textAlign = "right";
      context.fillStyle = colours.text3;
      context.fillText(numeral, right - GAP - 1, top + LANE / 2);
      context.textAlign = "left";
    }
    context.restore();
  });
  context.font = `430 11px ${colours.font}`;
}

function line(context: CanvasRenderingContext2D, all: Lanes, top: number) {
  const { view, document, colours } = all;
  const tempos = document.tempos.length ? document.tempos : [{ tick: 0, micros: 500_000 }];
  const bpm = tempos.map(({ micros }) => 60e6 / micros);
  const [low, high] = [Math.min(...bpm), Math.max(...bpm)];
  const height = (value: number) => top + (high - low < 1 ? LANE / 2 : LANE - 5 - ((value - low) / (high - low)) * (LANE - 9));
  context.strokeStyle = colours.text3;
  context.beginPath();
  let before = inForce(tempos.map((tempo, at) => ({ ...tempo, at })), view.left)?.at ?? 0;
  context.moveTo(0, height(bpm[before]));
  for (let at = before + 1; at < tempos.length && tempos[at].tick <= right(view); at++) {
    context.lineTo(x(view, tempos[at].tick), height(bpm[before]));
    context.lineTo(x(view, tempos[at].tick), height(bpm[at]));
    before = at;
  }
  context.lineTo(view.width, height(bpm[before]));
  context.stroke();
}
