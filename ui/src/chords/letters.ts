// A chord's name on a canvas.

import { EM, FLAT, SHARP } from "./signs";

const SIGNS = { b: FLAT, "#": SHARP };
const PATHS = new Map<string, Path2D>();

/** The line on which letters stand, below their middle, as a part of their size. */
const BASE = 0.36;

/** Writes a symbol around the line `y` with the font that is set, of so many pixels; answers how far it reaches. */
export function write(context: CanvasRenderingContext2D, symbol: string, x: number, y: number, size: number): number {
  let at = x;
  for (const run of symbol.split(/([b#])/)) {
    const sign = run === "b" || run === "#" ? SIGNS[run] : undefined;
    if (!sign) {
      context.fillText(run, at, y);
      at += context.measureText(run).width;
      continue;
    }
    const path = PATHS.get(run) ?? new Path2D(sign.outline);
    PATHS.set(run, path);
    const em = (EM * size) / 1000;
    context.save();
    context.translate(at, y + BASE * size - (sign.raised * size) / 1000);
    context.scale(em, -em);
    context.fill(path);
    context.restore();
    at += sign.width * em;
  }
  return at - x;
}
