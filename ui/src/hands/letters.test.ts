import { expect, it } from "vitest";
import { clampOctave, clampVelocity, letterOf, pitchOf } from "./letters";

it("letters are keys by their places, from middle C in octave 4", () => {
  expect(["KeyA", "KeyW", "KeyK", "Semicolon"].map((code) => pitchOf(code, 4))).toEqual([60, 61, 72, 76]);
  expect(["KeyQ", "KeyR", "KeyI", "Digit1", "Space"].map((code) => pitchOf(code, 4))).toEqual([null, null, null, null, null]);
  expect(pitchOf("KeyA", -1)).toBe(0);
});

it("a key shows the letter that plays it", () => {
  for (const code of ["KeyA", "KeyT", "KeyP"]) expect(letterOf(pitchOf(code, 3)!, 3)).toBe(code.slice(3));
  expect([letterOf(76, 4), letterOf(59, 4), letterOf(77, 4)]).toEqual([";", "", ""]);
});

it("octave and velocity stay in their ranges", () => {
  expect([clampOctave(12), clampOctave(-4), clampVelocity(0), clampVelocity(200)]).toEqual([9, -1, 1, 127]);
});
