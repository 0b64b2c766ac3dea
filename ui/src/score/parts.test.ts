import { beforeEach, expect, it, vi } from "vitest";
import type { PartSummary } from "../bindings/PartSummary";

const engine = vi.hoisted(() => ({ parts: [] as PartSummary[] }));
vi.mock("../backend/tauri", () => ({
  parts: async () => engine.parts,
  settings: async () => null,
  setSettings: async () => undefined,
}));
vi.mock("./engraver", () => ({ engraver: { warm: () => undefined, engrave: async () => null } }));

const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { run } = await import("../app/commands");
const { Mirror } = await import("../document/mirror");
const { Notes } = await import("../document/notes");
const { score } = await import("./score.svelte");

const settled = () => new Promise((wake) => setTimeout(wake, 5));

beforeEach(async () => {
  const track = (id: number) => ({ id, header: { name: `Track ${id}`, lane: id, channel: id, program: 0, hue: 0, mix: {} }, instrument: "", notes: 1 });
  const document = {
    project: 1, title: "Waltz", revision: 0, tpq: 960, tempos: [], meters: [], keys: [], markers: [], end: 3840 * 3, written: 3840 * 3, checksum: 0,
    tracks: [0, 1, 2].map(track), history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  const mirror = new Mirror(document);
  // The third track has more notes in its second bar than the others.
  [0, 1, 2].forEach((id) => mirror.fill(id, Notes.of(Array.from({ length: id === 2 ? 8 : 1 }, (_, at) => ({ id: id * 100 + at, start: 3840 + at * 480, length: 480, pitch: 60, velocity: 80, flags: 0 })))));
  Object.assign(studio, { document, mirror, spoken: "" });
  Object.assign(selection, { track: 0, eyes: new Set([0]), hidden: new Set() });
  Object.assign(taste, { view: "score" });
  engine.parts = [{ name: "Piano", tracks: [0, 1] }, { name: "Flute", tracks: [2] }];
  await score.list();
  score.part = "seen";
});

it("shows the tracks in full colour, all of them, or a part", () => {
  expect(score.tracks).toEqual([0]);
  score.show("all");
  expect([score.tracks, studio.spoken]).toEqual([[0, 1, 2], "Whole score"]);
  score.show(2);
  expect([score.tracks, studio.spoken, selection.track]).toEqual([[2], "Flute", 2]);
  score.show(0);
  expect([score.tracks, selection.track]).toEqual([[0, 1], 0]);
  score.show("seen");
  expect([score.tracks, studio.spoken.trim()]).toEqual([[0], "Tracks in colour"]);
});

it("goes round by commands: the whole score, then part by part", async () => {
  const seen = [];
  for (const id of ["nextPart", "nextPart", "nextPart", "nextPart", "partBefore"]) {
    run(id);
    await settled();
    seen.push(score.part);
  }
  expect(seen).toEqual([0, 2, "all", 0, "all"]);
  run("seenScore");
  expect(score.part).toBe("seen");
  run("wholeScore");
  expect(score.part).toBe("all");
});

it("shows what is there where a part is gone", async () => {
  score.show(2);
  engine.parts = [{ name: "Piano", tracks: [0, 1] }];
  await score.list();
  expect([score.part, score.tracks]).toEqual(["seen", [0, 2]]);
  expect(score.partName).toBe("Tracks in colour");
});

it("prints a part by the room that its own notes need, under its name", () => {
  const [piano, flute] = engine.parts.map(({ name, tracks }) => score.edition("a4", tracks, name));
  expect([piano.part, piano.tracks, flute.part, flute.title]).toEqual(["Piano", [0, 1], "Flute", "Waltz"]);
  expect(piano.rooms).toHaveLength(3);
  expect(flute.rooms[1]).toBeGreaterThan(piano.rooms[1] * 1.5);
  expect(flute.rooms[0]).toBe(piano.rooms[0]);
});
