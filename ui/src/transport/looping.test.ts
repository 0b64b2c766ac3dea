import { describe, expect, it } from "vitest";
import { grip, looped } from "./looping";

const loop = { from: 3840, to: 7680 };

describe("the loop's strip", () => {
  it("has the ends before what lies between them", () => {
    expect([3800, 3900, 5000, 7700, 9000].map((at) => grip(loop, at, 60))).toEqual(["from", "from", "whole", "to", "new"]);
    expect(grip(null, 5000, 60)).toBe("new");
  });

  it("takes both ends of a loop that is narrower than the reach", () => {
    expect([grip({ from: 100, to: 140 }, 105, 60), grip({ from: 100, to: 140 }, 135, 60)]).toEqual(["from", "to"]);
  });

  it("draws a new loop on the grid, in either direction", () => {
    expect(looped("new", null, 1000, 4700, 960)).toEqual({ from: 960, to: 4800 });
    expect(looped("new", null, 4700, 1000, 960)).toEqual({ from: 960, to: 4800 });
  });

  it("moves an end, and all of it", () => {
    expect(looped("from", loop, 3840, 1900, 960)).toEqual({ from: 1920, to: 7680 });
    expect(looped("to", loop, 7680, 9500, 960)).toEqual({ from: 3840, to: 9600 });
    expect(looped("whole", loop, 5000, 6000, 960)).toEqual({ from: 4800, to: 8640 });
    expect(looped("whole", loop, 5000, -90_000, 960)).toEqual({ from: 0, to: 3840 });
  });

  it("is never empty, wherever the pointer goes", () => {
    const places = [-100_000, -1, 0, 1, 959, 3840, 5000, 7679, 7680, 7681, 100_000];
    for (const grip of ["from", "to", "whole", "new"] as const) for (const begun of places) for (const now of places) for (const step of [0, 1, 320, 960]) {
      const { from, to } = looped(grip, loop, begun, now, step);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to - from).toBeGreaterThanOrEqual(Math.max(1, step));
      expect([Number.isInteger(from), Number.isInteger(to)]).toEqual([true, true]);
    }
  });
});
