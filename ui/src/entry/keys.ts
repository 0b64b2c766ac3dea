// Keys that mean something else while steps are entered, and some of them in the score at any time. They go before the
// keyboard map there.

import type { Naming } from "../document/names";
import type { Letter } from "./pitch";
import { VALUES } from "./values";

/** The notes that have a letter, and what their commands are called. B flat has one where H is B. */
export const TONES: readonly (Letter & { id: string })[] = [
  ...["C", "D", "E", "F", "G", "A", "B"].map((id, step) => ({ id, step })),
  { id: "BFlat", step: 6, alter: -1 },
];

export const enterId = (tone: string) => `enter${tone}`;
export const addId = (tone: string) => `add${tone}`;

const OTHERS: readonly [string, readonly string[]][] = [
  ["stepRest", ["Space", "0", "ArrowRight"]],
  ["stepBack", ["ArrowLeft", ","]],
  ["stepDelete", ["Backspace"]],
  ["stepTie", ["T"]],
  ["stepEnd", ["Escape"]],
];

/** Note values are chosen with digits, as in notation programs. */
const VALUED: readonly [string, readonly string[]][] = [...VALUES.map(({ id, digit }): [string, string[]] => [id, [digit]]), ["valueDot", ["."]]];

function keysBy(letterOf: (tone: string) => string | undefined): ReadonlyMap<string, readonly string[]> {
  const letters = TONES.flatMap(({ id }) => {
    const letter = letterOf(id);
    return letter ? ([[enterId(id), [letter]], [addId(id), [`Shift+${letter}`]]] as [string, string[]][]) : [];
  });
  return new Map([...letters, ...OTHERS, ...VALUED]);
}

const GERMAN = keysBy((tone) => ({ B: "H", BFlat: "B" })[tone] ?? tone);
const LATIN = keysBy((tone) => (tone === "BFlat" ? undefined : tone));

/** What keys each command has while steps are entered. */
export const stepKeys = (naming: Naming) => (naming === "german" ? GERMAN : LATIN);

const found = (keys: Iterable<readonly [string, readonly string[]]>, chord: string) => [...keys].find(([, chords]) => chords.includes(chord))?.[0];

/** The command that a press means while steps are entered. */
export const stepCommand = (chord: string, naming: Naming): string | undefined => found(stepKeys(naming), chord);

/** The command that a press means in the score. */
export const paperCommand = (chord: string): string | undefined => found(VALUED, chord);
