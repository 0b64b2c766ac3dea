import { beforeEach, describe, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as unknown[]);
vi.mock("../backend/tauri", () => ({
  apply: async (command: unknown) => (sent.push(command), 0),
  setSettings: async () => undefined,
  seek: async (tick: number) => void sent.push(["seek", tick]),
  play: async () => void sent.push("play"),
  stop: async () => void sent.push("stop"),
  setLoop: async (range: unknown) => void sent.push(range),
}));

const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { Mirror } = await import("../document/mirror");
const { Notes } = await import("../document/notes");
const { loudness, sights, tones } = await import("../roll/commands");
const { sheet } = await import("../roll/sheet.svelte");
const { right } = await import("../roll/view");
const { places } = await import("./commands");
const { following, toggleFollow } = await import("./follow");
const { transport } = await import("./transport.svelte");

const found = (id: string) => [...places, ...loudness, ...sights, ...tones].find((command) => command.id === id)!;
const run = (id: string) => found(id).run();
const at = (tick: number, playing = transport.playing) => transport.hear({ tick, atMs: 0, counting: 0, playing, ticksPerSecond: 0, loopFrom: null, loopTo: null });

/** Eight bars of 4/4 with notes in bars 3 and 4. */
beforeEach(() => {
  const mix = { gain: 0, pan: 0, mute: false, solo: false };
  const document = {
    project: 1, title: "", revision: 0, tpq: 960, tempos: [], meters: [], keys: [], markers: [], end: 30_720, written: 30_720, checksum: 0,
    tracks: [{ id: 0, header: { name: "", lane: 0, channel: 0, program: 0, hue: 0, mix }, instrument: "", notes: 2 }],
    history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  const mirror = new Mirror(document);
  mirror.fill(0, Notes.of([{ id: 0, start: 8000, length: 480, pitch: 60, velocity: 80, flags: 0 }, { id: 1, start: 12_000, length: 480, pitch: 90, velocity: 80, flags: 0 }]));
  Object.assign(studio, { document, mirror });
  Object.assign(selection, { track: 0, eyes: new Set(), hidden: new Set(), bars: null, notes: new Set() });
  Object.assign(taste, { toScale: false, fold: "none", views: [] });
  sheet.colours = { hues: Array.from({ length: 12 }, () => ({})) } as unknown as typeof sheet.colours;
  sheet.view = { left: 0, top: 0, quarter: 29, row: 14, width: 1000, height: 400, tpq: 960 };
  transport.playing = false;
  at(0);
  sent.length = 0;
});

describe("playing", () => {
  it("begins with the chosen notes, else with the marked bars", async () => {
    expect(found("playSelection").can?.()).toBe(false);
    selection.bars = { from: 3, to: 4 };
    await run("playSelection");
    selection.choose([1]);
    await run("playSelection");
    expect(sent).toEqual([["seek", 7680], "play", ["seek", 12_000], "play"]);
  });

  it("follows until somebody looks elsewhere, and again from the next start or place on", async () => {
    Object.assign(taste, { follow: true });
    transport.leave();
    expect(following()).toBe(true);
    at(100, true);
    transport.leave();
    expect(following()).toBe(false);
    at(200, true);
    expect(following()).toBe(false);
    await transport.seek(960);
    expect(following()).toBe(true);
    transport.leave();
    at(300, false);
    at(300, true);
    expect(following()).toBe(true);
    // Whoever asks to follow is brought back; asked again it ends.
    transport.leave();
    toggleFollow();
    expect([following(), taste.follow]).toEqual([true, true]);
    toggleFollow();
    expect(following()).toBe(false);
    toggleFollow();
  });

  it("loops again what was looped last, but in no other piece", async () => {
    await transport.toggleLoop({ from: 960, to: 1920 });
    await transport.toggleLoop(null);
    await transport.toggleLoop(null);
    expect(sent).toEqual([{ from: 960, to: 1920 }, null, { from: 960, to: 1920 }]);
    transport.forget();
    await transport.toggleLoop(null);
    expect([sent[3], transport.loop]).toEqual([null, null]);
  });

  it("loops what is chosen even where there is a loop", async () => {
    selection.choose([0, 1]);
    await run("loopSelection");
    selection.choose([0]);
    await run("loopSelection");
    expect(sent).toEqual([{ from: 7680, to: 15_360 }, { from: 7680, to: 11_520 }]);
  });

  it("goes from bar line to bar line, and to the end", async () => {
    at(8000);
    await run("nextBar");
    await run("barBefore");
    at(7680);
    await run("barBefore");
    at(0);
    await run("barBefore");
    await run("toEnd");
    expect(sent).toEqual([11_520, 7680, 3840, 0, 30_720].map((tick) => ["seek", tick]));
  });

  it("leaves a bar that has only just begun while it plays", async () => {
    transport.playing = true;
    at(7900);
    await run("barBefore");
    at(8300);
    await run("barBefore");
    expect(sent).toEqual([["seek", 3840], ["seek", 7680]]);
  });
});

describe("Space", () => {
  /** Playing has begun at bar 3 and has come to bar 4. */
  const under = async () => {
    at(7680);
    await transport.toggle(true);
    transport.playing = true;
    at(12_000);
    sent.length = 0;
  };

  it("leads back to where playing began, and Shift with it on from where it was stopped", async () => {
    await under();
    await transport.toggle(true);
    transport.playing = false;
    at(7680);
    await run("playOn");
    expect(sent).toEqual(["stop", ["seek", 7680], ["seek", 12_000], "play"]);
    // From there it has played now.
    at(13_000, true);
    sent.length = 0;
    await transport.toggle(true);
    expect(sent).toEqual(["stop", ["seek", 12_000]]);
  });

  it("stays where it was stopped if somebody wants that, or says so with Shift", async () => {
    await under();
    await transport.toggle(false);
    await run("playOn");
    expect(sent).toEqual(["stop", "stop"]);
  });

  it("goes back to where it was sent while it played", async () => {
    await under();
    await transport.seek(3840);
    at(5000, true);
    await transport.toggle(true);
    expect(sent).toEqual([["seek", 3840], "stop", ["seek", 3840]]);
  });

  it("goes back to where it was sent just before it played", async () => {
    selection.bars = { from: 3, to: 4 };
    await run("playSelection");
    transport.playing = true;
    at(9000, true);
    sent.length = 0;
    await transport.toggle(true);
    expect(sent).toEqual(["stop", ["seek", 7680]]);
  });

  it("goes back to where a recording began, which plays by itself", async () => {
    await transport.seek(3840);
    at(3840);
    await transport.toggle(true);
    at(5000, true);
    await transport.stop();
    at(5000, false);
    // The engine plays on from there.
    at(5010, true);
    at(9000, true);
    sent.length = 0;
    await transport.toggle(true);
    expect(sent).toEqual(["stop", ["seek", 5010]]);
  });

  it("plays on from where somebody went after it was stopped", async () => {
    await under();
    await transport.toggle(true);
    transport.playing = false;
    await transport.seek(0);
    at(0);
    sent.length = 0;
    await run("playOn");
    expect(sent).toEqual(["play"]);
  });
});

describe("the roll", () => {
  it("makes chosen notes louder and softer", async () => {
    selection.choose([0]);
    await run("louder");
    await run("softer");
    expect(sent).toEqual([5, -5].map((add) => ({ kind: "setVelocity", ids: [0], velocity: { add } })));
  });

  it("shows all of what is chosen, and all of the piece", () => {
    selection.choose([0, 1]);
    run("zoomSelection");
    const near = sheet.view;
    expect([near.left > 7800 && near.left < 8000, right(near) > 12_480 && right(near) < 12_700, near.row]).toEqual([true, true, 11]);
    selection.choose([1]);
    run("zoomSelection");
    // No quarter is wider than 400 pixels; the note is in the middle then.
    expect((sheet.view.left + right(sheet.view)) / 2).toBeCloseTo(12_240);
    run("zoomAll");
    expect([sheet.view.left, right(sheet.view) >= 30_720]).toEqual([0, true]);
  });

  it("is as it was left when a piece comes back", () => {
    sheet.resize({ width: 1000, height: 400 });
    for (const watcher of studio.watchers) watcher(null);
    sheet.set({ left: 9600, top: 700, quarter: 80 });
    sheet.remember();
    const left = sheet.view;
    Object.assign(studio, { document: { ...studio.document, project: 2 } });
    for (const watcher of studio.watchers) watcher(null);
    expect(sheet.view.left).toBe(0);
    Object.assign(studio, { document: { ...studio.document, project: 1 } });
    for (const watcher of studio.watchers) watcher(null);
    expect(sheet.view).toEqual(left);
  });

  it("gives rows to used keys, to those of the key, and again to all", () => {
    Object.assign(studio, { document: { ...studio.document, keys: [{ tick: 0, fifths: 0, minor: false }] } });
    const folded = (id: string) => (run(id), sheet.fold(), sheet.view.keys);
    expect(folded("foldUsed")).toEqual([60, 90]);
    const white = folded("foldScale");
    // 75 white keys, and F♯6 because somebody wrote it.
    expect([white?.length, white?.includes(61), white?.includes(62), white?.includes(90)]).toEqual([76, false, true, true]);
    expect(folded("foldScale")).toBe(undefined);
  });

  it("draws in the key where that is wanted", () => {
    run("toScale");
    expect(taste.toScale).toBe(true);
  });
});
