import { describe, expect, it } from "vitest";
import type { Document } from "../bindings/Document";
import type { Patch } from "../bindings/Patch";
import { Bars } from "./bars";
import { Mirror } from "./mirror";
import { keyName, lengthName, NAMINGS, pitchName, pitchOf } from "./names";
import { Notes, type Row } from "./notes";

const row = (id: number, start: number, length = 10, pitch = 60): Row => ({ id, start, length, pitch, velocity: 80, flags: 0 });

function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("notes", () => {
  it("finds what sounds in a stretch, also under one endless note", () => {
    const random = chance(7);
    const rows = Array.from({ length: 2000 }, (_, id) => row(id, Math.floor(random() * 50_000), 1 + Math.floor(random() * 300)));
    rows.push(row(9999, 0, 60_000));
    const notes = Notes.of(rows);
    for (const [from, to] of [[0, 1], [10_000, 10_500], [49_000, 70_000], [60_001, 60_002]]) {
      const found: number[] = [];
      notes.within(from, to, (at) => found.push(notes.id[at]));
      const wanted = rows.filter((note) => note.start < to && (note.start + note.length > from || note.start >= from));
      expect(found.sort()).toEqual(wanted.map((note) => note.id).sort());
    }
  });

  it("keeps its order through changes", () => {
    const notes = Notes.of([row(1, 30), row(2, 10), row(3, 20)]).changed(new Set([3]), [row(3, 5), row(4, 30, 10, 50)]);
    expect([...notes.id]).toEqual([3, 2, 4, 1]);
  });

  it("reads records of sixteen bytes", () => {
    const data = new DataView(new ArrayBuffer(16));
    data.setUint32(0, 480, true);
    data.setUint32(4, 240, true);
    data.setUint32(8, 7, true);
    data.setUint8(12, 64);
    data.setUint8(13, 90);
    data.setUint8(14, 1);
    data.setUint8(15, 30);
    const row = { id: 7, start: 480, length: 240, pitch: 64, velocity: 90, flags: 1 };
    const notes = Notes.read(data.buffer);
    expect(notes.row(0)).toEqual({ ...row, release: 30 });
    expect(notes.changed(new Set(), [{ ...row, id: 8 }]).row(0)).toEqual({ ...row, release: 30 });
    // The plain one need not be said.
    data.setUint8(15, 64);
    expect(Notes.read(data.buffer).row(0)).toStrictEqual(row);
  });
});

describe("bars", () => {
  const meter = (tick: number, numerator: number, denominator: number) => ({ tick, numerator, denominator, clocks: 24, thirty_seconds: 8 });

  it("follows changes of metre", () => {
    const bars = new Bars(480, [meter(0, 3, 4), meter(1440 * 2, 6, 8)]);
    expect([bars.bar(0), bars.bar(1439), bars.bar(1440), bars.bar(2880), bars.bar(4320)]).toEqual([0, 0, 1, 2, 3]);
    expect([bars.start(2), bars.end(2), bars.start(3)]).toEqual([2880, 4320, 4320]);
    expect(bars.place(2880 + 240)).toEqual({ bar: 3, beat: 2, rest: 0 });
  });

  it("takes a metre that stands a tick beside its bar line for one that stands there", () => {
    const late = new Bars(480, [meter(1, 3, 4), meter(1441, 2, 4), meter(2395, 4, 4)]);
    expect([0, 1, 2, 3].map((bar) => late.start(bar))).toEqual([0, 1440, 2400, 4320]);
    expect([late.line(700), late.line(721), late.line(-5)]).toEqual([0, 1440, 0]);
  });

  it("finds the tick of a place, and none outside its bar", () => {
    const bars = new Bars(480, [meter(0, 3, 4), meter(1440 * 2, 6, 8)]);
    for (const tick of [0, 481, 1439, 2880, 3119, 4321]) expect(bars.tick(bars.place(tick))).toBe(tick);
    expect(bars.tick({ bar: 1, beat: 4, rest: 0 })).toBeUndefined();
    expect(bars.tick({ bar: 3, beat: 6, rest: 480 })).toBeUndefined();
    expect(bars.tick({ bar: 0, beat: 1, rest: 0 })).toBeUndefined();
  });

  it("takes four quarters where nothing is said", () => {
    expect(new Bars(96, []).start(3)).toBe(3 * 384);
  });
});

describe("mirror", () => {
  const document = (): Document => ({
    project: 1, title: "A", revision: 0, tpq: 480, tempos: [], meters: [], keys: [], chords: [], markers: [],
    tracks: [{ id: 5, header: { name: "", lane: 0, channel: 0, program: 0, hue: 0, mix: { gain: 0, pan: 0, mute: false, solo: false } }, instrument: "Piano", notes: 1 }],
    end: 10, written: 10, checksum: 0, history: { done: [], undone: [] },
  });
  const patch = (fields: Partial<Patch>): Patch => ({
    notes: { id: [], track: [], start: [], length: [], pitch: [], velocity: [], flags: [], release: [] }, removed: [], curves: [],
    tracks: null, headers: [], tempos: null, meters: null, keys: null, chords: null, markers: null, title: null, end: 0, written: 0, checksum: 0, ...fields,
  });

  it("follows a patch and says what it touched", () => {
    const mirror = new Mirror(document());
    mirror.fill(5, Notes.of([row(1, 0)]));
    const checksum = Notes.of([row(1, 100, 20)]).checksum(5);
    const notes = { id: [1], track: [5], start: [100], length: [20], pitch: [60], velocity: [80], flags: [0], release: [] };
    const damage = mirror.apply({ revision: 1, label: "Move", patch: patch({ notes, checksum, end: 120, written: 3840 }), history: { done: ["Move"], undone: [] } });
    expect(damage).toEqual({ from: 0, to: 120, frame: false });
    expect(mirror.document.revision).toBe(1);
    expect(mirror.find(1)?.row.start).toBe(100);
  });

  it("refuses to show what the engine does not have", () => {
    const mirror = new Mirror(document());
    expect(() => mirror.apply({ revision: 1, label: "", patch: patch({ checksum: 1 }), history: { done: [], undone: [] } })).toThrow(/another document/);
  });
});

describe("names", () => {
  it("reads every name that it writes, and those that people type", () => {
    for (const naming of NAMINGS) {
      for (let pitch = 0; pitch < 128; pitch++) for (const fifths of [-1, 1]) expect(pitchOf(pitchName(pitch, fifths, naming), naming)).toBe(pitch);
    }
    expect(["60", "c4", "C#4", "db4", "Eb 5", "B#3", "bb3"].map((text) => pitchOf(text, "english"))).toEqual([60, 60, 61, 61, 75, 60, 58]);
    expect(["b3", "h3", "cis4", "as4", "His3"].map((text) => pitchOf(text, "german"))).toEqual([58, 59, 61, 68, 60]);
    expect(["do4", "sol#4", "mib4"].map((text) => pitchOf(text, "solfege"))).toEqual([60, 68, 63]);
    for (const text of ["", "C", "X4", "128", "C-2", "A9", "sol4", "cis4"]) expect(pitchOf(text, "english")).toBeUndefined();
  });

  it("spells by key", () => {
    expect([pitchName(60), pitchName(61), pitchName(61, -2)]).toEqual(["C4", "C♯4", "D♭4"]);
    expect([59, 58, 63].map((pitch) => pitchName(pitch, -1, "german"))).toEqual(["H3", "B3", "Es4"]);
    expect([pitchName(66, 1, "german"), pitchName(66, 1, "solfege"), pitchName(71, 0, "solfege")]).toEqual(["Fis4", "Fa♯4", "Si4"]);
    expect([keyName({ tick: 0, fifths: 0, minor: false }), keyName({ tick: 0, fifths: -3, minor: true })]).toEqual(["C major", "C minor"]);
    expect([lengthName(0.5), lengthName(1.04), lengthName(0.01)]).toEqual(["eighth", "quarter", "sixty-fourth"]);
  });
});
