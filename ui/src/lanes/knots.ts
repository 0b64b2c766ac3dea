// A curve as knots: points that it goes through, and between two of them a quadratic Bézier curve that a third one pulls.
// The piece holds values alone; knots are found for them, and what is changed of the knots is drawn as values again.

import type { Curve } from "../document/curves";
import { bent, solved } from "./bend";
import { range } from "./kinds";
import type { Point } from "./stroke";

export interface Knot extends Point {
  /** What pulls the way to the next knot: at which part of the time between them, 0..=1, and how far from the straight line. */
  part: number;
  lift: number;
}

/** What can be taken hold of: a knot, or what pulls the way after it. */
export interface Hold {
  at: number;
  pull: boolean;
}

/** How far found knots may be from the values, as a part of the range. */
const NEAR = 0.02;
/** Places in time where a pull is looked for. */
const PARTS = [1, 2, 3, 4, 5].map((sixth) => sixth / 6);

const STRAIGHT = { part: 0.5, lift: 0 };

const line = (from: Point, to: Point, part: number) => from.value + (to.value - from.value) * part;

/** Where the way from a knot to the next is pulled. */
export const pullOf = (from: Knot, to: Point): Point => ({ tick: from.tick + (to.tick - from.tick) * from.part, value: line(from, to, from.part) + from.lift });

/** The knot at `from` whose way to `to` is pulled from there. */
function pulled(from: Point, to: Point, pull: Point): Knot {
  const part = Math.min(1, Math.max(0, (pull.tick - from.tick) / (to.tick - from.tick)));
  return { tick: from.tick, value: from.value, part, lift: pull.value - line(from, to, part) };
}

/** The place of what is held. */
export const placeOf = (knots: readonly Knot[], { at, pull }: Hold): Point => (pull ? pullOf(knots[at], knots[at + 1]) : knots[at]);

/** All that can be held, in time. Ways no longer than two grains are not pulled. */
export function holds(knots: readonly Knot[], grain: number): Hold[] {
  const long = (at: number) => at + 1 < knots.length && knots[at + 1].tick - knots[at].tick > 2 * grain;
  return knots.flatMap((_, at) => [{ at, pull: false }, ...(long(at) ? [{ at, pull: true }] : [])]);
}

/** Knots through a curve's values: as few as stay near them. A step is a way of one grain. */
export function fitted({ ticks, values }: Curve, code: number, grain: number): Knot[] {
  const all: Point[] = [];
  ticks.forEach((tick, index) => {
    const last = all.at(-1);
    if (last?.tick === tick) all.pop();
    // What is held is heard for as long, so it counts in the middle and at its end too.
    else if (last && last.tick < tick - grain) all.push({ tick: Math.round((last.tick + tick - grain) / 2), value: last.value }, { tick: tick - grain, value: last.value });
    all.push({ tick, value: values[index] });
  });
  if (!all.length) return [];
  const [low, high] = range(code);
  const most = (high - low) * NEAR;
  const ends = [0];
  const open = [[0, all.length - 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [first, last] = next;
    if (first === last) continue;
    const { worst, error } = best(all, first, last);
    if (error <= most) ends.push(last);
    // The earlier half comes first.
    else open.push([worst, last], [first, worst]);
  }
  // What is furthest from a curve lies beside the corner rather than in it: where two ways are one, the knot between them goes.
  const kept = ends.slice(0, 1);
  ends.forEach((end, at) => {
    if (at && (at === ends.length - 1 || best(all, kept[kept.length - 1], ends[at + 1]).error > most)) kept.push(end);
  });
  return kept.map((end, at) => (at + 1 < kept.length ? best(all, end, kept[at + 1]).knot : { ...all[end], ...STRAIGHT }));
}

/** The pull with the least squares between two of these points, and which point it is furthest from. */
function best(all: readonly Point[], first: number, last: number): { knot: Knot; worst: number; error: number } {
  const [from, to] = [all[first], all[last]];
  const inner = all.slice(first + 1, last);
  const tries = PARTS.map((part) => {
    const rows = inner.map(({ tick, value }) => {
      const at = solved(part, (tick - from.tick) / (to.tick - from.tick));
      return { share: 2 * at * (1 - at), rest: value - (1 - at) ** 2 * from.value - at ** 2 * to.value };
    });
    const weight = rows.reduce((sum, { share }) => sum + share * share, 0);
    const pull = weight ? rows.reduce((sum, { share, rest }) => sum + share * rest, 0) / weight : line(from, to, part);
    const errors = rows.map(({ share, rest }) => Math.abs(rest - share * pull));
    const error = errors.reduce((most, one) => Math.max(most, one), 0);
    return { knot: { tick: from.tick, value: from.value, part, lift: pull - line(from, to, part) }, worst: first + 1 + errors.indexOf(error), error };
  });
  return tries.reduce((one, other) => (other.error < one.error ? other : one));
}

/** The values that knots draw, from one of them to another: at the knots and at whole grains, each where it differs. */
export function written(knots: readonly Knot[], first: number, last: number, code: number, grain: number): Point[] {
  const [low, high] = range(code);
  const held = (value: number) => Math.min(high, Math.max(low, Math.round(value)));
  const points: Point[] = [];
  for (let at = first; at <= last; at++) {
    const [from, to] = [knots[at], knots[at + 1]];
    points.push({ tick: from.tick, value: held(from.value) });
    if (at === last) break;
    const way = bent(from, to, pullOf(from, to));
    for (let tick = (Math.floor(from.tick / grain) + 1) * grain; tick < to.tick; tick += grain) points.push({ tick, value: held(way(tick)) });
  }
  return points.filter(({ value }, at) => value !== points[at - 1]?.value);
}

const alike = (one: Knot | undefined, other: Knot | undefined) => !!one && !!other && one.tick === other.tick && one.value === other.value;
const equal = (one: Knot | undefined, other: Knot | undefined) => alike(one, other) && one?.part === other?.part && one?.lift === other?.lift;

/** What has to be drawn so that `old` becomes `now`: the stretch up to before `to`, and its values. None where nothing changes. */
export function redrawn(old: readonly Knot[], now: readonly Knot[], code: number, grain: number): { from: number; to: number; points: Point[] } | null {
  const most = Math.min(old.length, now.length);
  let same = 0;
  while (same < most && equal(old[same], now[same])) same++;
  if (same === old.length && same === now.length) return null;
  let rest = 0;
  while (rest < most - same && equal(old[old.length - 1 - rest], now[now.length - 1 - rest])) rest++;
  // Where only the pull is another, the way before it stays.
  const first = alike(old[same], now[same]) ? same : same - 1;
  const last = rest ? now.length - rest : now.length - 1;
  const begin = first >= 0 ? now[first].tick : Math.min(old[0]?.tick ?? Infinity, now[0]?.tick ?? Infinity);
  const end = rest ? now[last].tick : Math.max(old.at(-1)?.tick ?? 0, now.at(-1)?.tick ?? 0);
  return { from: begin, to: end + 1, points: now.length ? written(now, Math.max(0, first), last, code, grain) : [] };
}

/** The knots with what is held at another place: a knot between its neighbours, what pulls between its knots. */
export function moved(knots: readonly Knot[], { at, pull }: Hold, to: Point): Knot[] {
  const now = [...knots];
  if (pull) now[at] = pulled(knots[at], knots[at + 1], to);
  else {
    const [least, most] = [(knots[at - 1]?.tick ?? -1) + 1, (knots[at + 1]?.tick ?? Infinity) - 1];
    now[at] = { ...knots[at], tick: Math.min(most, Math.max(least, Math.round(to.tick))), value: to.value };
  }
  return now;
}

/** The knots with one more, and its place; the ways beside it stay as bent as they were (de Casteljau). None where one stands already. */
export function added(knots: readonly Knot[], point: Point): { knots: Knot[]; at: number } | null {
  const tick = Math.round(point.tick);
  const at = knots.filter((knot) => knot.tick < tick).length;
  if (knots[at]?.tick === tick) return null;
  const [from, to] = [knots[at - 1], knots[at]];
  const now = [...knots];
  let fresh: Knot = { tick, value: point.value, ...STRAIGHT };
  if (from && to) {
    const pull = pullOf(from, to);
    const part = solved(from.part, (tick - from.tick) / (to.tick - from.tick));
    const between = (one: Point, other: Point) => ({ tick: one.tick + (other.tick - one.tick) * part, value: one.value + (other.value - one.value) * part });
    const [before, after] = [between(from, pull), between(pull, to)];
    const on = { ...between(before, after), tick };
    now[at - 1] = pulled(from, on, before);
    fresh = { ...pulled(on, to, after), value: point.value };
  }
  now.splice(at, 0, fresh);
  return { knots: now, at };
}

/** The knots without what is held: a knot goes, with a straight way in its place; what pulls lets go. */
export function dropped(knots: readonly Knot[], { at, pull }: Hold): Knot[] {
  const straight = (knot: Knot): Knot => ({ ...knot, ...STRAIGHT });
  if (pull) return knots.map((knot, index) => (index === at ? straight(knot) : knot));
  return knots.flatMap((knot, index) => (index === at ? [] : [index === at - 1 ? straight(knot) : knot]));
}
