// The window's copy of the document. Rust owns the truth; this follows it patch by patch.

import type { Changed } from "../bindings/Changed";
import type { Document } from "../bindings/Document";
import type { NoteColumns } from "../bindings/NoteColumns";
import type { Patch } from "../bindings/Patch";
import { Curves } from "./curves";
import { instrumentName } from "./instruments";
import { Notes, type Row } from "./notes";

/** What a patch touched: ticks, both ends included. */
export interface Damage {
  from: number;
  to: number;
  /** Tracks, maps or the title changed too. */
  frame: boolean;
}

const EMPTY = Notes.of([]);
const SILENT = new Curves();

export class Mirror {
  readonly #notes = new Map<number, Notes>();
  readonly #curves = new Map<number, Curves>();

  constructor(public document: Document) {}

  /** A track's notes. */
  notes(track: number): Notes {
    return this.#notes.get(track) ?? EMPTY;
  }

  /** Takes over a track's notes as they were read from Rust. */
  fill(track: number, notes: Notes) {
    this.#notes.set(track, notes);
  }

  /** A track's controllers. */
  curves(track: number): Curves {
    return this.#curves.get(track) ?? SILENT;
  }

  /** Takes over a track's controllers as they were read from Rust. */
  steer(track: number, curves: Curves) {
    this.#curves.set(track, curves);
  }

  /** The note with this id, and its track. */
  find(id: number): { track: number; row: Row } | undefined {
    for (const [track, notes] of this.#notes) {
      const at = notes.find(id);
      if (at >= 0) return { track, row: notes.row(at) };
    }
    return undefined;
  }

  /** Follows a change. Throws if what results is not what Rust has; the caller then reads everything anew. */
  apply(changed: Changed): Damage {
    const { patch } = changed;
    const damage: Damage = { from: Infinity, to: -Infinity, frame: false };
    const touched = (start: number, end: number) => {
      damage.from = Math.min(damage.from, start);
      damage.to = Math.max(damage.to, end);
    };
    const gone = new Set<number>(patch.removed);
    for (const id of patch.notes.id) gone.add(id);
    const come = byTrack(patch.notes);
    for (const [track, notes] of this.#notes) {
      let old = 0;
      for (let at = 0; at < notes.count; at++) {
        if (!gone.has(notes.id[at])) continue;
        old++;
        touched(notes.start[at], notes.start[at] + notes.length[at]);
      }
      const rows = come.get(track) ?? [];
      come.delete(track);
      if (old || rows.length) this.#notes.set(track, notes.changed(gone, rows));
      for (const row of rows) touched(row.start, row.start + row.length);
    }
    for (const [track, rows] of come) {
      this.#notes.set(track, Notes.of(rows));
      for (const row of rows) touched(row.start, row.start + row.length);
    }
    for (const stretch of patch.curves) {
      const curves = this.#curves.get(stretch.track) ?? new Curves();
      curves.take(stretch);
      this.#curves.set(stretch.track, curves);
    }
    damage.frame = this.#frame(patch, changed);
    const sum = this.checksum();
    if (sum !== patch.checksum) {
      throw new Error(`the window shows another document than the engine has (${sum} instead of ${patch.checksum})`);
    }
    return damage;
  }

  #frame(patch: Patch, changed: Changed): boolean {
    const old = this.document;
    const summary = (header: { id: number; header: Document["tracks"][number]["header"] }) => {
      const before = old.tracks.find((track) => track.id === header.id);
      return { id: header.id, header: header.header, instrument: instrumentName(header.header) ?? before?.instrument ?? "", notes: 0 };
    };
    let tracks = old.tracks;
    if (patch.tracks) {
      tracks = patch.tracks.map(summary);
      const left = new Set(tracks.map((track) => track.id));
      for (const known of [this.#notes, this.#curves]) {
        for (const track of [...known.keys()]) if (!left.has(track)) known.delete(track);
      }
    } else if (patch.headers.length) {
      const fresh = new Map(patch.headers.map((header) => [header.id, summary(header)]));
      tracks = tracks.map((track) => fresh.get(track.id) ?? track);
    }
    tracks = tracks.map((track) => {
      const notes = this.notes(track.id).count;
      return track.notes === notes ? track : { ...track, notes };
    });
    this.document = {
      ...old,
      tracks,
      title: patch.title ?? old.title,
      tempos: patch.tempos ?? old.tempos,
      meters: patch.meters ?? old.meters,
      keys: patch.keys ?? old.keys,
      chords: patch.chords ?? old.chords,
      markers: patch.markers ?? old.markers,
      end: patch.end,
      written: patch.written,
      checksum: patch.checksum,
      revision: changed.revision,
      history: changed.history,
    };
    const { title, tempos, meters, keys, chords, markers } = patch;
    return Boolean(patch.tracks || patch.headers.length || patch.curves.length || title || tempos || meters || keys || chords || markers);
  }

  /** `score::Score::checksum` of what the mirror shows. */
  checksum(): number {
    let sum = 0;
    for (const [track, notes] of this.#notes) sum = (sum + notes.checksum(track)) | 0;
    return sum >>> 0;
  }
}

/** Notes of the wire as rows, by track. */
export function byTrack(columns: NoteColumns): Map<number, Row[]> {
  const tracks = new Map<number, Row[]>();
  columns.id.forEach((id, at) => {
    const row: Row = {
      id, start: columns.start[at], length: columns.length[at],
      pitch: columns.pitch[at], velocity: columns.velocity[at], flags: columns.flags[at],
      release: columns.release[at],
    };
    const rows = tracks.get(columns.track[at]);
    if (rows) rows.push(row);
    else tracks.set(columns.track[at], [row]);
  });
  return tracks;
}
