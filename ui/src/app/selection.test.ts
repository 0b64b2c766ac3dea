import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Event } from "../bindings/Event";
import type { Row } from "../document/notes";

/** The engine in so far as it keeps a history: each state is the notes of its track. */
const engine = vi.hoisted(() => ({ hear: (_: unknown) => undefined as void, travel: async (_: number) => 0, step: async (_: unknown) => 0, opened: null as unknown, notes: () => new ArrayBuffer(0) }));
vi.mock("../backend/tauri", () => ({
  connect: async (hear: (event: unknown) => void) => ((engine.hear = hear), engine.opened),
  instruments: async () => [],
  recent: async () => [],
  notes: async () => engine.notes(),
  controllers: async () => new ArrayBuffer(0),
  setTitle: async () => undefined,
  setSettings: async () => undefined,
  apply: (command: unknown) => engine.step(command),
  undo: () => engine.travel(-1),
  redo: () => engine.travel(1),
  setLoop: async () => undefined,
  failure: (error: unknown) => error,
}));

const { studio } = await import("./studio.svelte");
const { selection } = await import("./selection.svelte");
const { arrangement } = await import("../arrange/arrangement.svelte");
const { Notes } = await import("../document/notes");

const note = (id: number, pitch = 60): Row => ({ id, start: id * 480, length: 480, pitch, velocity: 80, flags: 0 });

let states: { rows: Row[]; label: string }[];
let at: number;
let revision: number;

function changed(to: number) {
  const [old, { rows }] = [states[at].rows, states[to]];
  const fresh = rows.filter((row) => !old.some((each) => each.id === row.id && each.pitch === row.pitch));
  const column = (key: keyof Row) => fresh.map((row) => row[key]);
  at = to;
  engine.hear({
    kind: "changed", revision: ++revision, label: "", history: { done: states.slice(1, at + 1).map(({ label }) => label), undone: states.slice(at + 1).map(({ label }) => label) },
    patch: {
      notes: { id: column("id"), track: fresh.map(() => 0), start: column("start"), length: column("length"), pitch: column("pitch"), velocity: column("velocity"), flags: column("flags"), release: [] },
      removed: old.filter(({ id }) => !rows.some((row) => row.id === id)).map(({ id }) => id),
      tracks: null, headers: [], curves: [], tempos: null, meters: null, keys: null, chords: null, markers: null, title: null, end: 0, written: 0, checksum: Notes.of(rows).checksum(0),
    },
  } as unknown as Event);
  return revision;
}

engine.travel = async (by) => changed(at + by);
engine.step = async (rows) => {
  states = [...states.slice(0, at + 1), { rows: rows as Row[], label: `Step ${states.length}` }];
  return changed(at + 1);
};

/** The piece has these notes after the next step. */
const edit = (...rows: Row[]) => studio.apply(rows as never);
const notes = () => [...selection.notes];

beforeEach(async () => {
  const track = (id: number) => ({ id, header: { name: "", lane: id, channel: id, program: 0, hue: 0, mix: {} }, instrument: "", notes: 0 });
  states = [{ rows: [], label: "" }];
  at = revision = 0;
  engine.opened = { project: 1, title: "", revision: 0, tpq: 480, tempos: [], meters: [], keys: [], chords: [], markers: [], tracks: [track(0), track(1), track(2)], end: 0, written: 0, checksum: 0, history: { done: [], undone: [] } };
  await studio.start();
  await edit(note(1), note(2), note(3));
});

describe("undo and redo", () => {
  it("of something new choose what was chosen before, and the new again", async () => {
    selection.choose([2]);
    await edit(note(1), note(2), note(3), note(4), note(5));
    selection.choose([4, 5]);
    await studio.undo();
    expect(notes()).toEqual([2]);
    await studio.redo();
    expect(notes()).toEqual([4, 5]);
  });

  it("of a deletion choose what it took", async () => {
    selection.choose([1, 3]);
    await edit(note(2));
    expect(notes()).toEqual([]);
    await studio.undo();
    expect(notes()).toEqual([1, 3]);
  });

  it("put bars, track and block back", async () => {
    Object.assign(selection, { bars: { from: 2, to: 3 }, track: 1, together: [1, 2] });
    await edit(note(1), note(2));
    Object.assign(selection, { bars: null, track: 2, together: [] });
    arrangement.block = null;
    await studio.undo();
    expect([selection.bars, selection.track, selection.together]).toEqual([{ from: 2, to: 3 }, 1, [1, 2]]);
    expect(arrangement.block).toEqual({ rows: { from: 1, to: 2 }, bars: { from: 2, to: 3 } });
    // Bars were marked, and no notes; what came back is not chosen beside them.
    expect(notes()).toEqual([]);
    await studio.redo();
    expect([selection.bars, selection.track, arrangement.block]).toEqual([null, 2, null]);
  });

  it("choose what came back where nothing had been chosen", async () => {
    selection.clear();
    await edit(note(1), note(3));
    await studio.undo();
    expect(notes()).toEqual([2]);
  });

  it("choose what came back where nobody knows what had been chosen", async () => {
    await edit(note(1, 62), note(2), note(3));
    // As after a restart: the journal has the steps, and the window has not seen them.
    for (const watcher of studio.watchers) watcher(null);
    selection.choose([2]);
    await studio.undo();
    expect(notes()).toEqual([1]);
  });
});

describe("a walk along the history", () => {
  it("chooses what was chosen where it ends, and what it passed stays known", async () => {
    for (const id of [1, 2, 3]) {
      selection.choose([id]);
      await edit(...states[at].rows.map((row) => (row.id === id ? note(id, 70 + id) : row)));
    }
    selection.choose([1, 2, 3]);
    await studio.walk(-3);
    expect(notes()).toEqual([1]);
    await studio.walk(2);
    expect(notes()).toEqual([3]);
    await studio.walk(-1);
    expect(notes()).toEqual([2]);
    await studio.walk(2);
    expect(notes()).toEqual([1, 2, 3]);
  });
});
