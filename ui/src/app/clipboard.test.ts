import { beforeEach, describe, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as Record<string, unknown>[]);
vi.mock("../backend/tauri", () => ({
  apply: async (command: Record<string, unknown>) => (sent.push(command), 0),
  setSettings: async () => undefined,
  seek: async (tick: number) => void sent.push({ kind: "seek", tick }),
}));

const { selection } = await import("./selection.svelte");
const { studio } = await import("./studio.svelte");
const { taste } = await import("./taste.svelte");
const { Mirror } = await import("../document/mirror");
const { Curves } = await import("../document/curves");
const { Notes } = await import("../document/notes");
const { sheet } = await import("../roll/sheet.svelte");
const { transport } = await import("../transport/transport.svelte");
const { clipboard, exchange } = await import("./clipboard");

const run = (id: string) => exchange.find((command) => command.id === id)!.run();
const playhead = (tick: number) => transport.position.hear({ tick, atMs: 0, counting: 0, playing: false, ticksPerSecond: 0, loopFrom: null, loopTo: null }, 0);
const note = (id: number, start: number, pitch: number, flags = 0) => ({ id, start, length: 480, pitch, velocity: 80, flags });

/** Eight bars of 4/4, four tracks; notes in the first two. */
function open(project = 1, tpq = 960) {
  const mix = { gain: 0, pan: 0, mute: false, solo: false };
  const document = {
    project, title: "", revision: 0, tpq, tempos: [], meters: [], keys: [], markers: [], end: 30_720, written: 30_720, checksum: 0,
    tracks: [0, 1, 2, 3].map((id) => ({ id, header: { name: "", lane: id, channel: id, program: 0, hue: id, mix }, instrument: "", notes: 0 })),
    history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  const mirror = new Mirror(document);
  mirror.fill(0, Notes.of([note(0, 0, 60), note(1, 500, 62, 1)]));
  mirror.fill(1, Notes.of([note(2, 480, 40, 2)]));
  Object.assign(studio, { document, mirror, message: null });
  sheet.view = { ...sheet.view, tpq };
}

beforeEach(() => {
  open();
  Object.assign(selection, { track: 0, eyes: new Set([1]), hidden: new Set(), bars: null, notes: new Set() });
  Object.assign(taste, { snap: 1 / 2 });
  playhead(7690);
  sent.length = 0;
});

describe("copied notes", () => {
  it("come at the playhead's grid place with their distances, locks and silence, and the playhead goes on", async () => {
    selection.choose([0, 1, 2]);
    run("copy");
    await run("paste");
    const plain = { length: 480, velocity: 80 };
    expect(sent).toEqual([
      { kind: "replaceNotes", ids: [], notes: [
        { track: 0, notes: [{ ...plain, start: 7680, pitch: 60 }, { ...plain, start: 8180, pitch: 62, locked: true }] },
        { track: 1, notes: [{ ...plain, start: 8160, pitch: 40, muted: true }] },
      ] },
      // The second note ends at 980, and the grid has 1440 after it.
      { kind: "seek", tick: 7680 + 1440 },
    ]);
  });

  it("keep their distance from the grid", async () => {
    selection.choose([1]);
    run("copy");
    await run("paste");
    expect(sent[0]).toMatchObject({ notes: [{ track: 0, notes: [{ start: 7680 + 20 }] }] });
  });

  it("of one track go to the one that is worked on, of several from there on downwards", async () => {
    selection.choose([2]);
    run("copy");
    selection.track = 2;
    await run("paste");
    expect(sent[0]).toMatchObject({ notes: [{ track: 2 }] });
    selection.choose([0, 2]);
    run("copy");
    sent.length = 0;
    await run("paste");
    expect(sent[0]).toMatchObject({ notes: [{ track: 2 }, { track: 3 }] });
    selection.track = 3;
    sent.length = 0;
    await run("paste");
    expect([sent, studio.message?.level]).toEqual([[], "warning"]);
  });

  it("come in at bars that were marked since, and in the place of what is there", async () => {
    selection.bars = { from: 1, to: 1 };
    run("copy");
    expect([...selection.notes].sort()).toEqual([0, 1, 2]);
    selection.bars = { from: 4, to: 4 };
    await run("pasteOver");
    expect(sent[0]).toMatchObject({ kind: "replaceRange", tracks: [0, 1], from: 3 * 3840, to: 3 * 3840 + 1440 });
    sent.length = 0;
    // The bars have said what they had to say.
    await run("paste");
    expect(sent[0]).toMatchObject({ kind: "replaceNotes", notes: [{ notes: [{ start: 7680 }, {}] }, {}] });
  });

  it("are as long in a piece with other ticks", async () => {
    selection.choose([0]);
    run("copy");
    open(2, 480);
    playhead(480);
    await run("paste");
    expect(sent[0]).toMatchObject({ notes: [{ track: 0, notes: [{ start: 480, length: 240, pitch: 60 }] }] });
  });

  it("keep how they are let go", async () => {
    studio.mirror?.fill(0, Notes.of([{ ...note(0, 0, 60), release: 20 }, note(1, 500, 62)]));
    selection.choose([0, 1]);
    run("copy");
    await run("paste");
    expect(sent[0].notes).toEqual([{ track: 0, notes: [{ start: 7680, length: 480, pitch: 60, velocity: 80, release: 20 }, { start: 8180, length: 480, pitch: 62, velocity: 80 }] }]);
  });

  it("of marked bars take their controllers along, and what comes after goes on as it was", async () => {
    const curves = Curves.read(new ArrayBuffer(0));
    curves.take({ track: 0, controller: 11, from: 0, to: 20_000, tick: [240, 9000], value: [30, 90] });
    curves.take({ track: 0, controller: 64, from: 0, to: 20_000, tick: [0, 720], value: [127, 0] });
    curves.take({ track: 0, controller: 98, from: 0, to: 20_000, tick: [0], value: [5] });
    studio.mirror?.steer(0, curves);
    selection.bars = { from: 1, to: 1 };
    run("copy");
    selection.bars = { from: 4, to: 4 };
    await run("pasteOver");
    const at = 3 * 3840;
    expect(sent[0].curves).toEqual([
      { track: 0, controller: { control: 11 }, from: at, to: at + 1441, ticks: [at, at + 240, at + 1440], values: [127, 30, 90] },
      { track: 0, controller: { control: 64 }, from: at, to: at + 1441, ticks: [at, at + 720, at + 1440], values: [127, 0, 0] },
    ]);
    sent.length = 0;
    // Single notes come without.
    selection.bars = null;
    selection.choose([0]);
    run("copy");
    await run("paste");
    expect(sent[0].curves).toBeUndefined();
  });

  it("that are cut are gone from their place", async () => {
    selection.choose([0, 2]);
    await run("cut");
    expect(sent).toEqual([{ kind: "deleteNotes", ids: [0, 2] }]);
    await run("paste");
    expect(sent[1]).toMatchObject({ notes: [{ track: 0 }, { track: 1 }] });
  });

  it("are bars where nothing sounds, and whole bars go before any other as long as they are where they were", async () => {
    selection.bars = { from: 7, to: 8 };
    run("copy");
    expect([sent, studio.spoken, clipboard.bars]).toEqual([[], "2 bars copied", true]);
    expect(await clipboard.insert(3)).toBe(2);
    expect(sent).toEqual([{ kind: "copyBars", from: 7, to: 8, before: 3 }]);
    // They have gone on by two bars, and the next copy is of them.
    await clipboard.insert(12);
    expect(sent.at(-1)).toEqual({ kind: "copyBars", from: 9, to: 10, before: 12 });
    Object.assign(studio, { document: { ...studio.document, meters: [{ tick: 0, numerator: 3, denominator: 4, clocks: 24, thirty_seconds: 8 }] } });
    expect([await clipboard.insert(1), studio.message?.level, sent.length]).toEqual([0, "warning", 2]);
    open(2);
    expect(clipboard.bars).toBe(false);
  });
});
