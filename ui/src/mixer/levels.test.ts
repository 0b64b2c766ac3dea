import { expect, it } from "vitest";
import { levels } from "./levels";

it("jumps to a peak and falls from it", () => {
  levels.hear({ tracks: [4], peaks: [120], left: 100, right: 90 }, 1000);
  expect([levels.of(4, 1000), levels.side(0, 1000), levels.side(1, 1000), levels.of(5, 1000)]).toEqual([120, 100, 90, 0]);
  expect(levels.of(4, 1500)).toBeCloseTo(96);
  levels.hear({ tracks: [4], peaks: [10], left: 0, right: 0 }, 1500);
  expect(levels.of(4, 1500)).toBeCloseTo(96);
  expect(levels.of(4, 9000)).toBe(0);
});
