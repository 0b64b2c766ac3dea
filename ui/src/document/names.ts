// What notes, keys and lengths are called.

import type { Key } from "../bindings/Key";

const SHARPS = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];
const FLATS = ["C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B"];
const MAJORS = ["C♭", "G♭", "D♭", "A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯"];
const MINORS = ["A♭", "E♭", "B♭", "F", "C", "G", "D", "A", "E", "B", "F♯", "C♯", "G♯", "D♯", "A♯"];

/** A MIDI key's name, 60 = C4; `fifths` < 0 spells with flats. */
export function pitchName(pitch: number, fifths = 0): string {
  return (fifths < 0 ? FLATS : SHARPS)[pitch % 12] + (Math.floor(pitch / 12) - 1);
}

export function keyName(key: Key | undefined): string {
  if (!key) return "none";
  return `${(key.minor ? MINORS : MAJORS)[key.fifths + 7]} ${key.minor ? "minor" : "major"}`;
}

/** The value in force at `tick` of a map sorted by tick. */
export function inForce<T extends { tick: number }>(map: readonly T[], tick: number): T | undefined {
  let found: T | undefined;
  for (const entry of map) if (entry.tick <= tick) found = entry;
  return found;
}

const LENGTHS: [number, string][] = [
  [4, "whole"], [3, "dotted half"], [2, "half"], [1.5, "dotted quarter"], [1, "quarter"], [0.75, "dotted eighth"],
  [2 / 3, "quarter triplet"], [0.5, "eighth"], [1 / 3, "eighth triplet"], [0.25, "sixteenth"], [0.125, "thirty-second"],
];

/** The nearest note value for so many quarters. */
export function lengthName(quarters: number): string {
  let best = LENGTHS[0];
  for (const length of LENGTHS) {
    if (Math.abs(Math.log(length[0] / quarters)) < Math.abs(Math.log(best[0] / quarters))) best = length;
  }
  return best[1];
}

/** Text of a file: UTF-8 where it is that, else Latin-1, as files before Unicode have it. */
export function fileText(bytes: readonly number[]): string {
  const data = Uint8Array.from(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return new TextDecoder("latin1").decode(data);
  }
}
