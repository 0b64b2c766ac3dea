// A curve that one point pulls out of the straight line between two others.

import type { Point } from "./stroke";

/** The value at a tick of the quadratic Bézier curve from one point to another; what pulls lies between them in time. */
export function bent(from: Point, to: Point, pull: Point): (tick: number) => number {
  const [first, last] = from.tick <= to.tick ? [from, to] : [to, from];
  const span = last.tick - first.tick;
  if (!span) return () => to.value;
  // In parts of the span; the curve never goes back in time.
  const middle = Math.min(1, Math.max(0, (pull.tick - first.tick) / span));
  return (tick) => {
    const at = Math.min(1, Math.max(0, (tick - first.tick) / span));
    const part = solved(middle, at);
    const rest = 1 - part;
    return rest * rest * first.value + 2 * rest * part * pull.value + part * part * last.value;
  };
}

/** Where on the curve 2t(1-t)·m + t² is `at`. */
export function solved(middle: number, at: number): number {
  const square = 1 - 2 * middle;
  // A parabola that is nearly a line has no roots that could be counted on.
  if (Math.abs(square) < 1e-6) return at;
  return (Math.sqrt(middle * middle + square * at) - middle) / square;
}

/** What pulls a curve so that it is straight. */
export const straight = (from: Point, to: Point): Point => ({ tick: (from.tick + to.tick) / 2, value: (from.value + to.value) / 2 });
