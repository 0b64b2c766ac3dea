import { describe, expect, it } from "vitest";
import { BEND, isLane, others, PROGRAM, shown, SUSTAIN } from "./kinds";
import { downs, drawn, grain, pedalled, replaced, scaled, Stroke } from "./stroke";

const curve = (...points: [number, number][]) => ({ ticks: points.map(([tick]) => tick), values: points.map(([, value]) => value) });
const rows = ({ ticks, values }: { ticks: readonly number[]; values: readonly number[] }) => ticks.map((tick, at) => [tick, values[at]]);

describe("a stroke", () => {
  it("fills what lies between two points, and says each value once", () => {
    const stroke = new Stroke(1, 10);
    stroke.to({ tick: 5, value: 10 });
    stroke.to({ tick: 45, value: 50 });
    expect(stroke.points()).toEqual([0, 10, 20, 30, 40].map((tick, at) => ({ tick, value: 10 + at * 10 })));
    stroke.to({ tick: 22, value: 0 });
    expect(stroke.points().map(({ value }) => value)).toEqual([10, 20, 0, 25, 50]);
    expect(stroke.span).toEqual({ from: 0, to: 50 });
    const flat = new Stroke(1, 10);
    flat.to({ tick: 0, value: 7 });
    flat.to({ tick: 95, value: 7.2 });
    expect(flat.points()).toEqual([{ tick: 0, value: 7 }]);
    expect(flat.span.to).toBe(100);
  });

  it("stays inside the range and the piece", () => {
    const stroke = new Stroke(BEND, 10);
    stroke.to({ tick: -50, value: -9000 });
    stroke.to({ tick: 15, value: 9000 });
    expect(stroke.points()).toEqual([{ tick: 0, value: -8192 }, { tick: 10, value: 8191 }]);
  });

  it("is a line if asked", () => {
    const stroke = new Stroke(1, 10);
    stroke.to({ tick: 300, value: 3 });
    stroke.line({ tick: 20, value: 30 }, { tick: 0, value: 10 });
    expect(stroke.points()).toEqual([{ tick: 0, value: 10 }, { tick: 10, value: 20 }, { tick: 20, value: 30 }]);
  });
});

describe("a pedal", () => {
  const held = curve([100, 127], [200, 0], [300, 90], [400, 0]);

  it("is down in bars", () => {
    expect(downs(held, SUSTAIN, 1000)).toEqual([{ from: 100, to: 200 }, { from: 300, to: 400 }]);
    expect(downs(curve([100, 127]), SUSTAIN, 1000)).toEqual([{ from: 100, to: 1000 }]);
  });

  it("is pressed and lifted without changing what is around", () => {
    const pressed = (from: number, to: number, down: boolean) => downs(replaced(held, from, to + 1, pedalled(held, SUSTAIN, from, to, down)), SUSTAIN, 1000);
    expect(pressed(500, 600, true)).toEqual([...downs(held, SUSTAIN, 1000), { from: 500, to: 600 }]);
    expect(pressed(150, 350, true)).toEqual([{ from: 100, to: 400 }]);
    expect(pressed(150, 350, false)).toEqual([{ from: 100, to: 150 }, { from: 350, to: 400 }]);
    expect(pressed(0, 1000, false)).toEqual([]);
  });
});

describe("a curve", () => {
  it("is drawn over and scaled where it is asked", () => {
    const old = curve([0, 10], [10, 20], [20, 30]);
    expect(rows(replaced(old, 5, 20, [{ tick: 7, value: 99 }]))).toEqual([[0, 10], [7, 99], [20, 30]]);
    expect(rows(scaled(old, 1, 0, 20, 50, 0))).toEqual([[0, 5], [10, 10], [20, 30]]);
    expect(rows(scaled(curve([0, 0], [1, 104]), 10, 0, 9, 50, 64))).toEqual([[0, 32], [1, 84]]);
    expect(rows(scaled(old, 1, 0, 99, 1000, 0))).toEqual([[0, 100], [10, 127], [20, 127]]);
  });

  it("becomes a command", () => {
    expect(drawn(3, BEND, 0, 20, [{ tick: 5, value: -1 }])).toEqual({ kind: "drawController", track: 3, controller: "bend", from: 0, to: 20, ticks: [5], values: [-1] });
    expect(drawn(3, 11, 0, 20, []).kind).toBe("drawController");
    expect(grain(960)).toBe(40);
  });
});

it("names lanes and values", () => {
  expect(others().includes(SUSTAIN) || others().includes(PROGRAM)).toBe(false);
  expect([0, 119, 128, 129, 130].every(isLane) && ![120, 127, 131, -1, 1.5, "7"].some(isLane)).toBe(true);
  expect([shown(10, 64), shown(10, 0), shown(64, 127), shown(7, 90)]).toEqual(["centre", "64 left", "down", "90"]);
});
