// The pen that takes hold of a lane's knots.

import type { Curve } from "../document/curves";
import { added, dropped, fitted, type Hold, holds, type Knot, moved, placeOf, redrawn } from "./knots";
import { type Point, replaced } from "./stroke";

const same = (one: Curve, other: Curve) =>
  one.ticks.length === other.ticks.length && one.ticks.every((tick, at) => tick === other.ticks[at] && one.values[at] === other.values[at]);

export class Grip {
  /** What is held, and what keys work on. */
  held = $state.raw<Hold | null>(null);
  /** The knots as they are being changed; none while nothing is. */
  now: readonly Knot[] | null = null;
  /** The knots as they were before: found once, not at every move. */
  #before: readonly Knot[] = [];
  /** Knots that the lane's values were drawn by. */
  #drew: { knots: readonly Knot[]; curve: Curve } | null = null;

  /** A curve's knots: those that drew it, as long as it is as they drew it. */
  of(curve: Curve, code: number, grain: number): readonly Knot[] {
    return this.#drew && same(this.#drew.curve, curve) ? this.#drew.knots : fitted(curve, code, grain);
  }

  /** These knots are about to be changed. */
  begin(knots: readonly Knot[]) {
    this.#before = this.now = knots;
  }

  /** Takes hold of what is near, a knot rather than a pull, else of a new knot at `point`. */
  take(knots: readonly Knot[], point: Point, near: (place: Point) => boolean, grain: number) {
    const close = holds(knots, grain).filter((hold) => near(placeOf(knots, hold)));
    this.held = close.find(({ pull }) => !pull) ?? close[0] ?? null;
    this.begin(knots);
    if (!this.held) this.add(knots, point);
  }

  add(knots: readonly Knot[], point: Point) {
    const more = added(knots, point);
    this.begin(knots);
    if (more) this.now = more.knots;
    this.held = more && { at: more.at, pull: false };
  }

  move(to: Point) {
    if (this.now && this.held) this.now = moved(this.now, this.held, to);
  }

  /** A knot goes; what pulls lets go. */
  drop(knots: readonly Knot[]) {
    if (!this.held) return;
    this.begin(knots);
    this.now = dropped(knots, this.held);
    this.held = null;
  }

  /** What has to be drawn so that the curve is as its knots are now. */
  change(code: number, grain: number): { from: number; to: number; points: Point[] } | null {
    return this.now && redrawn(this.#before, this.now, code, grain);
  }

  /** The change is about to be made: what it draws will be these knots'. */
  draws(curve: Curve, { from, to, points }: { from: number; to: number; points: Point[] }) {
    if (this.now) this.#drew = { knots: this.now, curve: replaced(curve, from, to, points) };
  }
}
