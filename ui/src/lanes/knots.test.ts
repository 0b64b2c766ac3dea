import { describe, expect, it } from "vitest";
import { type Curve, valueAt } from "../document/curves";
import { bent } from "./bend";
import { BEND } from "./kinds";
import { added, dropped, fitted, holds, type Knot, moved, placeOf, pullOf, redrawn, written } from "./knots";
import { replaced } from "./stroke";

const GRAIN = 10;
const straight = (tick: number, value: number): Knot => ({ tick, value, part: 0.5, lift: 0 });
const curve = (knots: Knot[], code = 1): Curve => {
  const points = written(knots, 0, knots.length - 1, code, GRAIN);
  return { ticks: points.map(({ tick }) => tick), values: points.map(({ value }) => value) };
};
/** The furthest that two curves are apart. */
const apart = (one: Curve, other: Curve, end: number) => Math.max(...Array.from({ length: end }, (_, tick) => Math.abs(valueAt(one, tick, 0) - valueAt(other, tick, 0))));

describe("knots", () => {
  it("are found again in what they drew", () => {
    const drew: Knot[] = [{ tick: 0, value: 10, part: 1 / 3, lift: 60 }, straight(400, 100), { tick: 800, value: 20, part: 5 / 6, lift: -15 }, straight(1200, 90)];
    const found = fitted(curve(drew), 1, GRAIN);
    expect(found.length).toBeLessThanOrEqual(6);
    expect(apart(curve(found), curve(drew), 1300)).toBeLessThanOrEqual(4);
    for (const corner of [400, 800]) expect(Math.min(...found.map(({ tick }) => Math.abs(tick - corner)))).toBeLessThanOrEqual(2 * GRAIN);
  });

  it("are few where a slope is slow, and two where a value steps", () => {
    expect(fitted(curve([straight(0, 0), straight(4000, 12)]), 1, GRAIN).map(({ tick }) => tick)).toEqual([0, 3840]);
    const step = fitted({ ticks: [0, 1000], values: [100, 20] }, 7, GRAIN);
    expect(step.map(({ tick, value }) => [tick, value])).toEqual([[0, 100], [990, 100], [1000, 20]]);
    expect(fitted({ ticks: [], values: [] }, 7, GRAIN)).toEqual([]);
    expect(fitted({ ticks: [5, 5], values: [1, 2] }, 7, GRAIN)).toEqual([straight(5, 2)]);
  });

  it("hold to what was recorded within a fiftieth of the range", () => {
    const ticks = Array.from({ length: 2000 }, (_, at) => at * 7);
    for (const [code, size] of [[1, 50], [BEND, 6000]]) {
      const recorded = { ticks, values: ticks.map((tick) => Math.round(size * (1 + Math.sin(tick / 900)) * 0.6 + ((tick * 31) % 5) / 5)) };
      const found = fitted(recorded, code, GRAIN);
      expect(found.length).toBeLessThan(60);
      expect(found.every(({ tick, value }) => valueAt(recorded, tick, 0) === value)).toBe(true);
      expect(apart({ ...curve(found, code) }, recorded, 13_000)).toBeLessThanOrEqual(code === BEND ? 400 : 4);
    }
  });

  const three = [straight(0, 0), { tick: 400, value: 100, part: 0.5, lift: 20 }, straight(800, 0)];

  it("stay between their neighbours, and pulls between their knots", () => {
    expect(moved(three, { at: 1, pull: false }, { tick: 900, value: 50 })[1]).toEqual({ ...three[1], tick: 799, value: 50 });
    expect(moved(three, { at: 0, pull: false }, { tick: -20, value: 5 })[0].tick).toBe(0);
    const bowed = moved(three, { at: 0, pull: true }, { tick: 100, value: 90 });
    expect(pullOf(bowed[0], bowed[1])).toEqual({ tick: 100, value: 90 });
    expect(pullOf(moved(three, { at: 0, pull: true }, { tick: 500, value: 90 })[0], three[1])).toEqual({ tick: 400, value: 90 });
    expect(placeOf(three, { at: 2, pull: false })).toBe(three[2]);
    expect(holds([...three, straight(815, 9)], GRAIN).map(({ at, pull }) => `${at}${pull ? "~" : ""}`)).toEqual(["0", "0~", "1", "1~", "2", "3"]);
  });

  it("come without changing the curve, and go with a straight way", () => {
    const way = bent(three[1], three[2], pullOf(three[1], three[2]));
    const more = added(three, { tick: 500, value: way(500) });
    expect(more?.at).toBe(2);
    expect(apart(curve(more?.knots ?? []), curve(three), 900)).toBeLessThanOrEqual(1);
    expect(added(three, { tick: 400.2, value: 1 })).toBeNull();
    expect(added([], { tick: 7, value: 3 })?.knots).toEqual([straight(7, 3)]);
    expect(added(three, { tick: 900, value: 3 })?.knots.at(-1)).toEqual(straight(900, 3));
    expect(dropped(three, { at: 1, pull: false })).toEqual([three[0], three[2]]);
    expect(dropped(three, { at: 2, pull: false })).toEqual([three[0], straight(400, 100)]);
    expect(dropped(three, { at: 1, pull: true })[1]).toEqual(straight(400, 100));
  });

  it("draw again only what they change", () => {
    const changes: [Knot[], number, number][] = [
      [moved(three, { at: 1, pull: false }, { tick: 300, value: 9 }), 0, 801],
      [moved(three, { at: 1, pull: true }, { tick: 500, value: 9 }), 400, 801],
      [moved(three, { at: 2, pull: false }, { tick: 600, value: 9 }), 400, 801],
      [moved(three, { at: 0, pull: false }, { tick: 50, value: 9 }), 0, 401],
      [dropped(three, { at: 0, pull: false }), 0, 401],
      [dropped(three, { at: 2, pull: false }), 400, 801],
      [added(three, { tick: 900, value: 3 })?.knots ?? [], 800, 901],
      [[], 0, 801],
    ];
    for (const [now, from, to] of changes) {
      const change = redrawn(three, now, 1, GRAIN);
      expect([change?.from, change?.to]).toEqual([from, to]);
      expect(change?.points.every(({ tick }) => tick >= from && tick < to)).toBe(true);
      // Put in its place, it gives what the knots draw by themselves.
      const after = replaced(curve(three), from, to, change?.points ?? []);
      expect(apart(after, now.length ? curve(now) : { ticks: [], values: [] }, 1000)).toBe(0);
    }
    expect(redrawn(three, [...three], 1, GRAIN)).toBeNull();
  });
});
