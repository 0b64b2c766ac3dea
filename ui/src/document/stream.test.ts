import { expect, it } from "vitest";
import type { Document } from "../bindings/Document";
import type { Patch } from "../bindings/Patch";
import type { TrackHeader } from "../bindings/TrackHeader";
import stream from "../bindings/stream.json";
import { Curves } from "./curves";
import { Mirror } from "./mirror";
import { Notes, type Row } from "./notes";

/** A document as `crates/score/tests/sequences.rs` writes it down. */
interface Shown {
  tpq: number;
  /** By id: track, onset, length, key, velocity, flags, release velocity. */
  notes: [number, number[]][];
  beside: Patch & { tracks: TrackHeader[] };
  /** Track, controller, and its ticks and values. */
  curves: [number, number, [number[], number[]]][];
  ends: number[];
}

const { start, patches, end } = stream as unknown as { start: Shown; patches: Patch[]; end: Shown };

function mirrored({ tpq, notes, beside, curves, ends: [end, written] }: Shown): Mirror {
  const { title, tempos, meters, keys, chords, markers, tracks } = beside;
  const summaries = tracks.map(({ id, header }) => ({ id, header, instrument: "", notes: 0 }));
  const mirror = new Mirror({ project: 1, title, revision: 0, tpq, tempos, meters, keys, chords, markers, tracks: summaries, end, written, checksum: 0, history: { done: [], undone: [] } } as Document);
  for (const { id } of tracks) {
    const rows = notes.filter(([, [track]]) => track === id).map(([id, [, start, length, pitch, velocity, flags, release]]): Row => ({ id, start, length, pitch, velocity, flags, release }));
    mirror.fill(id, Notes.of(rows));
    const own = new Curves();
    for (const [track, controller, [tick, value]] of curves) if (track === id) own.take({ track, controller, from: 0, to: 0xffff_ffff, tick, value });
    mirror.steer(id, own);
  }
  return mirror;
}

/** All that a mirror shows. */
function all(mirror: Mirror) {
  const { title, tempos, meters, keys, chords, markers, end, written, tracks } = mirror.document;
  return {
    title, tempos, meters, keys, chords, markers, end, written,
    tracks: tracks.map(({ id, header }) => ({
      id, header, notes: [...mirror.notes(id).rows()],
      curves: mirror.curves(id).codes().map((code) => [code, mirror.curves(id).of(code)]),
    })),
  };
}

it("shows after three hundred changes what the engine has, notes and all beside them", () => {
  const mirror = mirrored(start);
  patches.forEach((patch, at) => mirror.apply({ revision: at + 1, label: "", patch, history: { done: [], undone: [] } }));
  expect(patches.length).toBeGreaterThanOrEqual(300);
  expect(all(mirror)).toEqual(all(mirrored(end)));
});
