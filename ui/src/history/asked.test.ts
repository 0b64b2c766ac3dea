import { afterEach, describe, expect, it } from "vitest";
import type { Asked } from "../bindings/Asked";
import { learn } from "../document/instruments";
import { overwriteGetLocale } from "../paraglide/runtime";
import { FIRST } from "../variations/settings";
import { askedWords, brief, byNumber } from "./asked";

const asked = (settings: Partial<typeof FIRST> = {}, words: string[] = [], locks: number[] = []): Asked => ({
  candidate: 2,
  model: "base 1a2b with Flute tunes 80 %",
  request: { selection: { tracks: [0], fromBar: 5, toBar: 8, cells: [] }, settings: { ...FIRST, seed: 43, ...settings }, locks, voices: [], words, compare: false },
});

afterEach(() => {
  overwriteGetLocale(() => "en");
  learn([]);
});

describe("what a step was asked for", () => {
  it("is its seed and model, and how far it goes, where nothing else was chosen", () => {
    expect(askedWords(asked())).toEqual(["Strength: 50 %", "Candidate: B", "Seed: 43", "Model: base 1a2b with Flute tunes 80 %"]);
    expect(askedWords(asked({ mode: "infill" }))[0]).toBe("Mode: Infill");
    expect(askedWords(asked({ mode: "infill" })).join()).not.toContain("Strength");
  });

  it("is everything that was chosen", () => {
    learn([{ program: 73, drums: false, name: "Flute", family: "Pipe" }]);
    const all = asked({ strength: 0.7, keep: ["contour", "harmony"], scale: "Eb minor", range: [48, 84], chords: true, density: 0.5, polyphony: 3, temperature: 1.15, count: 8, instrument: 73 }, ["dance", "slow"], [4, 5]);
    expect(askedWords(all)).toEqual([
      "Strength: 70 %", "Keep: Contour, Harmony", "Scale: E♭ minor", "Chords: Follow the chord track", "Range: C3–C6", "Density: More", "At once: 3 notes", "Temperature: 1.15 (Bold)", "Instrument: Flute",
      "Candidates: 8", "Locked: 2 notes", "Words: dance, slow", "Candidate: B", "Seed: 43", "Model: base 1a2b with Flute tunes 80 %",
    ]);
    expect(askedWords(asked({ density: -0.3, temperature: 0.9, scale: "off", instrument: 5 })).slice(1, -3)).toEqual(["Scale: Any note", "Density: -30 %", "Temperature: 0.9", "Instrument: 5"]);
  });

  it("is said in Chinese where the window is", () => {
    overwriteGetLocale(() => "zh");
    for (const words of askedWords(asked({ mode: "harmonize", keep: ["rhythm"], temperature: 1, density: 1 }, ["舞"]))) expect(words).toMatch(/^\p{Script=Han}+：/u);
  });

  it("stands at its step, whose label then says only what was done", () => {
    expect([...byNumber([{ away: -1, asked: asked() }, { away: 1, asked: asked() }], { done: ["a", "b"], undone: ["c"] }).keys()]).toEqual([1, 3]);
    expect(brief("Vary bars 5–8 on new tracks, seed 12, strength 50 %, by A")).toBe("Vary bars 5–8 on new tracks");
    expect(brief("Rename Piano")).toBe("Rename Piano");
  });
});
