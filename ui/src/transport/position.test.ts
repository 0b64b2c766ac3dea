import { expect, it } from "vitest";
import { Position } from "./position";

const anchor = { tick: 100, atMs: 0, counting: 0, playing: true, ticksPerSecond: 1000, loopFrom: null, loopTo: null };

it("moves on between anchors while playing, and rests otherwise", () => {
  const position = new Position();
  position.hear(anchor, 500);
  expect(position.tick(750)).toBe(350);
  position.hear({ ...anchor, playing: false }, 800);
  expect(position.tick(5000)).toBe(100);
});

it("turns at the end of a loop", () => {
  const position = new Position();
  position.hear({ ...anchor, loopFrom: 50, loopTo: 150 }, 0);
  expect(position.tick(49)).toBe(149);
  expect(position.tick(70)).toBeCloseTo(70);
});
