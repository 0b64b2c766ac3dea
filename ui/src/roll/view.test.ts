import { describe, expect, it } from "vitest";
import { fitted, folded, keysIn, levelAt, moved, pitchAt, rank, rowed, stretched, tickAt, turned, type View, x, y, yOf, zoomed } from "./view";

const view: View = { left: 960, top: 400, quarter: 40, row: 14, width: 800, height: 400, tpq: 480 };

describe("view", () => {
  it("goes across with Shift, whichever way the system turns the wheel", () => {
    expect(turned({ deltaX: 3, deltaY: 5, shiftKey: false })).toEqual([3, 5]);
    expect([turned({ deltaX: 0, deltaY: 5, shiftKey: true }), turned({ deltaX: 5, deltaY: 0, shiftKey: true })]).toEqual([[5, 0], [5, 0]]);
  });

  it("goes there and back", () => {
    for (const tick of [0, 960, 1234]) expect(tickAt(view, x(view, tick))).toBeCloseTo(tick);
    for (const pitch of [0, 60, 127]) expect(pitchAt(view, y(view, pitch) + 3)).toBe(pitch);
    expect(levelAt(view, y(view, 60) + view.row / 2)).toBeCloseTo(60.5);
    expect(yOf(view, levelAt(view, 123))).toBeCloseTo(123);
  });

  it("keeps what is under the pointer when it zooms", () => {
    const wide = zoomed(view, 1.5, 300, 100_000);
    expect(tickAt(wide, 300)).toBeCloseTo(tickAt(view, 300));
    expect(pitchAt(stretched(view, 1, 200, 100_000), 200)).toBe(pitchAt(view, 200));
  });

  it("stays inside the piece", () => {
    expect(moved(view, { left: -5, top: -5 }, 1000)).toMatchObject({ left: 0, top: 0 });
    expect(moved(view, { top: 1e9, quarter: 1e9 }, 1000)).toMatchObject({ top: 128 * 14 - 400, quarter: 400 });
  });

  it("fits a stretch and its keys", () => {
    const near = fitted(view, { from: 4800, to: 6720 }, { low: 55, high: 72 }, 100_000);
    expect(x(near, 4800)).toBeGreaterThan(0);
    expect(x(near, 6720)).toBeLessThan(near.width);
    expect(x(near, 6720) - x(near, 4800)).toBeGreaterThan(near.width * 0.9);
    expect(near.row).toBe(17);
    expect([y(near, 72) > 0, y(near, 55) + near.row < near.height]).toEqual([true, true]);
    // All of a long piece is as small as it gets, from its beginning.
    expect(fitted(view, { from: 0, to: 1e6 }, { low: 0, high: 127 }, 1e6)).toMatchObject({ left: 0, row: 8, quarter: 4 });
    // Without notes the rows stay.
    expect(fitted(view, { from: 0, to: 1920 }, null, 1e6)).toMatchObject({ row: 14, top: view.top });
  });
});

describe("a folded view", () => {
  const keys = [48, 55, 60, 62, 64, 65, 67];
  const few: View = { ...view, keys, top: 0, height: 60 };

  it("has a row for each of its keys, one below the other", () => {
    expect([...keys].reverse().map((pitch) => y(few, pitch))).toEqual([0, 14, 28, 42, 56, 70, 84]);
    for (const pitch of keys) expect(pitchAt(few, y(few, pitch) + 3)).toBe(pitch);
    expect([pitchAt(few, -500), pitchAt(few, 5000)]).toEqual([67, 48]);
    expect(levelAt(few, y(few, 60) + 7)).toBeCloseTo(rank(few, 60) + 0.5);
    expect(yOf(few, levelAt(few, 33))).toBeCloseTo(33);
  });

  it("shows a key without a row between those beside it", () => {
    expect([rowed(few, 60), rowed(few, 61), rowed(view, 61)]).toEqual([true, false, true]);
    expect(y(few, 61)).toBe((y(few, 60) + y(few, 62)) / 2);
    expect(y(few, 20)).toBeGreaterThan(y(few, 48));
  });

  it("knows the keys in sight", () => {
    expect(keysIn(few)).toEqual([60, 62, 64, 65, 67]);
    expect(keysIn({ ...view, top: 0, height: 28 })).toEqual([126, 127]);
  });

  it("goes no further than its rows", () => {
    expect(moved(few, { top: 1000 }, 1000).top).toBe(7 * 14 - 60);
    expect(moved({ ...few, height: 400 }, { top: 30 }, 1000).top).toBe(0);
  });

  it("keeps what was in its middle", () => {
    const middle: View = { ...view, top: (127 - 62) * 14 - 23, height: 60 };
    const tall = folded(middle, keys, 1000);
    expect(pitchAt(tall, 30)).toBe(62);
    expect(pitchAt(folded(tall, undefined, 1000), 30)).toBe(62);
  });

  it("fits by its rows", () => {
    const near = fitted({ ...few, height: 400 }, { from: 0, to: 1920 }, { low: 48, high: 67 }, 100_000);
    expect(near.row).toBe(17);
  });
});
