// Drawing the loop in the strip above the bar numbers: points in, a loop out.

import type { Range } from "../bindings/Range";

/** What of a loop the pointer has: an end, all of it, or a new one. */
export type Grip = "from" | "to" | "whole" | "new";

/** What is met at a place, `reach` being how far from an end that still is the end; all in the same unit. */
export function grip(loop: Range | null, at: number, reach: number): Grip {
  if (!loop) return "new";
  const [first, last] = [Math.abs(at - loop.from), Math.abs(at - loop.to)];
  if (Math.min(first, last) <= reach) return first < last ? "from" : "to";
  return at > loop.from && at < loop.to ? "whole" : "new";
}

/** The loop after a drag from one tick to another. It begins at 0 at the earliest and is never empty. */
export function looped(grip: Grip, loop: Range | null, begun: number, now: number, step: number): Range {
  const grid = (tick: number) => Math.max(0, step ? Math.round(tick / step) * step : Math.round(tick));
  const least = Math.max(1, step);
  if (grip === "whole" && loop) {
    const by = Math.max(-loop.from, grid(Math.max(0, loop.from + now - begun)) - loop.from);
    return whole(loop.from + by, loop.to + by);
  }
  if (grip === "from" && loop) return whole(Math.max(0, Math.min(grid(now), loop.to - least)), loop.to);
  if (grip === "to" && loop) return whole(loop.from, Math.max(grid(now), loop.from + least));
  const [from, to] = [grid(Math.min(begun, now)), grid(Math.max(begun, now))];
  return whole(from, Math.max(to, from + least));
}

const whole = (from: number, to: number): Range => ({ from: Math.round(from), to: Math.round(to) });
