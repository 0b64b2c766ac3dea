import { describe, expect, it } from "vitest";
import { pitchName } from "../document/names";
import { chosenWords, doneWords, type Speaker } from "./words";

const speaker: Speaker = { tpq: 480, pitch: (pitch) => pitchName(pitch), place: (tick) => ({ bar: Math.floor(tick / 1440) + 1, beat: Math.floor((tick % 1440) / 480) + 1 }) };
const note = (start: number, pitch: number, flags = 0) => ({ id: start, start, length: 240, pitch, velocity: 80, flags });

describe("a selection in words", () => {
  it("tells one note in full", () => {
    expect(chosenWords([note(480, 60)], speaker)).toBe("C4, bar 1 beat 2, eighth, velocity 80, selected");
    expect(chosenWords([note(0, 60, 3)], speaker)).toBe("C4, bar 1 beat 1, eighth, velocity 80, locked, silent, selected");
  });

  it("tells how far several reach", () => {
    expect(chosenWords([60, 67, 64, 62].map((pitch) => note(5760, pitch)), speaker)).toBe("4 notes, C4 to G4, bar 5");
    expect(chosenWords([note(2880, 60), note(0, 60)], speaker)).toBe("2 notes, C4, bars 1 to 3");
    expect(chosenWords([], speaker)).toBe("Nothing selected");
  });
});

describe("an edit in words", () => {
  const move = (ticks: number, semitones: number) => doneWords({ kind: "moveNotes", ids: [1], ticks, semitones }, 480);

  it("tells where notes went", () => {
    expect([move(0, 1), move(0, -2), move(0, 12), move(0, -24)]).toEqual(["moved up a semitone", "moved down 2 semitones", "moved up an octave", "moved down 2 octaves"]);
    expect([move(240, 0), move(-480, 0), move(240, 1)]).toEqual(["moved later by an eighth", "moved earlier by a quarter", "moved up a semitone and later by an eighth"]);
    expect([move(1, 0), move(-7, 0)]).toEqual(["moved later by 2 ticks", "moved earlier by 14 ticks"]);
    expect(doneWords({ kind: "transposeInScale", ids: [1], steps: -1, scale: 4095 }, 480)).toBe("moved down a step of the scale");
  });

  it("tells lengths from either end", () => {
    expect(doneWords({ kind: "resizeNotes", ids: [1], ticks: 240, edge: "end" }, 480)).toBe("longer by an eighth");
    expect(doneWords({ kind: "resizeNotes", ids: [1], ticks: 240, edge: "start" }, 480)).toBe("shorter by an eighth");
  });

  it("counts notes, and keeps quiet of what buttons say themselves", () => {
    expect(doneWords({ kind: "deleteNotes", ids: [1, 2] }, 480)).toBe("2 notes deleted");
    expect(doneWords({ kind: "lockNotes", ids: [1], locked: false }, 480)).toBe("1 note unlocked");
    expect(doneWords({ kind: "setVelocity", ids: [1], velocity: { set: 90 } }, 480)).toBe("velocity 90");
    expect(doneWords({ kind: "transformNotes", ids: [1, 2], transform: { staccato: 50 } }, 480)).toBe("made staccato");
    expect(doneWords({ kind: "renameTrack", track: 0, name: "x" }, 480)).toBe("");
  });
});
