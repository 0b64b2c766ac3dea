// Keys that mean something else while steps are entered. They go before the keyboard map then, and are gone with it.

import type { Naming } from "../document/names";
import type { Letter } from "./pitch";

/** The notes that have a letter, and what their commands are called. B flat has one where H is B. */
export const TONES: readonly (Letter & { id: string })[] = [
  ...["C", "D", "E", "F", "G", "A", "B"].map((id, step) => ({ id, step })),
  { id: "BFlat", step: 6, alter: -1 },
];

export const enterId = (tone: string) => `enter${tone}`;
export const addId = (tone: string) => `add${tone}`;

const OTHERS: readonly [string, readonly string[]][] = [
  ["stepRest", ["Space", "0", "ArrowRight"]],
  ["stepBack", ["ArrowLeft"]],
  ["stepDelete", ["Backspace"]],
  ["stepTie", ["T"]],
  ["stepEnd", ["Escape"]],
];

function keysBy(letterOf: (tone: string) => string | undefined): ReadonlyMap<string, readonly string[]> {
  const letters = TONES.flatMap(({ id }) => {
    const letter = letterOf(id);
    return letter ? ([[enterId(id), [letter]], [addId(id), [`Shift+${letter}`]]] as [string, string[]][]) : [];
  });
  return new Map([...letters, ...OTHERS]);
}

const GERMAN = keysBy((tone) => ({ B: "H", BFlat: "B" })[tone] ?? tone);
const LATIN = keysBy((tone) => (tone === "BFlat" ? undefined : tone));

/** What keys each command has while steps are entered. */
export const stepKeys = (naming: Naming) => (naming === "german" ? GERMAN : LATIN);

/** The command that a press means while steps are entered. */
export function stepCommand(chord: string, naming: Naming): string | undefined {
  for (const [id, keys] of stepKeys(naming)) if (keys.includes(chord)) return id;
  return undefined;
}
