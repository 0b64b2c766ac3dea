// The lanes above the roll: bar numbers, form, tempo, key.

import { fileText, inForce, keyName, type Naming } from "../document/names";
import type { Document } from "../bindings/Document";
import type { Bars } from "../document/bars";
import type { Colours } from "./colours";
import { lines } from "./paint";
import { right, type View, x } from "./view";

export const RULER = 26;
export const LANE = 20;
export const HEIGHT = RULER + 3 * LANE;

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
}

export function lanes(context: CanvasRenderingContext2D, lanes: Lanes) {
  const { view, colours, document } = lanes;
  context.fillStyle = colours.panel;
  context.fillRect(0, 0, view.width, HEIGHT);
  ruler(context, lanes);
  context.font = `430 11px ${colours.font}`;
  form(context, lanes, RULER);
  tempo(context, lanes, RULER + LANE);
  const metre = document.meters.length ? document.meters : [{ tick: 0, numerator: 4, denominator: 4 }];
  const changes = [...new Set([...document.keys, ...metre].map(({ tick }) => tick))].sort((a, b) => a - b);
  row(context, lanes, RULER + 2 * LANE, changes.map((tick) => {
    const meter = inForce(metre, tick);
    const key = inForce(document.keys, tick);
    return { tick, text: `${key ? `${keyName(key, lanes.naming)}   ` : ""}${meter?.numerator}/${meter?.denominator}` };
  }));
  context.fillStyle = colours.line;
  for (let at = RULER; at <= HEIGHT; at += LANE) context.fillRect(0, at - 1, view.width, 1);
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
  if (loop) block(loop, 0, 4, colours.text3);
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
function row(context: CanvasRenderingContext2D, { view, colours }: Lanes, top: number, words: { tick: number; text: string }[]) {
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
    context.fillText(text, Math.max(from, 0) + 6, top + LANE / 2);
    context.restore();
  });
}

function form(context: CanvasRenderingContext2D, all: Lanes, top: number) {
  row(context, all, top, all.document.markers.map(({ tick, text }) => ({ tick, text: fileText(text) })));
}

function tempo(context: CanvasRenderingContext2D, all: Lanes, top: number) {
  const { view, document, colours } = all;
  const tempos = document.tempos.length ? document.tempos : [{ tick: 0, micros: 500_000 }];
  const bpm = tempos.map(({ micros }) => 60e6 / micros);
  const [low, high] = [Math.min(...bpm), Math.max(...bpm)];
  const height = (value: number) => top + (high - low < 1 ? LANE / 2 : LANE - 5 - ((value - low) / (high - low)) * (LANE - 9));
  // One or few tempi are written out; a performance with hundreds is a line.
  const shown = tempos.filter(({ tick }) => tick >= view.left && tick <= right(view));
  if (shown.length <= 6) {
    row(context, all, top, tempos.map(({ tick }, at) => ({ tick, text: `♩ ${Math.round(bpm[at] * 10) / 10}` })));
    return;
  }
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
