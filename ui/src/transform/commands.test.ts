import type { Command } from "../bindings/Command";
import { beforeEach, describe, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as Record<string, unknown>[]);
const foreseen = vi.hoisted(() => [] as unknown[]);
vi.mock("../backend/tauri", () => ({
  apply: async (command: Record<string, unknown>) => (sent.push(command), 0),
  setSettings: async () => undefined,
  preview: async (command: { ticks: number } | null) => {
    foreseen.push(command);
    return { notes: { id: [0], track: [0], start: [command?.ticks], length: [480], pitch: [60], velocity: [80], flags: [0], release: [] }, removed: [4] };
  },
}));

const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { Mirror } = await import("../document/mirror");
const { Notes } = await import("../document/notes");
const { choices, edits, shapes } = await import("./commands");
const { transform } = await import("./transform.svelte");

const header = (channel: number) => ({ name: "", lane: 1, channel, program: 0, hue: 0, mix: { gain: 0, pan: 0, mute: false, solo: false } });
const note = (id: number, start: number, pitch: number, length = 480) => ({ id, start, length, pitch, velocity: 80, flags: 0 });
const run = (id: string) => [...choices, ...edits, ...shapes].find((command) => command.id === id)!.run();
const chosen = () => [...selection.notes].sort((a, b) => a - b);

/** A piano in C major, from the second bar in D major; and drums. */
beforeEach(() => {
  const document = {
    project: 1, title: "", revision: 0, tpq: 960, tempos: [], meters: [], markers: [], end: 7680, written: 7680, checksum: 0,
    keys: [{ tick: 0, fifths: 0, minor: false }, { tick: 3840, fifths: 2, minor: false }],
    tracks: [0, 9].map((channel, id) => ({ id, header: header(channel), instrument: "", notes: 0, end: 0 })),
    history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  const mirror = new Mirror(document);
  mirror.fill(0, Notes.of([note(0, 0, 60), note(1, 960, 61), note(2, 1920, 60, 960), note(3, 3840, 60), note(4, 4800, 61)]));
  mirror.fill(1, Notes.of([note(5, 0, 42), note(6, 960, 61)]));
  Object.assign(studio, { document, mirror });
  Object.assign(selection, { track: 0, eyes: new Set([1]), bars: null, notes: new Set() });
  sent.length = 0;
});

describe("choosing", () => {
  it("finds notes of the same pitch or length", () => {
    selection.choose([0]);
    run("samePitch");
    expect(chosen()).toEqual([0, 2, 3]);
    selection.choose([2]);
    run("sameLength");
    expect(chosen()).toEqual([2]);
  });

  it("exchanges what is chosen with the rest, inside the marked bars", () => {
    selection.choose([0, 5]);
    run("others");
    expect(chosen()).toEqual([1, 2, 3, 4, 6]);
    selection.bars = { from: 2, to: 2 };
    run("others");
    expect(chosen()).toEqual([]);
  });

  it("finds what lies outside the key of its place, but no drums", () => {
    run("strangers");
    expect(chosen()).toEqual([1, 3]);
  });
});

describe("changing", () => {
  it("steps along the scale at the first chosen note", async () => {
    selection.choose([3, 4]);
    await run("scaleDown");
    expect(sent).toEqual([{ kind: "transposeInScale", ids: [3, 4], steps: -1, scale: 0b1010_1101_0110 }]);
  });

  it("takes another seed each time", async () => {
    selection.choose([0]);
    await run("humanize");
    await run("humanize");
    expect(sent.map(({ kind, seed }) => [kind, seed])).toEqual([["humanizeNotes", 1], ["humanizeNotes", 2]]);
  });

  it("says when there is nothing to split", async () => {
    selection.choose([1]);
    await run("split");
    expect(sent).toEqual([]);
    expect(studio.message?.level).toBe("warning");
  });
});

describe("what a page would do", () => {
  const kind = () => transform.wish?.kind;

  beforeEach(() => {
    Object.assign(transform, { open: null, tried: null });
    transform.quantize.grid = 1;
    selection.choose([0, 1]);
  });

  it("is foreseen as it is set, and after it has been applied not a second time", async () => {
    expect(kind()).toBeUndefined();
    transform.show("quantize");
    expect(transform.wish).toMatchObject({ kind: "quantizeNotes", ids: [0, 1], grid: 960 });
    await run("quantize");
    expect([sent.at(-1)?.kind, kind()]).toEqual(["quantizeNotes", undefined]);
    transform.quantize.grid = 2;
    expect(transform.wish).toMatchObject({ grid: 1920 });
    transform.show("humanize");
    expect(kind()).toBe("humanizeNotes");
    await run("humanize");
    expect(kind()).toBeUndefined();
    selection.choose([2]);
    expect(kind()).toBe("humanizeNotes");
  });

  it("is that of the shape whose button is pointed at, until it is pressed", async () => {
    transform.show("shape");
    expect(kind()).toBeUndefined();
    transform.tried = shapes.find(({ id }) => id === "reverse")!.what;
    expect(transform.wish).toEqual({ kind: "transformNotes", ids: [0, 1], transform: "reverse" });
    await run("reverse");
    expect([sent.at(-1)?.kind, kind()]).toEqual(["transformNotes", undefined]);
  });

  it("is drawn in the place of the notes that it changes; of several wishes the last counts", async () => {
    const wish = (ticks: number): Command => ({ kind: "moveNotes", ids: [0], ticks, semitones: 0 });
    await Promise.all([transform.foresee(wish(1)), transform.foresee(wish(2)), transform.foresee(wish(3))]);
    await vi.waitFor(() => expect(foreseen.at(-1)).toEqual(wish(3)));
    expect(foreseen).toHaveLength(2);
    await vi.waitFor(() => expect(transform.foreseen).toMatchObject({ rows: [{ track: 0, row: { id: 0, start: 3, pitch: 60 } }], lifted: new Set([0, 4]) }));
    await transform.foresee(null);
    expect([foreseen.at(-1), transform.foreseen]).toEqual([null, null]);
  });
});
