// What can be asked of a variation, and what each choice is called: for the panel, and where the history tells of it.

import type { Keep } from "../bindings/Keep";
import type { Mode } from "../bindings/Mode";
import type { Settings } from "../bindings/Settings";
import { pitchName } from "../document/names";
import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";

/** As the engine has them where nobody has chosen. */
export const FIRST: Settings = {
  mode: "variation", strength: 0.5, keep: [], scale: "auto", range: null, chords: false, density: 0,
  polyphony: null, temperature: 0.8, count: 4, seed: 1, instrument: null,
};

/** What candidates are called, counted from 0. */
export const letter = (index: number) => String.fromCharCode(65 + index);

export const MODES: [Mode, () => string, () => string][] = [
  ["variation", m.controls_variation, m.controls_variation_words],
  ["infill", m.controls_infill, m.controls_infill_words],
  ["continue", m.controls_continue, m.controls_continue_words],
  ["accompany", m.controls_accompany, m.controls_accompany_words],
  ["harmonize", m.controls_harmonize, m.controls_harmonize_words],
];

export const KEEPS: [Keep, () => string][] = [["rhythm", m.controls_rhythm], ["pitches", m.controls_pitches], ["contour", m.controls_contour], ["harmony", m.controls_harmony]];

const TONICS = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

/** As the engine reads them, and as they are called. */
export const SCALES = TONICS.flatMap((tonic) => {
  const name = { tonic: tonic.replace("b", "♭").replace("#", "♯") };
  return [{ value: `${tonic} major`, name: () => m.names_major(name) }, { value: `${tonic} minor`, name: () => m.names_minor(name) }];
});

export const DENSITIES: [number, () => string][] = [[-1, m.controls_far_fewer], [-0.5, m.controls_fewer], [0, m.controls_as_dense], [0.5, m.controls_more], [1, m.controls_far_more]];

/** Temperatures. */
export const BOLDNESS: [number, () => string][] = [[0.65, m.controls_careful], [0.8, m.controls_calm], [1, m.controls_free], [1.15, m.controls_bold]];

/** What a choice of a list is called; undefined where it is none of the list's. */
export const choice = <Value>(list: readonly (readonly [Value, () => string, ...unknown[]])[], value: Value): string | undefined => list.find(([each]) => each === value)?.[1]();

export const rangeName = (range: readonly [number, number]) => range.map((pitch) => pitchName(pitch, 0, taste.naming)).join("–");
