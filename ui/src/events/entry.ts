// The cells of the event list: what they show, and the command that what is typed into them stands for.

import type { Command } from "../bindings/Command";
import type { Key } from "../bindings/Key";
import type { Bars } from "../document/bars";
import { inForce, type Naming, pitchName, pitchOf } from "../document/names";
import { LOCKED, MUTED, type Row } from "../document/notes";
import { m } from "../paraglide/messages";

export type Column = "place" | "length" | "pitch" | "velocity" | "locked" | "muted";

export const COLUMNS: { id: Column; name: () => string; hint: () => string }[] = [
  { id: "place", name: m.events_position, hint: m.events_position_hint },
  { id: "length", name: m.events_length, hint: m.events_length_hint },
  { id: "pitch", name: m.events_pitch, hint: m.events_pitch_hint },
  { id: "velocity", name: m.events_velocity, hint: m.events_velocity_hint },
  { id: "locked", name: m.events_locked, hint: m.events_locked_hint },
  { id: "muted", name: m.events_silent, hint: m.events_silent_hint },
];

/** What numbers and names in a piece depend on. */
export interface Reading {
  bars: Bars;
  keys: readonly Key[];
  naming: Naming;
}

const ticks = (rest: number) => String(rest).padStart(3, "0");

export function shown(column: Column, row: Row, { bars, keys, naming }: Reading): string {
  switch (column) {
    case "place": {
      const { bar, beat, rest } = bars.place(row.start);
      return `${bar}.${beat}.${ticks(rest)}`;
    }
    case "length": {
      const beat = bars.beat(row.start);
      const whole = Math.floor(row.length / beat);
      return `${whole}.${ticks(Math.floor(((row.length - whole * beat) * 960) / bars.tpq))}`;
    }
    case "pitch":
      return pitchName(row.pitch, inForce(keys, row.start)?.fifths, naming);
    case "velocity":
      return String(row.velocity);
    case "locked":
      return row.flags & LOCKED ? m.words_locked() : "";
    case "muted":
      return row.flags & MUTED ? m.words_silent() : "";
  }
}

/** What is typed cannot be: in words for the person. */
export class Refused extends Error {}

/** The command that gives the cell this text; none where it changes nothing. The other notes of `ids` move, grow and become as loud with it. */
export function entered(column: Column, row: Row, text: string, reading: Reading, ids: number[] = [row.id]): Command | null {
  const alone = ids.length < 2;
  if ((alone || column !== "velocity") && text.trim() === shown(column, row, reading)) return null;
  const move = (ticks: number, semitones: number): Command | null => (ticks || semitones ? { kind: "moveNotes", ids, ticks, semitones } : null);
  switch (column) {
    case "place":
      return move(placed(text, reading.bars) - row.start, 0);
    case "length": {
      const ticks = lasting(text, row, reading.bars) - row.length;
      return ticks ? { kind: "resizeNotes", ids, ticks, edge: "end" } : null;
    }
    case "pitch": {
      const pitch = pitchOf(text, reading.naming);
      if (pitch === undefined) throw new Refused(m.events_no_pitch({ text, example: pitchName(60, 0, reading.naming) }));
      return move(0, pitch - row.pitch);
    }
    case "velocity": {
      const velocity = Number(text);
      if (!Number.isInteger(velocity) || velocity < 1 || velocity > 127) throw new Refused(m.events_no_velocity());
      return alone && velocity === row.velocity ? null : { kind: "setVelocity", ids, velocity: { set: velocity } };
    }
    default:
      return null;
  }
}

/** Locks a note and the others of `ids`, silences them, or takes that back. */
export function toggled(column: Column, row: Row, ids: number[] = [row.id]): Command | null {
  if (column === "locked") return { kind: "lockNotes", ids, locked: !(row.flags & LOCKED) };
  if (column === "muted") return { kind: "muteNotes", ids, muted: !(row.flags & MUTED) };
  return null;
}

/** Whole numbers with points or spaces between them. */
function numbers(text: string, most: number): number[] | undefined {
  const parts = text.trim().split(/[.:\s]+/);
  return parts.length <= most && parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : undefined;
}

function placed(text: string, bars: Bars): number {
  const [bar, beat = 1, rest = 0] = numbers(text, 3) ?? [];
  if (bar === undefined) throw new Refused(m.events_no_position());
  const tick = bars.tick({ bar, beat, rest });
  if (tick === undefined) throw new Refused(m.events_no_place({ bar, place: `${beat}.${ticks(rest)}` }));
  return tick;
}

function lasting(text: string, row: Row, bars: Bars): number {
  const [whole, rest = 0] = numbers(text.trim().replace(/^\./, "0."), 2) ?? [];
  if (whole === undefined) throw new Refused(m.events_no_length());
  const length = whole * bars.beat(row.start) + Math.round((rest * bars.tpq) / 960);
  if (length < 1) throw new Refused(m.events_too_short());
  return length;
}
