import { describe, expect, it } from "vitest";
import { chordName, chordWords, degree } from "./names";

describe("a chord", () => {
  it("is shown with the signs of music", () => {
    expect(["Bbm7b5/F", "F#dim7", "N.C.", "Ebmaj7#11"].map(chordName)).toEqual(["B♭m7♭5/F", "F♯dim7", "N.C.", "E♭maj7♯11"]);
  });

  it("is spoken in words", () => {
    expect(["C", "Am7/G", "Bbm7b5", "F#dim7", "Ebmaj7", "Gsus4", "Cm(maj7)", "N.C.", "D7#9/F#"].map(chordWords)).toEqual([
      "C", "A minor 7 over G", "B flat minor 7 flat 5", "F sharp diminished 7", "E flat major 7", "G suspended 4", "C minor major 7", "no chord", "D 7 sharp 9 over F sharp",
    ]);
  });

  it("stands on a degree of the key", () => {
    const key = (fifths: number, minor = false) => ({ tick: 0, fifths, minor });
    expect(["C", "Am", "Dm7", "G7", "C/E", "Bdim", "Bm7b5", "Cmaj7", "Eb", "F#dim7", "Caug", "N.C."].map((symbol) => degree(symbol, key(0)))).toEqual([
      "I", "vi", "ii⁷", "V⁷", "I", "vii°", "viiø⁷", "I⁷", "♭III", "♯iv°⁷", "I+", "",
    ]);
    expect(["Am", "E7", "F", "G#dim", "G"].map((symbol) => degree(symbol, key(0, true)))).toEqual(["i", "V⁷", "VI", "♯vii°", "VII"]);
    expect(["Eb", "Bb7"].map((symbol) => degree(symbol, key(-3)))).toEqual(["I", "V⁷"]);
    expect(degree("C", undefined)).toBe("");
  });
});
