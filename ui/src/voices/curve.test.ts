import { describe, expect, it } from "vitest";
import { added, aligned, ending, lowest, type Point, reach, roomFor, smoothed } from "./curve";

const held: Point[] = [[0, 2.4], [100, 2.0], [200, 1.8], [300, 1.9]];

describe("a curve", () => {
  it("goes on from where a training that went back comes again", () => {
    expect(added(held, [250, 1.7])).toEqual([[0, 2.4], [100, 2.0], [200, 1.8], [250, 1.7]]);
    expect(added([], [0, 1])).toEqual([[0, 1]]);
  });

  it("knows its best, the first of equals", () => {
    expect(lowest(held)).toEqual([200, 1.8]);
    expect(lowest([[0, 1], [5, 1]])).toEqual([0, 1]);
    expect(lowest([])).toBeNull();
  });

  it("says where it ends unless it becomes better", () => {
    // 20 looks in 2,000 tokens: patience of five is 500 tokens after the best.
    expect(ending(held, 2000, 5)).toBe(700);
    expect(ending(held, 400, 20)).toBeNull();
    expect(ending([], 2000, 5)).toBeNull();
  });

  it("is smoothed without a jump at its beginning", () => {
    const mean = smoothed([[0, 2], [1, 2], [2, 1]]);
    expect(mean.slice(0, 2).map(([, value]) => value)).toEqual([2, 2]);
    expect(mean[2][1]).toBeCloseTo(1.85);
    expect(smoothed([])).toEqual([]);
  });
});

describe("a plot", () => {
  it("has one column of places, and nothing where a curve has no point", () => {
    expect(aligned([[[0, 1], [20, 2]], [[10, 3], [20, 4]]])).toEqual([[0, 10, 20], [1, null, 2], [null, 3, 4]]);
  });

  it("has room for everything", () => {
    const [low, high] = reach([held, []]);
    expect(low).toBeLessThan(1.8);
    expect(high).toBeGreaterThan(2.4);
    expect(reach([[]])).toEqual([0, 3]);
    expect(reach([[[0, 0.01]]])[0]).toBe(0);
  });

  it("has words where nothing stands in their way, as near to the end as they can", () => {
    expect(roomFor(100, [40, 600], [])).toBe(500);
    // A line through them; one that leaves room behind itself; two that leave none between them.
    expect(roomFor(100, [40, 600], [[550, 550]])).toBe(450);
    expect(roomFor(100, [40, 600], [[300, 300]])).toBe(500);
    expect(roomFor(100, [40, 600], [[550, 550], [480, 490]])).toBe(380);
    // Nowhere is room.
    expect(roomFor(100, [40, 200], [[120, 120]])).toBe(100);
    expect(roomFor(100, [40, 80], [])).toBe(-20);
  });
});
