// What notes, keys and lengths are called.

import type { Key } from "../bindings/Key";
import { m } from "../paraglide/messages";

/** Letters, letters with H, or the syllables of a fixed do. */
export type Naming = "english" | "german" | "solfege";

export const NAMINGS: readonly Naming[] = ["english", "german", "solfege"];

interface Names {
  sharps: string[];
  flats: string[];
  /** The steps of C major, as somebody may type them. */
  steps: Record<string, number>;
}

const NAMES: Record<Naming, Names> = {
  english: {
    sharps: ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"],
    flats: ["C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B"],
    steps: { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 },
  },
  german: {
    sharps: ["C", "Cis", "D", "Dis", "E", "F", "Fis", "G", "Gis", "A", "Ais", "H"],
    flats: ["C", "Des", "D", "Es", "E", "F", "Ges", "G", "As", "A", "B", "H"],
    steps: { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 10, h: 11 },
  },
  solfege: {
    sharps: ["Do", "Do♯", "Re", "Re♯", "Mi", "Fa", "Fa♯", "Sol", "Sol♯", "La", "La♯", "Si"],
    flats: ["Do", "Re♭", "Re", "Mi♭", "Mi", "Fa", "Sol♭", "Sol", "La♭", "La", "Si♭", "Si"],
    steps: { do: 0, re: 2, mi: 4, fa: 5, sol: 7, la: 9, si: 11 },
  },
};

/** A MIDI key's name, 60 = C4; `fifths` < 0 spells with flats. */
export function pitchName(pitch: number, fifths = 0, naming: Naming = "english"): string {
  const { sharps, flats } = NAMES[naming];
  return (fifths < 0 ? flats : sharps)[pitch % 12] + (Math.floor(pitch / 12) - 1);
}

/** The MIDI key that somebody typed, as a name or a number. */
export function pitchOf(text: string, naming: Naming): number | undefined {
  const number = /^\d+$/.test(text.trim()) ? Number(text) : named(text.trim().toLowerCase(), naming);
  return number !== undefined && number >= 0 && number <= 127 ? number : undefined;
}

function named(text: string, naming: Naming): number | undefined {
  const [, step, sign = "", octave] = /^([a-z]+?)([#♯]+|[b♭]+|is|e?s)?\s*(-?\d+)$/.exec(text) ?? [];
  const base = NAMES[naming].steps[step];
  if (base === undefined || (/s$/.test(sign) && naming !== "german")) return undefined;
  const raised = /^[#♯i]/.test(sign) ? 1 : -1;
  return base + raised * (/s$/.test(sign) ? 1 : sign.length) + (Number(octave) + 1) * 12;
}

export function keyName(key: Key | undefined, naming: Naming = "english"): string {
  if (!key) return m.names_no_key();
  // A minor key's tonic lies three fifths above that of the major key with its signature.
  const fifths = key.fifths + (key.minor ? 3 : 0);
  return (key.minor ? m.names_minor : m.names_major)({ tonic: tonic(fifths, naming) });
}

/** The pitch class so many fifths from C. */
export const classOf = (fifths: number) => (((fifths * 7) % 12) + 12) % 12;

/** The note so many fifths from C. */
function tonic(fifths: number, naming: Naming): string {
  const pitch = classOf(fifths);
  if (fifths === -7) return { english: "C♭", german: "Ces", solfege: "Do♭" }[naming];
  const { sharps, flats } = NAMES[naming];
  return (fifths < 0 ? flats : sharps)[pitch];
}

/** The value in force at `tick` of a map sorted by tick. */
export function inForce<T extends { tick: number }>(map: readonly T[], tick: number): T | undefined {
  let found: T | undefined;
  for (const entry of map) if (entry.tick <= tick) found = entry;
  return found;
}

/** A value of notes in quarters, its name, and one of it as an amount. */
const LENGTHS: [number, () => string, () => string][] = [
  [16, m.names_longa, m.names_a_longa], [8, m.names_breve, m.names_a_breve], [4, m.names_whole, m.names_a_whole], [3, m.names_dotted_half, m.names_a_dotted_half], [2, m.names_half, m.names_a_half],
  [1.5, m.names_dotted_quarter, m.names_a_dotted_quarter], [1, m.names_quarter, m.names_a_quarter], [0.75, m.names_dotted_eighth, m.names_a_dotted_eighth],
  [2 / 3, m.names_quarter_triplet, m.names_a_quarter_triplet], [0.5, m.names_eighth, m.names_an_eighth], [1 / 3, m.names_eighth_triplet, m.names_an_eighth_triplet],
  [0.25, m.names_sixteenth, m.names_a_sixteenth], [0.125, m.names_thirty_second, m.names_a_thirty_second],
  [0.0625, m.names_sixty_fourth, m.names_a_sixty_fourth],
];

function nearest(quarters: number) {
  let best = LENGTHS[0];
  for (const length of LENGTHS) {
    if (Math.abs(Math.log(length[0] / quarters)) < Math.abs(Math.log(best[0] / quarters))) best = length;
  }
  return best;
}

/** The nearest note value for so many quarters. */
export const lengthName = (quarters: number) => nearest(quarters)[1]();

/** One of the nearest note value: "an eighth". */
export const lengthAmount = (quarters: number) => nearest(quarters)[2]();

/** Whether so many quarters are a note value. */
export const isLength = (quarters: number) => LENGTHS.some(([value]) => Math.abs(value - quarters) < 0.002);

/** Text of a file: UTF-8 where it is that, else Latin-1, as files before Unicode have it. */
export function fileText(bytes: readonly number[]): string {
  const data = Uint8Array.from(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return new TextDecoder("latin1").decode(data);
  }
}
