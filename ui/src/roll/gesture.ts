// What the pointer is doing, as a machine without a canvas: points in, one command or one choice out.

import type { Command } from "../bindings/Command";
import { CHROMATIC, inScale } from "../document/scale";
import type { Row } from "../document/notes";
import type { Bend } from "./lasso";

/** A place in the piece. */
export interface Point {
  tick: number;
  pitch: number;
  /** The pitch with its fraction, where that matters: 60.5 is the middle of key 60. */
  level?: number;
}

export interface Keys {
  shift: boolean;
  /** Ctrl, or Command on a Mac. */
  control: boolean;
  alt: boolean;
}

/** What lies under the pointer. */
export interface Hit {
  track: number;
  row: Row;
  part: "start" | "body" | "end";
}

export interface Setting {
  tool: "select" | "draw" | "erase" | "split";
  /** Grid step in ticks; 0 = free. */
  step: number;
  /** The track that is drawn into. */
  track: number;
  /** The scale in force at a tick, where what is drawn and dragged goes to its tones. */
  scale?: (tick: number) => number;
  /** What is chosen now. */
  chosen: ReadonlySet<number>;
  /** The chosen notes and, if it is not chosen, the one under the pointer. */
  rows: (hit: Hit | null) => { track: number; row: Row }[];
}

/** How the chosen notes look while the pointer is down. */
export interface Preview {
  rows: { track: number; row: Row }[];
  /** The notes that these stand for. */
  lifted: ReadonlySet<number>;
}

/** What becomes of the notes that were chosen before. */
export type How = "instead" | "add" | "toggle";

export type Outcome =
  | { kind: "none" }
  | { kind: "choose"; ids: number[]; how: How }
  | { kind: "marquee"; from: Point; to: Point; how: How }
  | { kind: "lasso"; path: Bend[]; how: How }
  | { kind: "command"; command: Command };

type State =
  | { kind: "marquee"; from: Point; to: Point; how: How }
  | { kind: "lasso"; path: Bend[]; how: How }
  | { kind: "move"; from: Point; hit: Hit; rows: Preview["rows"]; copy: boolean; how: How; ticks: number; semitones: number }
  | { kind: "resize"; from: Point; edge: "start" | "end"; hit: Hit; rows: Preview["rows"]; ticks: number }
  | { kind: "draw"; start: number; pitch: number; length: number }
  | { kind: "split"; hit: Hit | null; at: number }
  | { kind: "erase"; ids: Set<number> };

/** New notes are as loud as this. */
export const VELOCITY = 84;

export const snap = (tick: number, step: number) => (step ? Math.round(tick / step) * step : Math.round(tick));
const below = (tick: number, step: number) => (step ? Math.floor(tick / step) * step : Math.round(tick));

/** The tone of a scale that is nearest to a key, the lower one of two; the key itself where all are in it. */
export function toned(pitch: number, scale = CHROMATIC): number {
  const away = [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6];
  return away.map((by) => pitch + by).find((key) => key >= 0 && key <= 127 && inScale(scale, key)) ?? pitch;
}

const bend = ({ tick, pitch, level = pitch + 0.5 }: Point): Bend => ({ tick, level });

/** The selection after these notes were found. */
export function combined(before: ReadonlySet<number>, found: Iterable<number>, how: How): Set<number> {
  const notes = new Set(how === "instead" ? [] : before);
  for (const id of found) if (how !== "toggle" || !notes.delete(id)) notes.add(id);
  return notes;
}

export class Gesture {
  #state: State;
  readonly #setting: Setting;

  constructor(at: Point, hit: Hit | null, keys: Keys, setting: Setting) {
    this.#setting = setting;
    const { tool, step } = setting;
    const how = keys.control ? "toggle" : keys.shift ? "add" : "instead";
    if (tool === "erase") {
      this.#state = { kind: "erase", ids: new Set(hit ? [hit.row.id] : []) };
    } else if (tool === "split") {
      this.#state = { kind: "split", hit, at: snap(at.tick, step) };
    } else if (hit && hit.part !== "body" && how === "instead") {
      this.#state = { kind: "resize", from: at, edge: hit.part, hit, rows: setting.rows(hit), ticks: 0 };
    } else if (hit) {
      const copy = keys.alt || keys.control;
      this.#state = { kind: "move", from: at, hit, rows: setting.rows(hit), copy, how, ticks: 0, semitones: 0 };
    } else if (keys.alt) {
      this.#state = { kind: "lasso", path: [bend(at)], how };
    } else if (tool === "draw") {
      this.#state = { kind: "draw", start: Math.max(0, below(at.tick, step)), pitch: toned(at.pitch, setting.scale?.(at.tick)), length: step || 1 };
    } else {
      this.#state = { kind: "marquee", from: at, to: at, how };
    }
  }

  get kind(): State["kind"] {
    return this.#state.kind;
  }

  /** The rectangle that is being drawn. */
  get rectangle(): { from: Point; to: Point } | null {
    return this.#state.kind === "marquee" ? this.#state : null;
  }

  /** The path of the lasso. */
  get path(): readonly Bend[] | null {
    return this.#state.kind === "lasso" ? this.#state.path : null;
  }

  move(to: Point, hit: Hit | null) {
    const state = this.#state;
    const { step } = this.#setting;
    if (state.kind === "marquee") {
      state.to = to;
    } else if (state.kind === "lasso") {
      state.path.push(bend(to));
    } else if (state.kind === "split") {
      state.hit = hit;
      state.at = snap(to.tick, step);
    } else if (state.kind === "erase") {
      if (hit) state.ids.add(hit.row.id);
    } else if (state.kind === "draw") {
      state.length = Math.max(step || 1, snap(to.tick - state.start, step));
    } else if (state.kind === "resize") {
      const { row } = state.hit;
      const edge = state.edge === "end" ? row.start + row.length : row.start;
      state.ticks = snap(edge + to.tick - state.from.tick, step) - edge;
      const shortest = Math.min(...state.rows.map(({ row }) => row.length));
      // A note keeps at least one tick.
      state.ticks = state.edge === "end" ? Math.max(1 - shortest, state.ticks) : Math.min(shortest - 1, state.ticks);
    } else {
      const first = Math.min(...state.rows.map(({ row }) => row.start));
      const ticks = snap(to.tick - state.from.tick, step);
      state.ticks = Math.max(-first, ticks);
      const pitches = state.rows.map(({ row }) => row.pitch);
      const { pitch, start } = state.hit.row;
      const wanted = to.pitch - state.from.pitch;
      // The note under the pointer goes to a tone of the scale, the others with it; a note that stays stays as it is.
      const semitones = wanted ? toned(pitch + wanted, this.#setting.scale?.(start + state.ticks)) - pitch : 0;
      state.semitones = Math.min(127 - Math.max(...pitches), Math.max(-Math.min(...pitches), semitones));
    }
  }

  preview(): Preview {
    const state = this.#state;
    if (state.kind === "move" && (state.ticks || state.semitones)) {
      const rows = state.rows.map(({ track, row }) => ({
        track,
        row: { ...row, start: row.start + state.ticks, pitch: row.pitch + state.semitones },
      }));
      return { rows, lifted: new Set(state.copy ? [] : rows.map(({ row }) => row.id)) };
    }
    if (state.kind === "resize" && state.ticks) {
      const rows = state.rows.map(({ track, row }) => {
        const start = state.edge === "start" ? row.start + state.ticks : row.start;
        const length = state.edge === "start" ? row.length - state.ticks : row.length + state.ticks;
        return { track, row: { ...row, start, length } };
      });
      return { rows, lifted: new Set(rows.map(({ row }) => row.id)) };
    }
    if (state.kind === "draw") {
      const { start, length, pitch } = state;
      const row = { id: -1, start, length, pitch, velocity: VELOCITY, flags: 0 };
      return { rows: [{ track: this.#setting.track, row }], lifted: new Set() };
    }
    return { rows: [], lifted: new Set(state.kind === "erase" ? state.ids : []) };
  }

  /** The pointer is released. */
  end(): Outcome {
    const state = this.#state;
    switch (state.kind) {
      case "marquee":
        return { kind: "marquee", from: state.from, to: state.to, how: state.how };
      case "lasso":
        return { kind: "lasso", path: state.path, how: state.how };
      case "split": {
        const { hit, at } = state;
        const cut = hit && hit.row.start < at && at < hit.row.start + hit.row.length;
        return cut ? { kind: "command", command: { kind: "splitNotes", ids: this.#setting.rows(hit).map(({ row }) => row.id), at } } : { kind: "none" };
      }
      case "erase":
        return state.ids.size ? { kind: "command", command: { kind: "deleteNotes", ids: [...state.ids] } } : { kind: "none" };
      case "draw": {
        const { start, length, pitch } = state;
        const note = { start, length, pitch, velocity: VELOCITY };
        return { kind: "command", command: { kind: "addNotes", track: this.#setting.track, notes: [note] } };
      }
      case "resize": {
        if (!state.ticks) return { kind: "choose", ids: [state.hit.row.id], how: "instead" };
        const ids = state.rows.map(({ row }) => row.id);
        return { kind: "command", command: { kind: "resizeNotes", ids, ticks: state.ticks, edge: state.edge } };
      }
      case "move": {
        const { ticks, semitones } = state;
        if (!ticks && !semitones) return { kind: "choose", ids: [state.hit.row.id], how: state.how };
        const ids = state.rows.map(({ row }) => row.id);
        const kind = state.copy ? "duplicateNotes" : "moveNotes";
        return { kind: "command", command: { kind, ids, ticks, semitones } };
      }
    }
  }
}
