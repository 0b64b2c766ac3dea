// Scales as the commands on notes have them: pitch classes as bits, from 1 for C to 2048 for B.

import type { Key } from "../bindings/Key";
import { classOf } from "./names";

/** Every semitone: what is in force where no key is written. */
export const CHROMATIC = 0xfff;
const C_MAJOR = 0b1010_1011_0101;

/** The tones of a key; a minor key has those of the major key with its signature. */
export function scaleOf(key: Key | undefined): number {
  if (!key) return CHROMATIC;
  const tonic = classOf(key.fifths);
  return ((C_MAJOR << tonic) | (C_MAJOR >> (12 - tonic))) & CHROMATIC;
}

export function inScale(scale: number, pitch: number): boolean {
  return ((scale >> (pitch % 12)) & 1) === 1;
}

/** The scale of each stretch of a piece with these keys, up to the next; what comes before the first key has its own. */
export function scales(keys: readonly Key[]): { from: number; scale: number }[] {
  return keys.map((key, at) => ({ from: at ? key.tick : 0, scale: scaleOf(key) }));
}

/** The tones of any of these keys; all where there is no key. */
export const scaleOfAll = (keys: readonly Key[]) => keys.reduce((tones, key) => tones | scaleOf(key), 0) || CHROMATIC;
