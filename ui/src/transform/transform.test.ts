import { describe, expect, it } from "vitest";
import { CHROMATIC, inScale, scaleOf } from "../document/scale";
import { HUMANIZE, humanize, QUANTIZE, quantize, restored } from "./settings";

const key = (fifths: number, minor = false) => ({ tick: 0, fifths, minor });
const classes = (scale: number) => Array.from({ length: 12 }, (_, pitch) => pitch).filter((pitch) => inScale(scale, pitch));

describe("scales", () => {
  it("follow the key signature", () => {
    expect(classes(scaleOf(key(0)))).toEqual([0, 2, 4, 5, 7, 9, 11]);
    expect(classes(scaleOf(key(2)))).toEqual([1, 2, 4, 6, 7, 9, 11]);
    expect(classes(scaleOf(key(-3, true)))).toEqual([0, 2, 3, 5, 7, 8, 10]);
    expect(scaleOf(key(-7))).toBe(scaleOf(key(5)));
    for (let fifths = -7; fifths <= 7; fifths++) expect(classes(scaleOf(key(fifths)))).toHaveLength(7);
  });

  it("hold every semitone where no key is written", () => {
    expect(scaleOf(undefined)).toBe(CHROMATIC);
    expect(classes(CHROMATIC)).toHaveLength(12);
  });
});

describe("settings", () => {
  it("become commands in the piece's ticks", () => {
    expect(quantize([1], { ...QUANTIZE, grid: 1 / 3 }, 480)).toEqual({ kind: "quantizeNotes", ids: [1], grid: 160, strength: 100, swing: 0, starts: true, ends: false });
    expect(humanize([1], { ...HUMANIZE, timing: 20, length: 10 }, 480)).toMatchObject({ kind: "humanizeNotes", timing: 10, length: 5, seed: 1 });
  });

  it("come back only where they mean something", () => {
    expect(restored(QUANTIZE, { grid: 1, swing: "much", more: 3 })).toEqual({ ...QUANTIZE, grid: 1 });
    expect(restored(QUANTIZE, null)).toEqual(QUANTIZE);
    expect(restored(QUANTIZE, "nonsense")).toEqual(QUANTIZE);
  });
});
