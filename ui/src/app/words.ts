// What a screen reader says of notes and of what was done to them.

import type { Command } from "../bindings/Command";
import type { Transform } from "../bindings/Transform";
import { isLength, lengthAmount, lengthName } from "../document/names";
import { LOCKED, MUTED, type Row } from "../document/notes";
import { m } from "../paraglide/messages";

export interface Speaker {
  tpq: number;
  /** A pitch as it is called at a tick. */
  pitch: (pitch: number, tick: number) => string;
  place: (tick: number) => { bar: number; beat: number };
}

const counted = (count: number) => m.words_notes({ count });

/** One note in full. */
export function noteWords(row: Row, { tpq, pitch, place }: Speaker): string {
  const { bar, beat } = place(row.start);
  const flags = [row.flags & LOCKED ? m.words_locked() : "", row.flags & MUTED ? m.words_silent() : ""].filter(Boolean);
  return [pitch(row.pitch, row.start), m.words_place({ bar, beat }), lengthName(row.length / tpq), m.words_velocity({ velocity: row.velocity }), ...flags].join(m.words_comma());
}

/** The chosen notes: one in full, several from the lowest to the highest. */
export function chosenWords(rows: readonly Row[], speaker: Speaker): string {
  if (!rows.length) return m.words_nothing_selected();
  if (rows.length === 1) return m.words_selected({ note: noteWords(rows[0], speaker) });
  const { pitch, place } = speaker;
  const by = <T>(better: (a: Row, b: Row) => boolean, value: (row: Row) => T) => value(rows.reduce((best, row) => (better(row, best) ? row : best)));
  const low = by((a, b) => a.pitch < b.pitch, (row) => pitch(row.pitch, row.start));
  const high = by((a, b) => a.pitch > b.pitch, (row) => pitch(row.pitch, row.start));
  const first = by((a, b) => a.start < b.start, (row) => place(row.start).bar);
  const last = by((a, b) => a.start > b.start, (row) => place(row.start).bar);
  return [counted(rows.length), low === high ? low : m.words_from_to({ low, high }), first === last ? m.words_bar({ bar: first }) : m.words_bars({ first, last })].join(m.words_comma());
}

const SHAPES: Record<string, () => string> = {
  reverse: m.words_reversed, invert: m.words_inverted, legato: m.words_legato, removeOverlaps: m.words_no_overlaps, scaleTime: m.words_scaled_time, staccato: m.words_staccato,
};

const shape = (how: Transform) => (SHAPES[typeof how === "string" ? how : Object.keys(how)[0]] ?? m.words_reshaped)();

/** What a command has done; empty where its button says so itself. */
export function doneWords(command: Command, tpq: number): string {
  const count = "ids" in command ? command.ids.length : 0;
  switch (command.kind) {
    case "addNotes":
      return m.words_written({ notes: counted(command.notes.length) });
    case "deleteNotes":
      return m.words_deleted({ notes: counted(count) });
    case "duplicateNotes":
      return m.words_copied({ notes: counted(count) });
    case "moveNotes":
      return m.words_moved_by({ way: [up(command.semitones, false), along(command.ticks, tpq, m.words_later, m.words_earlier)].filter(Boolean).join(m.words_and()) });
    case "carryNotes":
      if (command.tracks) return m.words_carried({ notes: counted(count) });
      return command.copy ? m.words_copied({ notes: counted(count) }) : m.words_moved_by({ way: along(command.ticks ?? 0, tpq, m.words_later, m.words_earlier) });
    case "transposeInScale":
      return m.words_moved_by({ way: up(command.steps, true) });
    case "resizeNotes": {
      const ticks = command.edge === "start" ? -command.ticks : command.ticks;
      return along(ticks, tpq, m.words_longer, m.words_shorter);
    }
    case "setLength":
      return lengthName(command.ticks / tpq);
    case "setOutput":
      return command.output ? m.words_sent({ port: command.output.port, channel: command.output.channel + 1 }) : m.words_heard_here();
    case "setVelocity":
    case "drawVelocities":
      return "velocity" in command && "set" in command.velocity ? m.words_velocity({ velocity: command.velocity.set }) : m.words_velocity_changed({ notes: counted(count) });
    case "lockNotes":
      return command.locked ? m.words_notes_locked({ notes: counted(count) }) : m.words_notes_unlocked({ notes: counted(count) });
    case "muteNotes":
      return command.muted ? m.words_notes_silenced({ notes: counted(count) }) : m.words_notes_sounding({ notes: counted(count) });
    case "quantizeNotes":
      return m.words_quantized({ notes: counted(count) });
    case "humanizeNotes":
      return m.words_humanized({ notes: counted(count) });
    case "splitNotes":
      return m.words_split();
    case "joinNotes":
      return m.words_joined();
    case "transformNotes":
      return shape(command.transform);
    case "setTempo":
      return m.words_tempo({ bpm: Math.round(6e8 / command.micros) / 10 });
    case "rampTempo":
      return m.words_ramp({ first: Math.round(6e8 / command.first) / 10, last: Math.round(6e8 / command.last) / 10 });
    case "setMeter":
      return m.words_metre({ metre: `${command.numerator}/${command.denominator}` });
    case "stampChords":
      return m.words_stamped();
    case "setMarker":
      return m.words_section({ name: command.name });
    case "drawController":
      return command.ticks.length ? m.words_drawn() : m.words_cleared();
    case "scaleController":
      return m.words_scaled({ percent: command.percent });
    case "moveLandmark":
      return m.words_moved();
    default:
      return "";
  }
}

/** "up a semitone", "down 2 octaves"; by steps of the scale if `inScale`. */
function up(by: number, inScale: boolean): string {
  if (!by) return "";
  const size = Math.abs(by);
  if (inScale) return (by > 0 ? m.words_up_steps : m.words_down_steps)({ count: size });
  if (by % 12 === 0) return (by > 0 ? m.words_up_octaves : m.words_down_octaves)({ count: size / 12 });
  return (by > 0 ? m.words_up_semitones : m.words_down_semitones)({ count: size });
}

/** "later by an eighth", or by ticks where no note value is so long. */
function along(by: number, tpq: number, more: Amount, less: Amount): string {
  if (!by) return "";
  const quarters = Math.abs(by) / tpq;
  const amount = isLength(quarters) ? lengthAmount(quarters) : m.words_ticks({ count: Math.round(quarters * 960) });
  return (by > 0 ? more : less)({ amount });
}

type Amount = (what: { amount: string }) => string;
