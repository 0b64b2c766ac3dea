// What the tracks of a template are called in the language in force; the engine knows their English names.

import type { TemplateSummary } from "../bindings/TemplateSummary";
import { m } from "../paraglide/messages";

const NAMES: Record<string, () => string> = {
  "Piano": m.part_piano,
  "Soprano": m.part_soprano,
  "Alto": m.part_alto,
  "Tenor": m.part_tenor,
  "Bass": m.part_bass,
  "Violin I": m.part_violin_i,
  "Violin II": m.part_violin_ii,
  "Viola": m.part_viola,
  "Cello": m.part_cello,
  "Voice": m.part_voice,
  "Guitar": m.part_guitar,
  "Keys": m.part_keys,
  "Drums": m.part_drums,
  "Flutes": m.part_flutes,
  "Oboes": m.part_oboes,
  "Clarinets": m.part_clarinets,
  "Bassoons": m.part_bassoons,
  "Horns": m.part_horns,
  "Trumpets": m.part_trumpets,
  "Trombones": m.part_trombones,
  "Tuba": m.part_tuba,
  "Timpani": m.part_timpani,
  "Violins I": m.part_violins_i,
  "Violins II": m.part_violins_ii,
  "Violas": m.part_violas,
  "Cellos": m.part_cellos,
  "Double basses": m.part_double_basses,
  "Melody": m.part_melody,
  "Chords": m.part_chords,
};

/** The names of a template's tracks, from above. A choir's bass sings, a band's is played. */
export const partNames = ({ template, names }: TemplateSummary): string[] =>
  names.map((name) => (template === "satb" && name === "Bass" ? m.part_choir_bass() : (NAMES[name]?.() ?? name)));
