import { describe, expect, it } from "vitest";
import { bent, straight } from "./bend";
import { Stroke } from "./stroke";

const from = { tick: 100, value: 10 };
const to = { tick: 300, value: 110 };

describe("a bent line", () => {
  it("is straight where nothing pulls it", () => {
    const line = bent(from, to, straight(from, to));
    expect([100, 150, 200, 300].map(line)).toEqual([10, 35, 60, 110]);
  });

  it("begins and ends where it is said, and goes towards what pulls", () => {
    const high = bent(from, to, { tick: 200, value: 110 });
    expect([high(100), high(300)]).toEqual([10, 110]);
    expect(high(200)).toBeCloseTo(85);
    // A pull near the end keeps it low for long.
    const late = bent(from, to, { tick: 290, value: 10 });
    expect(late(200)).toBeLessThan(35);
    expect(late(250)).toBeLessThan(late(290));
  });

  it("rises without turning back, wherever the pull is between the ends", () => {
    for (const tick of [-500, 100, 150, 200, 299, 300, 900]) {
      const curve = bent(from, to, { tick, value: 60 });
      const values = Array.from({ length: 201 }, (_, at) => curve(100 + at));
      expect(values.every((value, at) => Number.isFinite(value) && (at === 0 || value >= values[at - 1] - 1e-9))).toBe(true);
    }
  });

  it("is the same drawn from the right", () => {
    const pull = { tick: 170, value: 100 };
    expect(bent(to, from, pull)(222)).toBeCloseTo(bent(from, to, pull)(222));
    expect(bent(from, from, pull)(100)).toBe(10);
  });

  it("becomes values on the grain", () => {
    const stroke = new Stroke(1, 50);
    stroke.to({ tick: 900, value: 3 });
    stroke.bend(from, to, { tick: 200, value: 110 });
    expect(stroke.span).toEqual({ from: 100, to: 350 });
    expect(stroke.points().map(({ value }) => value)).toEqual([10, 54, 85, 104, 110]);
  });
});
