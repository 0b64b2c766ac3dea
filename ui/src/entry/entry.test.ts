import { beforeEach, expect, it, vi } from "vitest";
import type { Command } from "../bindings/Command";

/** The engine in so far as it keeps notes: what is applied is in the mirror, and can be undone. */
const engine = vi.hoisted(() => ({ sent: [] as unknown[], apply: (_: unknown) => Promise.resolve(0), refuse: false }));
vi.mock("../backend/tauri", () => ({
  apply: (command: unknown) => (engine.refuse ? Promise.reject({ code: "refused", message: "no" }) : engine.apply(command)),
  soundNote: async (...words: unknown[]) => void engine.sent.push(["sound", ...words]),
  failure: (error: { code: string; message: string }) => error,
  settings: async () => null,
  setSettings: async () => undefined,
  letGo: async () => undefined,
}));

const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { run } = await import("../app/commands");
const { Mirror } = await import("../document/mirror");
const { Notes } = await import("../document/notes");
const { hands } = await import("../hands/hands.svelte");
const { commandsOf } = await import("../keys/press");
const { transport } = await import("../transport/transport.svelte");
const { entry } = await import("./entry.svelte");

type Row = import("../document/notes").Row;
let rows: Row[] = [];
let next = 1;

function show(revision: number) {
  studio.mirror!.fill(0, Notes.of(rows));
  studio.document = { ...studio.document!, revision };
  for (const watcher of studio.watchers) watcher({ from: 0, to: 9999, frame: false });
}

engine.apply = async (sent) => {
  const command = sent as Command;
  engine.sent.push(command);
  if (command.kind === "addNotes") rows = [...rows, ...command.notes.map((note) => ({ id: next++, flags: 0, ...note }))];
  else if (command.kind === "deleteNotes") rows = rows.filter(({ id }) => !command.ids.includes(id));
  else if (command.kind === "moveNotes") rows = rows.map((row) => (command.ids.includes(row.id) ? { ...row, pitch: row.pitch + command.semitones } : row));
  else if (command.kind === "resizeNotes") rows = rows.map((row) => (command.ids.includes(row.id) ? { ...row, length: row.length + command.ticks } : row));
  else if (command.kind === "setLength") rows = rows.map((row) => (command.ids.includes(row.id) ? { ...row, length: command.ticks } : row));
  show(studio.document!.revision + 1);
  return studio.document!.revision;
};

const names: Record<string, string> = { Space: " " };
const event = (key: string, more: object = {}) => ({ key: names[key] ?? key, target: null, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more }) as unknown as KeyboardEvent;

/** Presses keys as the window does, and waits until everything is written. */
async function press(...keys: string[]) {
  for (const key of keys) {
    const shift = key.startsWith("Shift+");
    commandsOf(event(shift ? key.slice(6) : key, { shiftKey: shift }), entry.on ? "steps" : taste.view === "score" ? "paper" : null).some(run);
  }
  for (let at = 0; at < 30; at++) await Promise.resolve();
  await new Promise((wake) => setTimeout(wake, 1));
}

const written = () => rows.map(({ start, length, pitch }) => [start, length, pitch]);
const kinds = () => engine.sent.flatMap((each) => (Array.isArray(each) ? [] : [(each as Command).kind]));

beforeEach(() => {
  rows = [];
  next = 1;
  engine.refuse = false;
  const document = {
    project: 1, title: "", revision: 0, tpq: 960, tempos: [], meters: [], keys: [{ tick: 0, fifths: 1, minor: false }], markers: [], end: 9600, written: 9600, checksum: 0,
    tracks: [{ id: 0, header: { name: "", lane: 0, channel: 0, program: 0, hue: 0, mix: {} }, instrument: "", notes: 0 }],
    history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  Object.assign(studio, { document, mirror: new Mirror(document), message: null, spoken: "" });
  Object.assign(selection, { track: 0, notes: new Set() });
  Object.assign(taste, { snap: 1 / 2, naming: "english", view: "roll" });
  Object.assign(hands, { down: new Set(), recording: false });
  if (entry.on) entry.end();
  Object.assign(entry, { length: { quarters: 1, dotted: false, triplet: false } });
  transport.hear({ tick: 970, atMs: 0, playing: false, counting: 0, ticksPerSecond: 0, loopFrom: null, loopTo: null });
  engine.sent.length = 0;
});

it("begins at the grid's place by the playhead, with the grid's length; letters go on from there", async () => {
  await press("Shift+I");
  expect([entry.on, entry.tick, entry.words]).toEqual([true, 960, "eighth"]);
  await press("g", "a", "f");
  // G major: F is F sharp, and each letter is the nearest note to the one before.
  expect(written()).toEqual([[960, 480, 55], [1440, 480, 57], [1920, 480, 54]]);
  expect(kinds()).toEqual(["addNotes", "addNotes", "addNotes"]);
  expect([entry.tick, [...selection.notes]]).toEqual([2400, [3]]);
  expect(studio.spoken).toMatch(/^F♯3, bar 1 beat 3, eighth/);
  expect(engine.sent).toContainEqual(["sound", 0, 55, hands.velocity]);
});

it("takes lengths by digits, with dots and triplets, for the next note only", async () => {
  await press("Shift+I", "5", "c", "6", ".", "d", "3");
  entry.triplet();
  await press("e");
  expect(written()).toEqual([[960, 960, 60], [1920, 2880, 62], [4800, 160, 64]]);
  expect(studio.spoken).toContain("bar 2 beat 2");
});

it("goes on by rests and back by steps", async () => {
  await press("Shift+I", "5", "Space", "c", "ArrowRight", "0");
  expect([written(), entry.tick]).toEqual([[[1920, 960, 60]], 4800]);
  await press("ArrowLeft", "ArrowLeft");
  expect(entry.tick).toBe(2880);
  await press("ArrowLeft", "e");
  expect(written()[1]).toEqual([1920, 960, 64]);
  expect(kinds()).toEqual(["addNotes", "addNotes"]);
});

it("adds to a chord, moves it, ties it and deletes it", async () => {
  await press("Shift+I", "5", "c", "Shift+E", "Shift+G");
  expect(written()).toEqual([[960, 960, 60], [960, 960, 64], [960, 960, 67]]);
  expect([...selection.notes]).toEqual([1, 2, 3]);
  await press("Shift+ArrowUp");
  expect(written().map(([, , pitch]) => pitch)).toEqual([72, 76, 79]);
  await press("4", "t");
  expect([written()[0], entry.tick]).toEqual([[960, 1440, 72], 2400]);
  // The next letter is near to where the chord is now.
  await press("b");
  expect(written().at(-1)).toEqual([2400, 480, 71]);
  await press("Backspace", "Backspace");
  expect([written(), entry.tick]).toEqual([[], 960]);
  expect(kinds()).toEqual(["addNotes", "addNotes", "addNotes", "moveNotes", "resizeNotes", "addNotes", "deleteNotes", "deleteNotes"]);
  await press("Backspace");
  expect(studio.spoken).toBe("nothing to delete");
});

it("takes a note that is there up instead of doubling it", async () => {
  rows = [{ id: next++, start: 960, length: 240, pitch: 60, velocity: 80, flags: 0 }];
  show(0);
  await press("Shift+I", "5", "c");
  expect([written(), kinds()]).toEqual([[[960, 960, 60]], ["setLength"]]);
  await press("ArrowLeft", "c");
  expect(kinds()).toEqual(["setLength"]);
});

it("begins after a chosen note, which letters with Shift join", async () => {
  rows = [{ id: next++, start: 1920, length: 960, pitch: 60, velocity: 80, flags: 0 }];
  show(0);
  selection.choose([1]);
  await press("Shift+I", "Shift+E", "4", "d");
  expect(written()).toEqual([[1920, 960, 60], [1920, 960, 64], [2880, 480, 62]]);
});

it("follows undo: what is gone was not entered", async () => {
  await press("Shift+I", "5", "c", "d");
  rows = rows.slice(0, 1);
  show(studio.document!.revision + 1);
  expect(entry.tick).toBe(1920);
  await press("Shift+E");
  expect(written()).toEqual([[960, 960, 60], [960, 960, 64]]);
});

it("loses nothing when the engine refuses: the cursor is where it was", async () => {
  await press("Shift+I");
  engine.refuse = true;
  await press("c");
  expect([entry.tick, written(), studio.message?.level]).toEqual([960, [], "error"]);
});

it("enters what a keyboard plays when its last key is up, with its own velocities", async () => {
  await press("Shift+I");
  const hear = (pitch: number, velocity: number) => hands.hear({ pitch, velocity, tick: null });
  hear(60, 80);
  hear(64, 70);
  hear(60, 0);
  await press();
  expect(rows).toEqual([]);
  hear(64, 0);
  await press();
  expect(rows.map(({ start, pitch, velocity }) => [start, pitch, velocity])).toEqual([[960, 60, 80], [960, 64, 70]]);
  expect(engine.sent.some(Array.isArray), "they were heard already").toBe(false);
  hands.recording = true;
  hear(67, 90);
  hear(67, 0);
  await press();
  expect(rows).toHaveLength(2);
});

it("gives keys back when it is left; digits then choose tools in the roll and set the chosen notes in the score", async () => {
  expect(commandsOf(event("b"))).toEqual(["draw"]);
  await press("Shift+I", "c", "Escape");
  expect([entry.on, commandsOf(event("b")), commandsOf(event("Backspace")), commandsOf(event(","))]).toEqual([false, ["draw"], ["delete"], ["barBefore"]]);
  await press("4");
  expect([taste.tool, written()]).toEqual(["split", [[960, 960, 60]]]);
  taste.tool = "select";
  taste.view = "score";
  await press("6");
  expect(written()).toEqual([[960, 1920, 60]]);
  await press(".");
  expect(written()).toEqual([[960, 2880, 60]]);
  await press(".");
  expect([written(), kinds()]).toEqual([[[960, 1920, 60]], ["addNotes", "setLength", "setLength", "setLength"]]);
  selection.clear();
  expect(run("value4")).toBe(false);
  // With nothing chosen a digit has no length to set.
  await press("3");
  expect(taste.tool).toBe("erase");
  taste.tool = "select";
});

it("keeps to fields: letters in them are letters", () => {
  const field = { matches: (selector: string) => selector.includes("input") };
  expect(commandsOf(event("c", { target: field }), "steps")).toEqual([]);
});
