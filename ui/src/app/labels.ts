// What steps of the history are called. The engine labels them in English, and stores them so; here they are read again
// and said in the language in force. What is not known stays as it is.

import { laneName } from "../lanes/kinds";
import { m } from "../paraglide/messages";
import { getLocale } from "../paraglide/runtime";

type Said = (what: { what: string }) => string;

/** Verbs before a noun, each as the engine writes it. */
const VERBS: Record<string, Said> = {
  "Add": m.label_add, "Delete": m.label_delete, "Remove": m.label_remove, "Move": m.label_move, "Copy": m.label_copy, "Transpose": m.label_transpose, "Duplicate": m.label_duplicate,
  "Resize": m.label_resize, "Change the length of": m.label_length, "Change the velocity of": m.label_velocity, "Lock": m.label_lock, "Unlock": m.label_unlock, "Mute": m.label_mute,
  "Unmute": m.label_unmute, "Solo": m.label_solo, "Unsolo": m.label_unsolo, "Quantize": m.label_quantize, "Humanize": m.label_humanize, "Split": m.label_split, "Join": m.label_join,
  "Shorten": m.label_shorten, "Reverse": m.label_reverse, "Invert": m.label_invert, "Connect": m.label_connect, "Speed up": m.label_speed_up, "Slow down": m.label_slow_down, "Remove overlaps of": m.label_overlaps,
  "Insert": m.label_insert, "Replace": m.label_replace, "Repeat": m.label_repeat, "Record": m.label_record, "Capture": m.label_capture, "Colour": m.label_colour, "Rename": m.label_rename,
  "Pan": m.label_pan, "Change the volume of": m.label_volume, "Change the reverb of": m.label_reverb, "Change the chorus of": m.label_chorus, "Change the instrument of": m.label_instrument, "Switch the instrument of": m.label_switch_instrument,
  "Draw the": m.label_draw, "Clear the": m.label_clear, "Scale the": m.label_scale, "Move the": m.label_move, "Remove the": m.label_remove, "Set the chord to": m.label_set_chord,
  "Stamp": m.label_stamp, "Stamp the chord": m.label_stamp, "Add the marker": m.label_add_marker, "Rename the marker": m.label_rename_marker, "Set the metre to": m.label_set_metre,
  "Set the key to": m.label_set_key, "Set the tempo to": m.label_set_tempo, "Go back to": m.label_go_back,
};

const WHOLE: Record<string, () => string> = {
  "Set the title": m.label_title, "Detect chords": m.label_detect, "Clear the chords": m.label_clear_chords, "Write chords": m.label_write_chords,
};

const MODES: Record<string, (bars: { from: string; to: string }) => string> = {
  "Vary": m.label_vary, "Fill": m.label_fill, "Continue in": m.label_continue, "Accompany": m.label_accompany, "Harmonize": m.label_harmonize,
};

/** Nouns that are no name. */
const NOUNS: Record<string, () => string> = {
  "a note": () => m.words_notes({ count: 1 }), "a bar": () => m.label_bars({ count: 1 }), "a track": m.label_track, "controllers": m.label_controllers, "instruments": m.label_instruments,
  "tempo": m.label_tempo, "metre": m.label_metre, "key": m.label_key, "chord": m.label_chord, "marker": m.label_marker,
  "modulation": () => laneName(1), "volume": () => laneName(7), "panorama": () => laneName(10), "expression": () => laneName(11), "sustain pedal": () => laneName(64),
  "reverb": () => laneName(91), "chorus": () => laneName(93), "pitch bend": () => laneName(128), "pressure": () => laneName(129),
};

const COUNTS: Record<string, (count: { count: number }) => string> = { notes: m.words_notes, bars: m.label_bars, chords: m.label_chords, files: m.label_files };

function noun(text: string): string {
  const [, count, unit] = /^(\d+) (notes|bars|chords|files)$/.exec(text) ?? [];
  if (count) return COUNTS[unit]({ count: Number(count) });
  const [, number] = /^controller (\d+)$/.exec(text) ?? [];
  if (number) return laneName(Number(number));
  const [, tonic, mode] = /^([A-G][♭♯]?) (major|minor)$/.exec(text) ?? [];
  if (tonic) return (mode === "minor" ? m.label_minor : m.label_major)({ tonic });
  return Object.hasOwn(NOUNS, text) ? NOUNS[text]() : text;
}

/** A noun of a label, as it is said here. */
export const nounWords = (text: string): string => (getLocale() === "en" ? text : noun(text));

/** The verbs, the longest first, so that "Change the length of" goes before shorter ones. */
const ORDER = Object.keys(VERBS).sort((a, b) => b.length - a.length);

/** The label of a step, as it is said here; none where its words are not known. */
export function known(label: string): string | null {
  if (Object.hasOwn(WHOLE, label)) return WHOLE[label]();
  const [, mode, from, to, aside, seed, percent, model] = /^(Vary|Fill|Continue in|Accompany|Harmonize) bars (\d+)–(\d+)( on new tracks)?(?:, seed (\d+)(?:, strength (\d+) %)?(?:, by (.+))?)?$/.exec(label) ?? [];
  if (mode) return [MODES[mode]({ from, to }), aside && m.label_aside(), seed && m.label_seed({ seed }), percent && m.label_strength({ percent }), model && m.label_by({ model })].filter(Boolean).join(m.words_comma());
  const [, first, last] = /^Lead the tempo from (\d+) to (\d+)$/.exec(label) ?? [];
  if (first) return m.words_ramp({ first, last });
  const [, moved, carried] = /^(Move|Copy) (.+) to other tracks$/.exec(label) ?? [];
  if (moved) return (moved === "Copy" ? m.label_copy_across : m.label_move_across)({ what: noun(carried) });
  const [, sent, port] = /^Send (.+) to (.+)$/.exec(label) ?? [];
  if (sent) return m.label_send({ what: noun(sent), port });
  const [, played] = /^Play (.+) in the studio$/.exec(label) ?? [];
  if (played) return m.label_play_here({ what: noun(played) });
  const verb = ORDER.find((verb) => label.startsWith(`${verb} `));
  return verb ? VERBS[verb]({ what: noun(label.slice(verb.length + 1)) }) : null;
}

/** Where in the piece a passage stands that a candidate has too, as the engine writes it (`compose::copied`). */
export function passageWords(where: string): string {
  const [, track, bar] = /^track (\d+), bar (\d+)$/.exec(where) ?? [];
  return track ? m.card_passage({ track, bar }) : where;
}

/** The label of a step, as it is said here. */
export const labelWords = (label: string): string => (getLocale() === "en" ? label : (known(label) ?? label));
