// What every lane under the roll stands on: its field, the marked bars and the lines of the bars; and how it is drawn in.

import { studio } from "../app/studio.svelte";
import { type Pen, taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";
import type { Colours } from "../roll/colours";
import { fitted } from "../roll/frame";
import { lines } from "../roll/paint";
import { sheet } from "../roll/sheet.svelte";
import { type View, x } from "../roll/view";

/** The ground of a lane, painted, with what is needed to paint on it; none while there is no piece. */
export function ground(canvas: HTMLCanvasElement | undefined, height: number): { context: CanvasRenderingContext2D; view: View; colours: Colours } | null {
  const { view, colours } = sheet;
  if (!colours || !studio.bars || !canvas) return null;
  const context = fitted(canvas, view.width, height);
  context.fillStyle = colours.panel;
  context.fillRect(0, 0, view.width, height);
  if (sheet.marked) {
    context.fillStyle = colours.tint;
    context.fillRect(x(view, sheet.marked.from), 0, x(view, sheet.marked.to) - x(view, sheet.marked.from), height);
  }
  lines({ view, bars: studio.bars, step: 0 }, (at, kind) => {
    context.fillStyle = colours[kind];
    context.fillRect(Math.round(at), 0, 1, height);
  });
  return { context, view, colours };
}

/** What was said of a curve that is pulled is over. */
export function hush() {
  if (studio.message?.text === m.lanes_pull()) studio.message = null;
}

/** The pen that a press means: Shift a line, Alt a scaling, else the chosen one. */
export const penOf = (event: PointerEvent): Pen => (event.shiftKey ? "line" : event.altKey ? "scale" : taste.pen);

/** The percent that a way up the lane means, 1 being its whole height: half of it doubles. */
export const percentOf = (way: number) => Math.min(1000, Math.max(0, Math.round(100 + way * 200)));
