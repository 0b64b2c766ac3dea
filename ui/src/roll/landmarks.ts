// What stands in the lanes above the notes: its words, and the command that what is typed there stands for.

import type { Command } from "../bindings/Command";
import { chordName } from "../chords/names";
import type { Document } from "../bindings/Document";
import type { Landmark } from "../bindings/Landmark";
import { fileText, inForce, keyName, type Naming } from "../document/names";
import { Refused } from "../events/entry";
import { m } from "../paraglide/messages";

/** The lanes from above. */
export const LANES: { what: Landmark; name: () => string; label: () => string; hint: () => string; removed: () => string }[] = [
  { what: "marker", name: m.landmarks_form, label: m.landmarks_form_label, hint: m.landmarks_form_hint, removed: m.landmarks_form_removed },
  { what: "tempo", name: m.landmarks_tempo, label: m.landmarks_tempo_label, hint: m.landmarks_tempo_hint, removed: m.landmarks_tempo_removed },
  { what: "meter", name: m.landmarks_metre, label: m.landmarks_metre_label, hint: m.landmarks_metre_hint, removed: m.landmarks_metre_removed },
  { what: "key", name: m.landmarks_key, label: m.landmarks_key_label, hint: m.landmarks_key_hint, removed: m.landmarks_key_removed },
  { what: "chord", name: m.landmarks_chords, label: m.landmarks_chords_label, hint: m.landmarks_chords_hint, removed: m.landmarks_chords_removed },
];

export interface Entry {
  tick: number;
  text: string;
}

/** A tempo in quarters a minute, as short as it can be said. */
export const bpm = (micros: number) => String(Math.round(6e8 / micros) / 10);

/** What a lane holds; of several things at one tick the last. */
export function entries(document: Document, what: Landmark, naming: Naming): Entry[] {
  const all = words(document, what, naming);
  return all.filter(({ tick }, at) => all[at + 1]?.tick !== tick);
}

function words(document: Document, what: Landmark, naming: Naming): Entry[] {
  switch (what) {
    case "marker":
      return document.markers.map(({ tick, text }) => ({ tick, text: fileText(text) }));
    case "tempo":
      return document.tempos.map(({ tick, micros }) => ({ tick, text: `♩ ${bpm(micros)}` }));
    case "meter":
      return document.meters.map(({ tick, numerator, denominator }) => ({ tick, text: `${numerator}/${denominator}` }));
    case "key":
      return document.keys.map((key) => ({ tick: key.tick, text: keyName(key, naming) }));
    case "chord":
      return document.chords.map(({ tick, symbol }) => ({ tick, text: chordName(symbol) }));
  }
}

/** What a field at `tick` begins with: what holds there; for a new marker the next letter, for a new chord nothing. */
export function begun(document: Document, what: Landmark, tick: number): string {
  switch (what) {
    case "marker": {
      const here = document.markers.filter((marker) => marker.tick === tick).at(-1);
      return here ? fileText(here.text) : nextLetter(document.markers.map(({ text }) => fileText(text)));
    }
    case "tempo":
      return bpm(inForce(document.tempos, tick)?.micros ?? 500_000);
    case "meter": {
      const { numerator, denominator } = inForce(document.meters, tick) ?? { numerator: 4, denominator: 4 };
      return `${numerator}/${denominator}`;
    }
    case "key": {
      const { fifths, minor } = inForce(document.keys, tick) ?? { fifths: 0, minor: false };
      return `${fifths} ${minor ? "minor" : "major"}`;
    }
    case "chord":
      return chordName(document.chords.filter((chord) => chord.tick === tick).at(-1)?.symbol ?? "");
  }
}

/** The first letter that no section has. */
function nextLetter(names: string[]): string {
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
  return letters.find((letter) => !names.includes(letter)) ?? m.landmarks_section();
}

/** Every key signature, as the list of a field has them. */
export function keys(naming: Naming): { value: string; name: string }[] {
  const all = [false, true].flatMap((minor) => Array.from({ length: 15 }, (_, at) => ({ tick: 0, fifths: at - 7, minor })));
  return all.map((key) => ({ value: `${key.fifths} ${key.minor ? "minor" : "major"}`, name: keyName(key, naming) }));
}

/** Microseconds for a quarter; throws where so many a minute cannot be. */
function tempo(text: string): number {
  const quarters = Number(text.trim().replace(",", "."));
  const micros = Math.round(60e6 / quarters);
  if (!(quarters > 0) || micros < 1 || micros > 0xffffff) throw new Refused(m.landmarks_no_tempo());
  return micros;
}

/** The command that what was typed stands for, up to `to` where it leads somewhere; throws what a person has to know. */
export function typed(what: Landmark, tick: number, text: string, to = tick): Command {
  switch (what) {
    case "marker": {
      const name = text.trim();
      if (!name) throw new Refused(m.landmarks_no_name());
      return { kind: "setMarker", tick, name };
    }
    case "tempo": {
      // "120–80": from one tempo to another.
      const [first, last] = text.split(/[-–—>→]+/);
      if (last === undefined) return { kind: "setTempo", tick, micros: tempo(first) };
      if (to <= tick) throw new Refused(m.landmarks_no_stretch());
      return { kind: "rampTempo", from: tick, to: Math.round(to), first: tempo(first), last: tempo(last) };
    }
    case "meter": {
      const [, numerator, denominator] = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(text) ?? [];
      const [beats, value] = [Number(numerator), Number(denominator)];
      if (!(beats >= 1 && beats <= 255) || ![1, 2, 4, 8, 16, 32, 64].includes(value)) {
        throw new Refused(m.landmarks_no_metre());
      }
      return { kind: "setMeter", tick, numerator: beats, denominator: value };
    }
    case "key": {
      const [fifths, mode] = text.split(" ");
      return { kind: "setKey", tick, fifths: Number(fifths), minor: mode === "minor" };
    }
    // The engine knows what is a chord.
    case "chord":
      return { kind: "setChord", tick, chord: text };
  }
}
