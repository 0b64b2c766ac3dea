import { beforeEach, describe, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as Record<string, unknown>[]);
vi.mock("../backend/tauri", () => ({
  apply: async (command: Record<string, unknown>) => (sent.push(command), 0),
  setSettings: async () => undefined,
  addFiles: async (paths: string[], tick: number) => {
    sent.push({ kind: "addFiles", paths, tick });
    const remarks = ["2 notes of track 1 have no end; they end with the track", "the file has no ticks per quarter; 480 are assumed"];
    if (paths.some((path) => path.endsWith("broken.mid"))) throw { code: "file", message: "/music/broken.mid: it has no notes to add" };
    return { revision: 0, readings: paths.filter((path) => path.includes("mended")).map((path) => ({ file: path.split("/").at(-1), remarks })) };
  },
  failure: (error: unknown) => error,
  seek: async (tick: number) => void sent.push({ kind: "seek", tick }),
}));

const { overwriteGetLocale } = await import("../paraglide/runtime");
const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { Curves } = await import("../document/curves");
const { Mirror } = await import("../document/mirror");
const { lanes } = await import("../lanes/commands");
const { landmarks } = await import("../roll/landmarks.svelte");
const { tracks } = await import("../tracks/commands");
const { roster } = await import("../tracks/roster.svelte");
const { transport } = await import("../transport/transport.svelte");
const { Notes } = await import("../document/notes");
const { arrangement } = await import("./arrangement.svelte");
const { bars, carrying, places } = await import("./commands");

const run = (id: string) => [...bars, ...places, ...carrying, ...tracks, ...lanes].find((command) => command.id === id)!.run();
const at = (tick: number) => transport.position.hear({ tick, atMs: 0, counting: 0, playing: false, ticksPerSecond: 0, loopFrom: null, loopTo: null }, 0);
const bytes = (text: string) => [...new TextEncoder().encode(text)];

/** Eight bars of 4/4 with sections at bars 1 and 5, and three tracks. */
beforeEach(() => {
  const mix = { gain: 0, pan: 0, mute: false, solo: false };
  const document = {
    project: 1, title: "", revision: 0, tpq: 960, tempos: [{ tick: 0, micros: 500_000 }], meters: [], keys: [], end: 30_720, written: 30_720, checksum: 0,
    markers: [{ tick: 0, text: bytes("A") }, { tick: 15_360, text: bytes("B") }],
    tracks: [0, 1, 2].map((id) => ({ id, header: { name: `T${id}`, lane: id, channel: id, program: 0, hue: id, mix }, instrument: "Piano", notes: 0 })),
    history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  const mirror = new Mirror(document);
  const controllers = new Curves();
  controllers.take({ track: 0, controller: 64, from: 0, to: 9, tick: [0, 5000], value: [127, 0] });
  mirror.steer(0, controllers);
  mirror.fill(0, Notes.of([{ id: 7, start: 0, length: 480, pitch: 60, velocity: 80, flags: 0 }]));
  Object.assign(studio, { document, mirror, message: null });
  Object.assign(selection, { track: 0, eyes: new Set(), hidden: new Set(), bars: null, notes: new Set() });
  Object.assign(landmarks, { chosen: null, editing: null });
  Object.assign(taste, { lanes: [] });
  at(8000);
  sent.length = 0;
});

describe("bars", () => {
  it("come before the marked ones, or before the playhead's", async () => {
    await run("insertBars");
    expect([sent[0], selection.bars]).toEqual([{ kind: "insertBars", before: 3, count: 1 }, { from: 3, to: 3 }]);
    selection.bars = { from: 5, to: 8 };
    await run("insertBars");
    expect(sent[1]).toEqual({ kind: "insertBars", before: 5, count: 4 });
  });

  it("are repeated again and again from where the copy stands", async () => {
    selection.bars = { from: 2, to: 3 };
    await run("repeatBars");
    await run("repeatBars");
    expect(sent).toEqual([{ kind: "repeatBars", from: 2, to: 3, times: 1 }, { kind: "repeatBars", from: 4, to: 5, times: 1 }]);
  });

  it("go, and nothing is marked then", async () => {
    selection.bars = { from: 2, to: 3 };
    await run("deleteBars");
    expect([sent, selection.bars]).toEqual([[{ kind: "deleteBars", from: 2, to: 3 }], null]);
    await run("deleteBars");
    expect(sent.length).toBe(1);
  });
});

describe("notes", () => {
  it("go to the track below, and the view goes with them", async () => {
    selection.choose([7]);
    await run("carryUp");
    expect([sent, studio.message?.level]).toEqual([[], "warning"]);
    await run("carryDown");
    expect([sent, selection.track]).toEqual([[{ kind: "carryNotes", ids: [7], tracks: 1 }], 1]);
  });

  it("of a block go by rows and bars, or copies of them", async () => {
    taste.view = "arrange";
    studio.mirror?.steer(0, new Curves());
    arrangement.mark({ row: 0, bar: 1 });
    arrangement.mark({ row: 1, bar: 2 }, true);
    await arrangement.move({ row: 5, bar: -3 }, true);
    expect(sent).toEqual([{ kind: "carryNotes", ids: [7], tracks: 1, ticks: 0, copy: true }]);
    expect(arrangement.block).toEqual({ rows: { from: 1, to: 2 }, bars: { from: 1, to: 2 } });
    await arrangement.move({ row: 1, bar: 0 }, false);
    expect(sent.length).toBe(1);
    arrangement.mark({ row: 0, bar: 1 });
    await run("carryDown");
    expect(sent[1]).toEqual({ kind: "carryNotes", ids: [7], tracks: 1, ticks: 0, copy: false });
    taste.view = "roll";
  });
});

describe("controllers of a block", () => {
  const curve = (codes: [number, number[], number[]][]) => {
    const curves = new Curves();
    for (const [controller, tick, value] of codes) curves.take({ track: 0, controller, from: 0, to: 100_000, tick, value });
    studio.mirror?.steer(0, curves);
    studio.mirror?.fill(0, Notes.of([0, 3840].map((start, id) => ({ id: 7 + id, start, length: 480, pitch: 60, velocity: 80, flags: 0 }))));
  };
  const block = (from: number, to: number) => {
    arrangement.mark({ row: 0, bar: from });
    arrangement.mark({ row: 0, bar: to }, true);
  };
  const said = () => (sent[0] as { curves?: { from: number; to: number; ticks: number[]; values: number[] }[] }).curves?.map(({ from, to, ticks, values }) => ({ from, to, ticks, values }));

  it("go with a copy, and after it holds what held there", async () => {
    curve([[64, [960, 1920, 3840], [127, 0, 64]], [7, [0], [90]]]);
    block(1, 1);
    await arrangement.move({ row: 0, bar: 2 }, true);
    // The volume is the same everywhere and is not said again.
    expect(said()).toEqual([{ from: 7680, to: 11_521, ticks: [7680, 8640, 9600, 11_520], values: [0, 127, 0, 64] }]);
  });

  it("leave what held before where they are moved from, also where the places overlap", async () => {
    curve([[64, [3840, 4800, 6000], [127, 20, 40]]]);
    block(2, 3);
    await arrangement.move({ row: 0, bar: -1 }, false);
    expect(said()).toEqual([
      { from: 3840, to: 11_521, ticks: [3840, 11_520], values: [0, 40] },
      { from: 0, to: 7681, ticks: [0, 960, 2160, 7680], values: [127, 20, 40, 0] },
    ]);
  });

  it("are nothing where there are none", async () => {
    curve([]);
    block(1, 1);
    await arrangement.move({ row: 0, bar: 1 }, true);
    expect(sent).toEqual([{ kind: "duplicateNotes", ids: [7], ticks: 3840, semitones: 0 }]);
  });
});

describe("sections", () => {
  it("are gone to by keys, and that is said where there is none", async () => {
    await run("nextMarker");
    expect([sent[0], landmarks.chosen]).toEqual([{ kind: "seek", tick: 15_360 }, { what: "marker", tick: 15_360 }]);
    at(15_360);
    await run("nextMarker");
    expect([sent.length, studio.message?.text]).toEqual([1, "No marker comes after the playhead."]);
    await run("markerBefore");
    expect(sent[1]).toEqual({ kind: "seek", tick: 0 });
  });

  it("are named in the bar of the playhead", async () => {
    run("markHere");
    expect(landmarks.editing).toMatchObject({ what: "marker", tick: 7680, text: "C", fresh: true });
    expect(await landmarks.enter("Trio")).toBe(true);
    expect(sent).toEqual([{ kind: "setMarker", tick: 7680, name: "Trio" }]);
  });

  it("keep the field open for what cannot be", async () => {
    run("meterHere");
    expect(await landmarks.enter("5/6")).toBe(false);
    expect([sent.length, studio.message?.level, landmarks.editing?.what]).toEqual([0, "warning", "meter"]);
    expect(await landmarks.enter("5/8")).toBe(true);
    expect(sent[0]).toEqual({ kind: "setMeter", tick: 7680, numerator: 5, denominator: 8 });
  });

  it("lead from one tempo to another over the marked bars, else over a bar", async () => {
    selection.bars = { from: 3, to: 4 };
    run("tempoRamp");
    expect(landmarks.editing).toMatchObject({ what: "tempo", tick: 7680, text: "120–96" });
    expect(await landmarks.enter("120–0")).toBe(false);
    expect(await landmarks.enter("120 – 60")).toBe(true);
    selection.bars = null;
    landmarks.edit("tempo", 3840);
    await landmarks.enter("100-90,5");
    expect(sent).toEqual([
      { kind: "rampTempo", from: 7680, to: 15_360, first: 500_000, last: 1_000_000 },
      { kind: "rampTempo", from: 3840, to: 7680, first: 600_000, last: 662_983 },
    ]);
  });

  it("ask for nothing where nothing was changed", async () => {
    landmarks.edit("tempo", 0);
    expect(await landmarks.enter("120")).toBe(true);
    expect(sent).toEqual([]);
    await landmarks.move({ what: "tempo", tick: 0 }, 0);
    await landmarks.move({ what: "tempo", tick: 0 }, 960);
    await landmarks.remove({ what: "marker", tick: 0 });
    expect(sent).toEqual([{ kind: "moveLandmark", what: "tempo", from: 0, to: 960 }, { kind: "removeLandmark", what: "marker", tick: 0 }]);
  });
});

describe("tracks", () => {
  it("go up and down inside the list", async () => {
    await run("trackUp");
    await run("trackDown");
    expect(sent).toEqual([{ kind: "moveTrack", track: 0, to: 1 }]);
    run("trackBelow");
    expect(selection.track).toBe(1);
    run("trackAbove");
    run("trackAbove");
    expect(selection.track).toBe(0);
  });

  it("are copied, coloured, named and deleted", async () => {
    await run("duplicateTrack");
    selection.track = 2;
    await run("nextHue");
    await roster.rename(2, " Flute ");
    await roster.rename(2, "T2");
    await run("removeTrack");
    expect(sent).toEqual([
      { kind: "duplicateTrack", track: 0 }, { kind: "setHue", track: 2, hue: 3 },
      { kind: "renameTrack", track: 2, name: "Flute" }, { kind: "removeTrack", track: 2 },
    ]);
  });

  it("come out of a file, at the marked bars or at the playhead's", async () => {
    await roster.addFiles(["/music/riff.mid"]);
    selection.bars = { from: 5, to: 6 };
    await roster.addFiles(["/music/riff.mid"]);
    expect(sent).toEqual([7680, 15_360].map((tick) => ({ kind: "addFiles", paths: ["/music/riff.mid"], tick })));
    expect(studio.message?.text).toBe("0 tracks of riff.mid were added at bar 5.");
  });

  it("come out of files where these are dropped, whatever is marked", async () => {
    selection.bars = { from: 5, to: 6 };
    await roster.addFiles(["/music/riff.mid", "/music/bass.mid"], 0);
    expect(sent).toEqual([{ kind: "addFiles", paths: ["/music/riff.mid", "/music/bass.mid"], tick: 0 }]);
    expect(studio.message?.text).toBe("0 tracks of 2 files were added at bar 1.");
  });

  it("come with what their files had to be mended in, and not at all where one of them cannot be read", async () => {
    const remarks = "2 notes of track 1 have no end; they end with the track; the file has no ticks per quarter; 480 are assumed";
    await roster.addFiles(["/music/mended.mid"], 0);
    expect(studio.message?.text).toBe(`0 tracks of mended.mid were added at bar 1. Repaired or not kept: ${remarks}`);
    expect(studio.spoken).toContain(remarks);
    await roster.addFiles(["/music/riff.mid", "/music/mended.mid"], 0);
    expect(studio.message?.text).toBe(`0 tracks of 2 files were added at bar 1. Repaired or not kept: mended.mid: ${remarks}`);
    overwriteGetLocale(() => "zh");
    await roster.addFiles(["/music/mended.mid"], 0);
    overwriteGetLocale(() => "en");
    expect(studio.message?.text.replace("mended.mid", "")).not.toMatch(/[A-Za-z]{2}/);
    await roster.addFiles(["/music/riff.mid", "/music/broken.mid"], 0);
    expect(studio.message?.text).toContain("/music/broken.mid");
  });

  it("get instruments, also those that are added", async () => {
    run("instrument");
    await roster.give({ program: 8, drums: true, name: "Room Kit", family: "Drums" });
    run("addTrack");
    await roster.give({ program: 73, drums: false, name: "Flute", family: "Pipe" });
    expect(sent).toEqual([{ kind: "setProgram", track: 0, program: 8, drums: true }, { kind: "addTrack", name: "", program: 73, drums: false }]);
  });

  it("are ghosts, in full colour or not to be seen", () => {
    expect([selection.seen(1), selection.shown(1)]).toEqual([false, true]);
    selection.toggleEye(1);
    expect(selection.seen(1)).toBe(true);
    selection.toggleHidden(1);
    expect([selection.seen(1), selection.shown(1)]).toEqual([false, false]);
    selection.toggleHidden(0);
    expect(selection.shown(0)).toBe(true);
    selection.toggleEye(1);
    expect([selection.seen(1), selection.shown(1)]).toEqual([true, true]);
  });
});

describe("lanes", () => {
  it("are shown by keys, all that say anything at once", () => {
    run("lane-128");
    run("allLanes");
    expect(taste.lanes).toEqual([128, 64]);
    run("lane-128");
    expect(taste.lanes).toEqual([64]);
  });

  it("are cleared in the marked bars", async () => {
    taste.lanes = [64, 1];
    selection.bars = { from: 2, to: 2 };
    await run("clearLanes");
    expect(sent).toEqual([{ kind: "drawController", track: 0, controller: { control: 64 }, from: 3840, to: 7680, ticks: [], values: [] }]);
  });
});
