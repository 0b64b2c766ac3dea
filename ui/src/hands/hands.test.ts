import { beforeEach, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as unknown[][]);
/** How long the next keys take to arrive, in milliseconds. */
const slow = vi.hoisted(() => [] as number[]);
vi.mock("../backend/tauri", () => ({
  apply: async (command: Record<string, unknown>) => (sent.push(["apply", command]), 0),
  playNote: async (...words: unknown[]) => {
    await new Promise((wake) => setTimeout(wake, slow.shift() ?? 0));
    sent.push(["play", ...words]);
  },
  letGo: async () => void sent.push(["letGo"]),
  arm: async (tracks: number[]) => void sent.push(["arm", ...tracks]),
  record: async (how: unknown) => void sent.push(["record", how]),
  setLatency: async (ms: unknown) => void sent.push(["latency", ms]),
  ports: async () => ({ inputs: [], outputs: [], missing: "none" }),
  settings: async () => null,
  setSettings: async () => undefined,
  seek: async (tick: number) => {
    sent.push(["seek", tick]);
    at(tick);
  },
}));

const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { Mirror } = await import("../document/mirror");
const { transport } = await import("../transport/transport.svelte");
const { hands } = await import("./hands.svelte");

const at = (tick: number) => transport.hear({ tick, atMs: 0, playing: false, counting: 0, ticksPerSecond: 0, loopFrom: null, loopTo: null });
const key = (code: string, more: object = {}) => ({ code, timeStamp: 5, target: null, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...more }) as unknown as KeyboardEvent;

beforeEach(async () => {
  const document = {
    project: 1, title: "", revision: 0, tpq: 960, tempos: [], meters: [], keys: [], markers: [], end: 9600, written: 9600, checksum: 0,
    tracks: [0, 1].map((id) => ({ id, header: { name: "", lane: id, channel: id, program: 0, hue: 0, mix: {} }, instrument: "", notes: 0 })),
    history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  Object.assign(studio, { document, mirror: new Mirror(document), message: null });
  Object.assign(selection, { track: 0, notes: new Set() });
  Object.assign(taste, { snap: 1 / 2 });
  Object.assign(hands, { armed: new Set(), keyboard: true, recording: false, octave: 4, velocity: 90, down: new Set(), countIn: 1, replace: false, quantize: false });
  hands.letGo();
  await vi.waitFor(() => expect(sent.at(-1)).toEqual(["letGo"]));
  at(960);
  sent.length = 0;
});

it("keys play the armed tracks, or else the one that is worked on", () => {
  expect(hands.tracks).toEqual([0]);
  hands.toggleArm(1);
  expect(hands.tracks).toEqual([1]);
  hands.toggleArm(0);
  expect(hands.tracks).toEqual([0, 1]);
  hands.toggleArm(0);
  hands.toggleArm(1);
  expect(hands.tracks).toEqual([0]);
});

it("a letter plays once while it is down, and ends what it began in another octave", async () => {
  expect(hands.press(key("KeyA"))).toBe(true);
  expect(hands.press(key("KeyA", { repeat: true }))).toBe(true);
  hands.press(key("KeyX"));
  hands.press(key("KeyV"));
  hands.press(key("KeyD"));
  hands.lift(key("KeyA"));
  hands.lift(key("KeyA"));
  await vi.waitFor(() => expect(sent).toEqual([["play", 60, 90, 5], ["play", 76, 100, 5], ["play", 60, 0, 5]]));
});

it("what keys say arrives in its order, however long each takes", async () => {
  slow.push(30, 0);
  hands.press(key("KeyA"));
  hands.lift(key("KeyA"));
  await vi.waitFor(() => expect(sent).toEqual([["play", 60, 90, 5], ["play", 60, 0, 5]]));
});

it("letters are commands with modifiers, in fields, and while the piano is away", () => {
  const field = { matches: (selector: string) => selector.includes("textarea") };
  for (const more of [{ ctrlKey: true }, { shiftKey: true }, { target: field }]) expect(hands.press(key("KeyA", more))).toBe(false);
  expect(hands.press(key("KeyR"))).toBe(false);
  hands.keyboard = false;
  expect(hands.press(key("KeyA"))).toBe(false);
  expect(sent).toEqual([]);
});

it("what is recorded is there to be seen until the piece has it", () => {
  hands.hear({ pitch: 60, velocity: 80, tick: 10 });
  expect(hands.taking.some).toBe(false);
  hands.hearRecording(true);
  hands.hear({ pitch: 64, velocity: 70, tick: null });
  hands.hear({ pitch: 64, velocity: 0, tick: 90 });
  expect(hands.taking.rows(100)).toEqual([]);
  hands.hear({ pitch: 67, velocity: 70, tick: 100.5 });
  expect(hands.taking.growing).toBe(true);
  expect(hands.taking.rows(160).map(({ start, length, pitch, velocity }) => [start, length, pitch, velocity])).toEqual([[100.5, 59.5, 67, 70]]);
  hands.hear({ pitch: 67, velocity: 0, tick: 200.5 });
  expect(hands.taking.growing).toBe(false);
  // The loop turns while a key is down: its note goes no further back than to where it began.
  hands.hear({ pitch: 72, velocity: 50, tick: 900 });
  hands.hear({ pitch: 72, velocity: 0, tick: 30 });
  expect(hands.taking.rows(40).map(({ start, length }) => [start, length])).toEqual([[100.5, 100], [900, 1]]);
  hands.hearRecording(false);
  expect(hands.taking.some).toBe(true);
  for (const watcher of studio.watchers) watcher({ from: 0, to: 1, frame: false });
  expect(hands.taking.some).toBe(false);
});

it("records as it is set", async () => {
  hands.set({ replace: true, quantize: true });
  hands.turnCountIn();
  hands.toggleArm(1);
  await hands.record();
  expect(sent).toEqual([["arm", 1], ["record", { countIn: 2, grid: 480, replace: true }]]);
  hands.turnCountIn();
  expect(hands.countIn).toBe(0);
});
