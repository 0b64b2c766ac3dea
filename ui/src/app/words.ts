// What a screen reader says of notes and of what was done to them.

import type { Command } from "../bindings/Command";
import type { Transform } from "../bindings/Transform";
import { isLength, lengthName } from "../document/names";
import { LOCKED, MUTED, type Row } from "../document/notes";

export interface Speaker {
  tpq: number;
  /** A pitch as it is called at a tick. */
  pitch: (pitch: number, tick: number) => string;
  place: (tick: number) => { bar: number; beat: number };
}

const counted = (count: number, what = "note") => `${count} ${what}${count === 1 ? "" : "s"}`;

/** One note in full. */
export function noteWords(row: Row, { tpq, pitch, place }: Speaker): string {
  const { bar, beat } = place(row.start);
  const flags = [row.flags & LOCKED ? "locked" : "", row.flags & MUTED ? "silent" : ""].filter(Boolean);
  return [pitch(row.pitch, row.start), `bar ${bar} beat ${beat}`, lengthName(row.length / tpq), `velocity ${row.velocity}`, ...flags].join(", ");
}

/** The chosen notes: one in full, several from the lowest to the highest. */
export function chosenWords(rows: readonly Row[], speaker: Speaker): string {
  if (!rows.length) return "Nothing selected";
  if (rows.length === 1) return `${noteWords(rows[0], speaker)}, selected`;
  const { pitch, place } = speaker;
  const by = <T>(better: (a: Row, b: Row) => boolean, value: (row: Row) => T) => value(rows.reduce((best, row) => (better(row, best) ? row : best)));
  const low = by((a, b) => a.pitch < b.pitch, (row) => pitch(row.pitch, row.start));
  const high = by((a, b) => a.pitch > b.pitch, (row) => pitch(row.pitch, row.start));
  const first = by((a, b) => a.start < b.start, (row) => place(row.start).bar);
  const last = by((a, b) => a.start > b.start, (row) => place(row.start).bar);
  return [counted(rows.length), low === high ? low : `${low} to ${high}`, first === last ? `bar ${first}` : `bars ${first} to ${last}`].join(", ");
}

const SHAPES: Record<string, string> = {
  reverse: "reversed in time", invert: "turned upside down", legato: "made legato", removeOverlaps: "overlaps removed", scaleTime: "length of the passage changed", staccato: "made staccato",
};

const shape = (how: Transform) => SHAPES[typeof how === "string" ? how : Object.keys(how)[0]] ?? "reshaped";

/** What a command has done; empty where its button says so itself. */
export function doneWords(command: Command, tpq: number): string {
  const count = "ids" in command ? command.ids.length : 0;
  switch (command.kind) {
    case "addNotes":
      return `${counted(command.notes.length)} written`;
    case "deleteNotes":
      return `${counted(count)} deleted`;
    case "duplicateNotes":
      return `${counted(count)} copied`;
    case "moveNotes":
      return `moved ${[up(command.semitones, "semitone"), along(command.ticks, tpq, "later", "earlier")].filter(Boolean).join(" and ")}`;
    case "transposeInScale":
      return `moved ${up(command.steps, "step", "of the scale")}`;
    case "resizeNotes": {
      const ticks = command.edge === "start" ? -command.ticks : command.ticks;
      return along(ticks, tpq, "longer", "shorter");
    }
    case "setVelocity":
    case "drawVelocities":
      return "velocity" in command && "set" in command.velocity ? `velocity ${command.velocity.set}` : `velocity of ${counted(count)} changed`;
    case "lockNotes":
      return `${counted(count)} ${command.locked ? "locked" : "unlocked"}`;
    case "muteNotes":
      return `${counted(count)} ${command.muted ? "silenced" : "sounding again"}`;
    case "quantizeNotes":
      return `${counted(count)} quantized`;
    case "humanizeNotes":
      return `${counted(count)} humanized`;
    case "splitNotes":
      return "split";
    case "joinNotes":
      return "joined";
    case "transformNotes":
      return shape(command.transform);
    case "setTempo":
      return `tempo ${Math.round(6e8 / command.micros) / 10}`;
    case "setMeter":
      return `metre ${command.numerator}/${command.denominator}`;
    case "setMarker":
      return `section ${command.name}`;
    case "drawController":
      return command.ticks.length ? "drawn" : "cleared";
    case "scaleController":
      return `scaled to ${command.percent} percent`;
    case "moveLandmark":
      return "moved";
    default:
      return "";
  }
}

/** "up a semitone", "down 2 octaves". */
function up(by: number, unit: string, rest = ""): string {
  if (!by) return "";
  const octaves = unit === "semitone" && by % 12 === 0;
  const size = Math.abs(octaves ? by / 12 : by);
  const name = octaves ? "octave" : unit;
  const amount = size === 1 ? `${octaves ? "an" : "a"} ${name}` : counted(size, name);
  return [by > 0 ? "up" : "down", amount, rest].filter(Boolean).join(" ");
}

/** "later by an eighth", or by ticks where no note value is so long. */
function along(by: number, tpq: number, more: string, less: string): string {
  if (!by) return "";
  const ticks = Math.abs(by);
  const name = lengthName(ticks / tpq);
  const amount = isLength(ticks / tpq) ? `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}` : counted(Math.round((ticks * 960) / tpq), "tick");
  return `${by > 0 ? more : less} by ${amount}`;
}
