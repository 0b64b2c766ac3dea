import { beforeEach, describe, expect, it, vi } from "vitest";

const kept = vi.hoisted(() => [] as Record<string, unknown>[]);
vi.mock("../backend/tauri", () => ({
  settings: async () => kept.at(-1) ?? null,
  setSettings: async (value: Record<string, unknown>) => void kept.push(structuredClone(value)),
}));

const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { run } = await import("../app/commands");
const { Mirror } = await import("../document/mirror");
const { Notes } = await import("../document/notes");
const { entry } = await import("../entry/entry.svelte");
const { landmarks } = await import("../roll/landmarks.svelte");
const { sheet } = await import("../roll/sheet.svelte");
const { beginning, laned, Lead, reveal } = await import("./lead");

const BAR = 3840;

/** Forty bars of 4/4 with a note in bar 20; the lanes show ten bars. */
beforeEach(() => {
  const document = {
    project: 1, title: "", revision: 0, tpq: 960, tempos: [], meters: [], keys: [], markers: [], chords: [], end: BAR * 40, written: BAR * 40, checksum: 0,
    tracks: [{ id: 0, header: { name: "", lane: 0, channel: 0, program: 0, hue: 0, mix: {} }, instrument: "", notes: 1 }], history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  const mirror = new Mirror(document);
  mirror.fill(0, Notes.of([{ id: 7, start: BAR * 19, length: 480, pitch: 60, velocity: 80, flags: 0 }]));
  Object.assign(studio, { document, mirror });
  Object.assign(selection, { track: 0, eyes: new Set(), hidden: new Set(), bars: null, notes: new Set() });
  Object.assign(taste, { view: "score", under: false, scoreLanes: true, views: [] });
  Object.assign(landmarks, { chosen: null, editing: null });
  entry.on = false;
  sheet.view = { left: 0, top: 0, quarter: 20, row: 14, width: 800, height: 1, tpq: 960 };
});

describe("lanes above the score", () => {
  it("begin with what it shows first, unless both show what somebody looks at", () => {
    const sight = { from: BAR * 10, to: BAR * 30 };
    const at = (left: number) => ({ ...sheet.view, left });
    expect(beginning(at(0), sight, null)).toBe(BAR * 10);
    expect(beginning(at(BAR * 12), sight, BAR * 19)).toBe(BAR * 12);
    // What is looked at is not in sight of the lanes, and not in that of the score.
    expect(beginning(at(0), sight, BAR * 19)).toBe(BAR * 10);
    expect(beginning(at(0), sight, BAR * 5)).toBe(BAR * 10);
  });

  it("go along from system to system, and stay where somebody has turned them meanwhile", () => {
    const lead = new Lead();
    const left = (from: number, to: number) => (lead.follow({ from, to }), sheet.view.left / BAR);
    expect([left(1, 12), left(5, 16), left(9, 20)]).toEqual([0, 4, 8]);
    sheet.set({ left: BAR * 11 });
    expect([left(9, 24), left(5, 16)]).toEqual([11, 4]);
  });

  it("keep their place where a score is opened that shows it", () => {
    sheet.set({ left: BAR * 10 });
    const lead = new Lead();
    lead.follow({ from: 9, to: 20 });
    expect(sheet.view.left).toBe(BAR * 10);
    lead.forget();
    lead.follow({ from: 13, to: 24 });
    expect(sheet.view.left).toBe(BAR * 12);
  });

  it("keep the note that is chosen, and the place where the next one goes", () => {
    const lead = new Lead();
    lead.follow({ from: 1, to: 12 });
    selection.choose([7]);
    reveal(BAR * 19);
    const turned = sheet.view.left;
    expect(turned).toBe(BAR * 19 - 960);
    lead.follow({ from: 9, to: 20 });
    expect(sheet.view.left).toBe(turned);
    selection.clear();
    lead.follow({ from: 13, to: 24 });
    expect(sheet.view.left).toBe(BAR * 12);
    Object.assign(entry, { on: true, tick: BAR * 16 });
    lead.follow({ from: 9, to: 20 });
    expect(sheet.view.left).toBe(BAR * 12);
  });

  it("go with the roll where one is below, and nowhere while they are hidden", () => {
    const lead = new Lead();
    for (const hidden of [{ under: true }, { scoreLanes: false }]) {
      Object.assign(taste, { under: false, scoreLanes: true }, hidden);
      lead.follow({ from: 9, to: 20 });
      reveal(BAR * 30);
      expect([laned(), sheet.view.left]).toEqual([false, 0]);
    }
    Object.assign(taste, { under: false, scoreLanes: true });
    lead.follow({ from: 9, to: 20 });
    expect(sheet.view.left).toBe(BAR * 8);
  });

  it("are shown and hidden by a command, and that is kept", async () => {
    run("scoreLanes");
    expect([laned(), kept.at(-1)?.scoreLanes]).toEqual([false, false]);
    taste.scoreLanes = true;
    await taste.start();
    expect(taste.scoreLanes).toBe(false);
    taste.view = "score";
    run("scoreLanes");
    expect(laned()).toBe(true);
    // From elsewhere the command leads to them.
    taste.view = "roll";
    run("scoreLanes");
    expect([taste.view, laned()]).toEqual(["score", true]);
  });

  it("come back for a field that opens in one of them", () => {
    const enter = { key: "Enter", altKey: false } as KeyboardEvent;
    taste.scoreLanes = false;
    landmarks.here("chord");
    expect([landmarks.editing?.staff, taste.scoreLanes]).toEqual([true, false]);
    landmarks.here("tempo");
    expect([landmarks.editing?.what, landmarks.editing?.staff, taste.scoreLanes]).toEqual(["tempo", false, true]);
    // A chord that is chosen is edited where the key is pressed.
    Object.assign(landmarks, { chosen: { what: "chord", tick: 0 } });
    const staves = [undefined, false].map((staff) => (landmarks.press("chord", enter, staff), landmarks.editing?.staff));
    expect(staves).toEqual([true, false]);
  });

  it("have the time of a piece before there is a roll, and leave it as it is when there is one", () => {
    Object.assign(studio, { document: { ...studio.document, tpq: 480 } });
    for (const watcher of studio.watchers) watcher(null);
    expect([sheet.view.tpq, sheet.view.left]).toEqual([480, 0]);
    sheet.set({ left: 9600 });
    sheet.resize({ height: 400 });
    expect([sheet.view.left, sheet.view.height, sheet.view.top > 0]).toEqual([9600, 400, true]);
  });
});
