import { describe, expect, it } from "vitest";
import type { Document } from "../bindings/Document";
import { begun, entries, keys, typed } from "./landmarks";

const bytes = (text: string) => [...new TextEncoder().encode(text)];

const document = {
  markers: [{ tick: 0, text: bytes("A") }, { tick: 960, text: bytes("old") }, { tick: 960, text: bytes("C") }],
  tempos: [{ tick: 0, micros: 357_143 }, { tick: 1920, micros: 500_000 }],
  meters: [{ tick: 0, numerator: 3, denominator: 4, clocks: 24, thirty_seconds: 8 }],
  keys: [{ tick: 0, fifths: -3, minor: true }],
  chords: [{ tick: 0, symbol: "Cm", detected: true }, { tick: 1920, symbol: "Abmaj7/Eb", detected: false }],
} as unknown as Document;

describe("lanes", () => {
  it("say what stands in them, the last of several at one tick", () => {
    expect(entries(document, "marker", "english")).toEqual([{ tick: 0, text: "A" }, { tick: 960, text: "C" }]);
    expect(entries(document, "tempo", "english").map(({ text }) => text)).toEqual(["♩ 168", "♩ 120"]);
    expect(entries(document, "meter", "english")[0].text).toBe("3/4");
    expect(entries(document, "key", "german")[0].text).toBe("C minor");
    expect(entries(document, "chord", "english").map(({ text }) => text)).toEqual(["Cm", "A♭maj7/E♭"]);
  });

  it("begin a field with what holds there, and a new section with the next letter", () => {
    expect(begun(document, "marker", 960)).toBe("C");
    expect(begun(document, "marker", 5000)).toBe("B");
    expect(begun(document, "tempo", 5000)).toBe("120");
    expect(begun(document, "meter", 5000)).toBe("3/4");
    expect([begun(document, "chord", 1920), begun(document, "chord", 2000)]).toEqual(["A♭maj7/E♭", ""]);
    expect(keys("english").find(({ value }) => value === begun(document, "key", 5000))?.name).toBe("C minor");
  });

  it("read what is typed", () => {
    expect(typed("marker", 5, " Trio ")).toEqual({ kind: "setMarker", tick: 5, name: "Trio" });
    expect(typed("tempo", 5, "92,5")).toEqual({ kind: "setTempo", tick: 5, micros: 648_649 });
    expect(typed("meter", 5, "6 / 8")).toEqual({ kind: "setMeter", tick: 5, numerator: 6, denominator: 8 });
    expect(typed("chord", 5, "a-7/G")).toEqual({ kind: "setChord", tick: 5, chord: "a-7/G" });
    expect(typed("key", 5, "-3 minor")).toEqual({ kind: "setKey", tick: 5, fifths: -3, minor: true });
  });

  it("refuse what cannot be, in words", () => {
    for (const [what, text] of [["marker", "  "], ["tempo", "fast"], ["tempo", "0"], ["tempo", "3"], ["meter", "3"], ["meter", "3/5"], ["meter", "0/4"], ["meter", "256/4"]] as const) {
      expect(() => typed(what, 0, text), `${what} ${text}`).toThrow();
    }
  });
});
