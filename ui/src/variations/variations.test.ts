import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Candidate } from "../bindings/Candidate";

/** What the engine was asked for, in order. */
const sent = vi.hoisted(() => [] as unknown[][]);
vi.mock("../backend/tauri", () => {
  const asked = (name: string) => async (...words: unknown[]) => void sent.push([name, ...words]);
  return {
    ...Object.fromEntries(["audition", "setLoop", "seek", "play", "stop", "reject", "setSettings"].map((name) => [name, asked(name)])),
    acceptBeside: async (...words: unknown[]) => (sent.push(["acceptBeside", ...words]), 0),
    failure: (error: unknown) => error,
  };
});

const { studio } = await import("../app/studio.svelte");
const { selection } = await import("../app/selection.svelte");
const { transport } = await import("../transport/transport.svelte");
const { variations } = await import("./variations.svelte");
const { hover, PATIENCE } = await import("./hover.svelte");

const BARS = { from: 4 * 3840, to: 8 * 3840 };
const asked = () => sent.filter(([name]) => name !== "setSettings");
/** As the engine says it. */
const heard = (playing: boolean, tick = 0) => transport.hear({ tick, atMs: 0, counting: 0, playing, ticksPerSecond: 0, loopFrom: null, loopTo: null });
/** All that was asked for has been answered. */
const answered = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  const document = { project: 1, title: "", revision: 0, tpq: 960, meters: [], keys: [], markers: [], tempos: [], tracks: [], end: 61_440, written: 61_440, history: { done: [], undone: [] } };
  Object.assign(studio, { document, message: null });
  const candidate = (id: number) => ({ id, fromBar: 5, toBar: 8, notes: [], removed: [], similarity: 0.5, bitsPerNote: 2 }) as unknown as Candidate;
  Object.assign(variations, { candidates: [10, 11, 12, 13].map(candidate), shown: 0 });
  transport.loop = null;
  heard(false, 960);
  sent.length = 0;
});

afterEach(async () => {
  hover.leave();
  await answered();
  variations.forget();
  await answered();
  vi.useRealTimers();
});

/** The pointer comes upon a card and moves on it, for so long. */
async function rest(card: number, ms = PATIENCE) {
  hover.enter({ clientX: 10, clientY: 10 });
  hover.move({ clientX: 12, clientY: 10, buttons: 0 }, card);
  await vi.advanceTimersByTimeAsync(ms);
}

describe("a candidate that is heard", () => {
  it("plays from its first bar, and goes round until the candidates are gone", async () => {
    await variations.audition(1);
    expect(asked()).toEqual([["audition", 11], ["setLoop", BARS], ["seek", BARS.from], ["play"]]);
    expect([variations.shown, transport.loop]).toEqual([1, BARS]);
    heard(true, BARS.from);
    sent.length = 0;
    await variations.reject();
    expect(asked()).toContainEqual(["setLoop", null]);
    expect(transport.loop).toBeNull();
  });

  it("stops when it is asked for again, and others are heard in its place meanwhile", async () => {
    await variations.audition();
    heard(true, BARS.from);
    sent.length = 0;
    await variations.show(2);
    await variations.audition(2);
    expect(asked()).toEqual([["audition", 12], ["stop"]]);
  });

  it("leaves the loop alone that somebody has drawn", async () => {
    const loop = { from: 0, to: 3840 };
    transport.loop = loop;
    await variations.audition();
    variations.forget();
    await answered();
    expect([transport.loop, asked().filter(([name]) => name === "setLoop")]).toEqual([loop, []]);
  });

  it("loses its loop where other bars are marked, but not one that was drawn meanwhile", async () => {
    await variations.audition();
    variations.mark(3, 2);
    await answered();
    expect([transport.loop, selection.bars]).toEqual([null, { from: 2, to: 3 }]);
    Object.assign(variations, { candidates: [{ id: 20, fromBar: 1, toBar: 1 }], shown: 0 });
    await variations.audition();
    const drawn = { from: 0, to: 960 };
    await transport.setLoop(drawn);
    variations.forget();
    await answered();
    expect(transport.loop).toBe(drawn);
  });
});

describe("the pointer on a card", () => {
  it("has it heard after a moment, and silence, loop and playhead as before when it leaves", async () => {
    await rest(2, PATIENCE - 1);
    expect(asked()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toEqual([["audition", 12], ["setLoop", BARS], ["seek", BARS.from], ["play"]]);
    heard(true, BARS.from);
    expect([variations.shown, hover.plays]).toEqual([2, true]);
    sent.length = 0;
    hover.leave();
    await answered();
    expect(asked()).toEqual([["stop"], ["setLoop", null], ["seek", 960]]);
    expect(transport.loop).toBeNull();
  });

  it("that only crosses it hears nothing", async () => {
    await rest(1, PATIENCE - 50);
    hover.leave();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked()).toEqual([]);
  });

  it("that has not moved since the card came there hears nothing", async () => {
    hover.enter({ clientX: 10, clientY: 10 });
    hover.move({ clientX: 10, clientY: 10, buttons: 0 }, 0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked()).toEqual([]);
  });

  it("that carries it away hears nothing", async () => {
    hover.enter({ clientX: 10, clientY: 10 });
    hover.press();
    hover.move({ clientX: 40, clientY: 40, buttons: 1 }, 0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked()).toEqual([]);
  });

  it("has another one heard at the same place while it plays, and does not stop what others began", async () => {
    await variations.audition(0);
    heard(true, BARS.from);
    sent.length = 0;
    await rest(3);
    expect(asked()).toEqual([["audition", 13]]);
    hover.leave();
    await answered();
    expect([asked(), transport.loop]).toEqual([[["audition", 13]], BARS]);
  });

  it("ends also what has only just been asked for", async () => {
    await rest(1);
    hover.leave();
    await answered();
    expect(asked().map(([name]) => name)).toEqual(["audition", "setLoop", "seek", "play", "stop", "setLoop", "seek"]);
  });

  it("does not end what somebody keeps, or has begun with a key since", async () => {
    await rest(1);
    heard(true, BARS.from);
    expect([hover.keep(), hover.plays, hover.keep()]).toEqual([true, false, false]);
    hover.leave();
    await answered();
    expect(asked().at(-1)).toEqual(["play"]);
    expect(transport.loop).toEqual(BARS);

    heard(false, BARS.from);
    await rest(2);
    heard(true, BARS.from);
    await transport.toggle(true);
    heard(false, BARS.from);
    await variations.audition();
    heard(true, BARS.from);
    sent.length = 0;
    hover.leave();
    await answered();
    expect(asked()).toEqual([]);
  });

  it("is gone with the card", async () => {
    await rest(1);
    heard(true, BARS.from);
    expect([hover.under(1), hover.under(0)]).toEqual([true, false]);
    variations.forget();
    sent.length = 0;
    hover.leave();
    await answered();
    expect(asked()).toEqual([["stop"], ["seek", 960]]);
  });
});

describe("a candidate that is kept on tracks of its own", () => {
  it("is one step, with a name for each of its tracks", async () => {
    const track = (id: number, name: string) => ({ id, header: { name, lane: id, channel: id, program: 0, hue: 0 }, instrument: "Piano", notes: 0 });
    Object.assign(studio.document!, { tracks: [track(3, "Air"), track(5, "Bass")] });
    variations.candidates = variations.candidates.map((candidate) => ({ ...candidate, notes: [3, 5].map((track) => ({ track, notes: [] })) }));
    variations.shown = 1;
    await variations.keepAsTrack();
    expect(asked()).toEqual([["acceptBeside", 11, ["Air – B", "Bass – B"]]]);
    expect(studio.message?.text).toBe("Candidate B is on a track of its own. The original stays.");
  });
});
