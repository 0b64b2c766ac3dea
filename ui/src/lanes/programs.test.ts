import { expect, it } from "vitest";
import type { TrackSummary } from "../bindings/TrackSummary";
import { bands, lineOf } from "./programs";

it("a line is what one lane plays on one channel", () => {
  const track = (id: number, lane: number, channel: number) => ({ id, header: { lane, channel } }) as TrackSummary;
  const all = [track(0, 1, 0), track(1, 1, 0), track(2, 1, 3), track(3, 2, 0)];
  expect(lineOf(all, 1).map(({ id }) => id)).toEqual([0, 1]);
  expect(lineOf(all, 2).map(({ id }) => id)).toEqual([2]);
  expect(lineOf(all, null)).toEqual([]);
});

it("its instruments take turns", () => {
  expect(bands([], 100)).toEqual([]);
  expect(bands([{ track: 4, starts: [] }], 100)).toEqual([{ track: 4, from: 0, to: 100 }]);
  expect(bands([{ track: 4, starts: [] }, { track: 5, starts: [] }], 100)).toEqual([{ track: 4, from: 0, to: 100 }]);
  expect(bands([{ track: 4, starts: [10, 20, 70] }, { track: 5, starts: [40, 50] }], 100)).toEqual([
    { track: 4, from: 0, to: 40 }, { track: 5, from: 40, to: 70 }, { track: 4, from: 70, to: 100 },
  ]);
  expect(bands([{ track: 4, starts: [0] }, { track: 5, starts: [200] }], 100).at(-1)).toEqual({ track: 5, from: 200, to: 201 });
});
