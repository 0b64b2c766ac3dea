// From letters and places on a staff to keys of the piano, by the key signature in force. A degree counts the steps of
// C major from C-1 (the key 0), so that middle C is 35 and every line or space of a staff has one.

const NATURALS = [0, 2, 4, 5, 7, 9, 11];
/** Steps in the order in which key signatures raise them; they lower them from the other end. */
const RAISED = [3, 0, 4, 1, 5, 2, 6];

/** A step of C major, from 0 for C; with `alter` where the letter says it itself, whatever the key. */
export interface Letter {
  step: number;
  alter?: number;
}

/** How far a key signature raises (1) or lowers (-1) a step. */
export function altered(step: number, fifths: number): number {
  const place = RAISED.indexOf(step);
  if (fifths > 0) return place < fifths ? 1 : 0;
  return RAISED.length - place <= -fifths ? -1 : 0;
}

const stepOf = (degree: number) => ((degree % 7) + 7) % 7;

/** The piano's key of a degree; undefined: there is none. */
export function keyOf(degree: number, alter: number): number | undefined {
  const key = Math.floor(degree / 7) * 12 + NATURALS[stepOf(degree)] + alter;
  return key >= 0 && key <= 127 ? key : undefined;
}

/** The piano's key of a line or space where these accidentals stand at the clef. */
export const keyAt = (degree: number, fifths: number) => keyOf(degree, altered(stepOf(degree), fifths));

/** Where a key of the piano is written: as a step of the key, else raised, else (with flats) lowered. */
export function degreeOf(key: number, fifths: number): number {
  const degrees = Array.from({ length: 14 }, (_, at) => Math.floor(key / 12) * 7 - 3 + at);
  const alters = fifths < 0 ? [undefined, 0, -1, 1] : [undefined, 0, 1, -1];
  for (const alter of alters) {
    const found = degrees.find((degree) => keyOf(degree, alter ?? altered(stepOf(degree), fifths)) === key);
    if (found !== undefined) return found;
  }
  return Math.floor(key / 12) * 7;
}

/** The key of a letter that is written at most a fourth from `from`. */
export function nearest({ step, alter }: Letter, fifths: number, from: number): number | undefined {
  const before = degreeOf(from, fifths);
  const away = stepOf(step - before);
  const degree = before + (away > 3 ? away - 7 : away);
  const sign = alter ?? altered(step, fifths);
  return [degree, degree - 7, degree + 7].map((each) => keyOf(each, sign)).find((key) => key !== undefined);
}

/** The lowest key of a letter that is written above `from`. */
export function above({ step, alter }: Letter, fifths: number, from: number): number | undefined {
  const before = degreeOf(from, fifths);
  return keyOf(before + (stepOf(step - before) || 7), alter ?? altered(step, fifths));
}
