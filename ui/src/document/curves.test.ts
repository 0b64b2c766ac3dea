import { expect, it } from "vitest";
import { before, Curves, valueAt } from "./curves";

function records(...rows: [tick: number, value: number, code: number][]): ArrayBuffer {
  const data = new DataView(new ArrayBuffer(rows.length * 8));
  rows.forEach(([tick, value, code], at) => {
    data.setUint32(at * 8, tick, true);
    data.setInt16(at * 8 + 4, value, true);
    data.setUint8(at * 8 + 6, code);
  });
  return data.buffer;
}

it("reads records of eight bytes", () => {
  const curves = Curves.read(records([0, 64, 1], [10, -8192, 128], [20, 70, 1]));
  expect(curves.codes()).toEqual([1, 128]);
  expect(curves.of(1)).toEqual({ ticks: [0, 20], values: [64, 70] });
  expect(curves.of(128)).toEqual({ ticks: [10], values: [-8192] });
  expect(curves.of(7).ticks).toEqual([]);
});

it("takes over stretches, both ends included, and forgets what is empty", () => {
  const curves = Curves.read(records([0, 1, 1], [10, 2, 1], [20, 3, 1], [0, 5, 64]));
  curves.take({ track: 0, controller: 1, from: 10, to: 20, tick: [12, 12], value: [8, 9] });
  expect(curves.of(1)).toEqual({ ticks: [0, 12, 12], values: [1, 8, 9] });
  curves.take({ track: 0, controller: 1, from: 0, to: 99, tick: [], value: [] });
  expect(curves.codes()).toEqual([64]);
  curves.take({ track: 0, controller: 255, from: 0, to: 4294967295, tick: [], value: [] });
  expect(curves.codes()).toEqual([]);
});

it("knows the value in force", () => {
  const curve = { ticks: [10, 20, 20], values: [1, 2, 3] };
  expect([9, 10, 19, 20, 99].map((tick) => valueAt(curve, tick, 100))).toEqual([100, 1, 1, 3, 3]);
  expect([before(curve.ticks, 20), before(curve.ticks, 21)]).toEqual([1, 3]);
});
