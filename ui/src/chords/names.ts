// What chords are called on screen and to the ear, and which degree of the key they stand on.

import type { Chord } from "../bindings/Chord";
import type { Key } from "../bindings/Key";
import { classOf } from "../document/names";
import { m } from "../paraglide/messages";

/** Where no chord sounds. */
export const NONE = "N.C.";

/** A symbol as the engine has it, with the signs of music: Bbm7b5/F becomes B♭m7♭5/F. */
export const chordName = (symbol: string) => symbol.replaceAll("b", "♭").replaceAll("#", "♯");

/** A symbol as a screen reader says it, letter by letter where it would make words of them. */
export function chordWords(symbol: string): string {
  if (symbol === NONE) return m.chords_none();
  const { root, kind, bass } = parts(symbol);
  const stands = kind
    .replace(/^m(?!aj)/, ` ${m.chords_minor()} `)
    .replaceAll("maj", ` ${m.chords_major()} `)
    .replaceAll("dim", ` ${m.chords_diminished()} `)
    .replaceAll("aug", ` ${m.chords_augmented()} `)
    .replaceAll("sus", ` ${m.chords_suspended()} `)
    .replaceAll("add", ` ${m.chords_added()} `)
    .replace(/[()]/g, " ");
  const signs = (text: string) => text.replaceAll("b", ` ${m.chords_flat()} `).replaceAll("#", ` ${m.chords_sharp()} `);
  const words = [signs(root), signs(stands), bass && m.chords_over({ bass: signs(bass).trim() })];
  return words.join(" ").replace(/\s+/g, " ").trim();
}

/** A symbol's root, what stands on it, and its bass. */
function parts(symbol: string) {
  const [, root = "", kind = "", bass = ""] = /^([A-G](?:bb?|##?)?)([^/]*)(?:\/(.+))?$/.exec(symbol) ?? [];
  return { root, kind, bass };
}

const FIFTHS: Record<string, number> = { F: -1, C: 0, G: 1, D: 2, A: 3, E: 4, B: 5 };
/** A name's place on the line of fifths, C at 0. */
const fifth = (name: string) => FIFTHS[name[0]] + 7 * (name.split("#").length - name.split("b").length);

const NUMERALS = ["I", "II", "III", "IV", "V", "VI", "VII"];
/** Semitones of the steps of a major scale, and of a natural minor one. */
const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] };

/** The degree of a key that a chord stands on, as analysts write it: small letters for minor thirds, ° for diminished fifths. */
export function degree(symbol: string, key: Key | undefined): string {
  if (!key || symbol === NONE) return "";
  const { root, kind } = parts(symbol);
  const tonic = key.fifths + (key.minor ? 3 : 0);
  const away = fifth(root) - tonic;
  // A fifth is four letters.
  const step = ((away * 4) % 7 + 7) % 7;
  const natural = SCALES[key.minor ? "minor" : "major"][step];
  const sharp = (((classOf(away) - natural + 6) % 12) + 12) % 12 - 6;
  if (Math.abs(sharp) > 1) return "";
  const small = /^(m(?!aj)|dim)/.test(kind);
  const half = kind === "m7b5";
  const quality = half ? "ø⁷" : kind.startsWith("dim") ? (kind === "dim7" ? "°⁷" : "°") : kind.startsWith("aug") ? "+" : "";
  const seventh = !quality && /^(m|maj|m\(maj)?7/.test(kind) ? "⁷" : "";
  const numeral = NUMERALS[step];
  return ["♭", "", "♯"][sharp + 1] + (small || half ? numeral.toLowerCase() : numeral) + quality + seventh;
}

/** The chords of a document as its lane shows them; of several at one tick the last. */
export const shown = (chords: readonly Chord[]) => chords.filter(({ tick }, at) => chords[at + 1]?.tick !== tick);
