import { expect, test } from "vitest";
import { between, holds, shifted, stepped } from "./block";

const block = between({ row: 2, bar: 5 }, { row: 0, bar: 3 });

test("a block lies between two cells, whichever came first", () => {
  expect(block).toEqual({ rows: { from: 0, to: 2 }, bars: { from: 3, to: 5 } });
  expect(block).toEqual(between({ row: 0, bar: 3 }, { row: 2, bar: 5 }));
  expect([3, 5, 6].map((bar) => holds(block, { row: 1, bar }))).toEqual([true, true, false]);
  expect(holds(block, { row: 3, bar: 4 })).toBe(false);
});

test("a step stays inside the piece", () => {
  const cell = { row: 1, bar: 1 };
  expect(stepped(cell, { row: 1, bar: 0 }, 2, 8)).toEqual({ row: 1, bar: 1 });
  expect(stepped(cell, { row: -1, bar: 4 }, 2, 8)).toEqual({ row: 0, bar: 5 });
  expect(stepped(cell, { row: 0, bar: -1 }, 2, 8)).toEqual({ row: 1, bar: 1 });
  expect(stepped(cell, { row: 0, bar: 99 }, 2, 8)).toEqual({ row: 1, bar: 8 });
});

test("no block goes before the first bar or beyond a track", () => {
  expect([-1, -9, 4].map((bar) => shifted(block, { row: 0, bar }, 3).bar)).toEqual([-1, -2, 4]);
  const two = between({ row: 1, bar: 1 }, { row: 2, bar: 1 });
  expect([-1, -9, 1, 9].map((row) => shifted(two, { row, bar: 0 }, 5).row)).toEqual([-1, -1, 1, 2]);
});
