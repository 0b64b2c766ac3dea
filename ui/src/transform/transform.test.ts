import { describe, expect, it } from "vitest";
import { Bars } from "../document/bars";
import { CHROMATIC, inScale, scaleOf } from "../document/scale";
import { quantized } from "./preview";
import { HUMANIZE, humanize, QUANTIZE, quantize, restored } from "./settings";

const meter = (numerator: number, denominator: number) => ({ tick: 0, numerator, denominator, clocks: 24, thirty_seconds: 8 });
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

// The cases of `score::command::quantize`, so that what is shown is what comes.
describe("the preview of quantizing", () => {
  const common = new Bars(960, []);
  const shown = (start: number, length: number, settings: Partial<typeof QUANTIZE>, bars = common) => {
    const row = quantized({ id: 1, start, length, pitch: 60, velocity: 80, flags: 0 }, { ...QUANTIZE, ...settings }, bars);
    return [row.start, row.length];
  };

  it("draws onsets to the nearest place, the later of two", () => {
    expect(shown(30, 480, {})).toEqual([0, 480]);
    expect(shown(120, 240, {})).toEqual([240, 240]);
    expect(shown(60, 240, { starts: false })).toEqual([60, 240]);
  });

  it("goes as far as its strength", () => {
    expect(shown(60, 960, { grid: 1 / 2, strength: 50 })).toEqual([30, 960]);
    expect(shown(420, 960, { grid: 1 / 2, strength: 50 })).toEqual([450, 960]);
    expect(shown(60, 960, { strength: 0 })).toEqual([60, 960]);
  });

  it("swings two to one at its most", () => {
    const settings = { grid: 1 / 2, swing: 100, ends: true };
    expect([0, 480, 960, 1440].map((start) => shown(start, 480, settings))).toEqual([[0, 640], [640, 320], [960, 640], [1600, 320]]);
    expect(shown(600, 480, { grid: 1 / 2, swing: 100 })).toEqual([640, 480]);
  });

  it("keeps ends behind onsets", () => {
    expect(shown(60, 780, { grid: 1 / 2, starts: false, ends: true })).toEqual([60, 900]);
    expect(shown(60, 60, { grid: 1 / 2, ends: true })).toEqual([0, 480]);
  });

  it("begins anew at every bar", () => {
    const bars = new Bars(960, [meter(5, 8)]);
    expect(shown(2400 + 1020, 480, { grid: 1 }, bars)).toEqual([3360, 480]);
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
