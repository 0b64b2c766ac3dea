import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Learning } from "../bindings/Learning";
import type { TrainRequest } from "../bindings/TrainRequest";
import type { VaryRequest } from "../bindings/VaryRequest";
import type { VoiceEntry } from "../bindings/VoiceEntry";

/** What the engine has and what it was asked for. */
const engine = vi.hoisted(() => ({
  list: [] as unknown[],
  models: [{ id: "", name: "Diabelli", chosen: true }],
  asked: [] as VaryRequest[],
  trained: [] as TrainRequest[],
  tell: null as null | ((step: unknown) => void),
  end: null as null | { done: (card: unknown) => void; fail: (error: unknown) => void },
}));
vi.mock("../backend/tauri", () => ({
  voices: async () => engine.list,
  setSettings: async () => undefined,
  describeVoice: async () => undefined,
  deleteVoice: async (id: string) => void (engine.list = engine.list.filter((voice) => (voice as VoiceEntry).id !== id)),
  survey: async () => ({ used: 3, repaired: 0, rejected: [], bars: 90, notes: 400, instruments: [], metres: [], keys: [], words: [], beside: null, warnings: [], lines: [] }),
  models: async () => engine.models,
  chooseFolder: async () => "/models/other",
  addModel: async () => (engine.models.push({ id: "other", name: "other", chosen: false }), "other"),
  chooseModel: async (id: string) => void (engine.models = engine.models.map((model) => ({ ...model, chosen: model.id === id }))),
  deleteModel: async (id: string) => void (engine.models = engine.models.filter((model) => model.id !== id).map((model) => ({ ...model, chosen: !model.id }))),
  trainVoice: (request: TrainRequest, hear: (step: unknown) => void) => {
    engine.trained.push(request);
    engine.tell = hear;
    return new Promise((done, fail) => (engine.end = { done, fail }));
  },
  stopTraining: async () => undefined,
  vary: async (request: VaryRequest) => {
    engine.asked.push(request);
    const gone = request.voices.find(({ voice }) => !engine.list.some((each) => (each as VoiceEntry).id === voice));
    if (gone) throw { code: "noVoice", message: `there is no voice ${gone.voice}` };
    const candidate = { id: 1, similarity: 1, bitsPerNote: 1, notes: [], removed: [], fromBar: 1, toBar: 1 };
    return { candidates: request.compare ? [candidate, { ...candidate, id: 2 }] : [candidate], model: "base" };
  },
  failure: (error: unknown) => error,
}));

const { studio } = await import("../app/studio.svelte");
const { selection } = await import("../app/selection.svelte");
const { taste } = await import("../app/taste.svelte");
const { variations } = await import("../variations/variations.svelte");
const { lesson } = await import("./lesson.svelte");
const { listen } = await import("./listen.svelte");
const { NEW, restored, voices } = await import("./voices.svelte");

const card = (before: number, after: number) => ({ test: { before, after }, files: { used: 3, repaired: 0 }, tags: [], curve: [], words: [["slow", 4], ["sad", 2]] });
const voice = (id: string, name: string) => ({ id, name, card: card(2, 1), gains: true, unfinished: false, source: `/music/${id}`, knobs: {}, projects: [] });
const tell = (step: Learning) => engine.tell!(step);
const turn = () => new Promise((wake) => setTimeout(wake));

beforeEach(async () => {
  engine.list = [voice("airs", "Airs"), voice("reels", "Reels")];
  engine.asked.length = engine.trained.length = 0;
  Object.assign(studio, { message: null, document: { tpq: 960, meters: [], keys: [], tracks: [{ id: 0 }], end: 3840, written: 3840, revision: 0, title: "", history: { done: [], undone: [] } } });
  Object.assign(selection, { track: 0, bars: { from: 1, to: 1 }, notes: new Set() });
  taste.singing = null;
  await voices.start();
});

describe("base models", () => {
  it("are added, chosen and deleted, and the one that ships writes then", async () => {
    const { models } = await import("./models.svelte");
    await models.load();
    expect(models.chosen).toBe("");
    await models.chooseFolder();
    expect([models.list.length, models.chosen]).toEqual([2, ""]);
    await models.choose("other");
    expect([models.chosen, studio.message?.text]).toEqual(["other", "other writes from now on."]);
    await models.delete();
    expect([models.list.length, models.chosen]).toEqual([1, ""]);
  });
});

describe("words", () => {
  it("go with the request as far as the voices that write know them", async () => {
    engine.list = [voice("airs", "Airs"), { ...voice("reels", "Reels"), card: { ...card(2, 1), words: [["fast", 3], ["sad", 2]] } }];
    await voices.load();
    expect(voices.known).toEqual([]);
    voices.sing([{ voice: "airs", strength: 1 }, { voice: "reels", strength: 0.5 }]);
    expect(voices.known).toEqual(["slow", "sad", "fast"]);
    voices.tell("fast");
    voices.tell("sad");
    voices.tell("slow");
    voices.tell("slow");
    await variations.generate();
    expect(engine.asked[0].words).toEqual(["fast", "sad"]);
    voices.sing([{ voice: "airs", strength: 1 }]);
    await variations.generate();
    expect(engine.asked[1].words).toEqual(["sad"]);
    await variations.generate({ voice: "airs", strength: 1 });
    expect(engine.asked[2].words).toEqual([]);
    voices.tell("fast");
    voices.tell("sad");
  });
});

describe("voices that write", () => {
  it("are remembered, as far as it can be meant", () => {
    expect(restored(null)).toEqual([]);
    expect(restored([{ voice: "airs", strength: 9, name: "Airs" }, { voice: 3 }])).toEqual([{ voice: "airs", strength: 1.5, name: "Airs" }]);
  });

  it("go with the request; one at nothing does not", async () => {
    voices.sing([{ voice: "airs", strength: 0.8 }, { voice: "reels", strength: 0 }]);
    await variations.generate();
    expect(engine.asked[0]).toMatchObject({ voices: [{ voice: "airs", strength: 0.8 }], compare: false });
    expect(taste.singing).toMatchObject([{ voice: "airs", name: "Airs" }, { voice: "reels" }]);
  });

  it("that disappeared are named, and the base writes instead", async () => {
    voices.sing([{ voice: "airs", strength: 1 }]);
    engine.list = engine.list.slice(1);
    await variations.generate();
    expect(engine.asked.map(({ voices }) => voices.length)).toEqual([1, 0]);
    expect(engine.asked[1].settings.seed).toBe(engine.asked[0].settings.seed);
    expect(studio.message?.text).toBe("The voice Airs is not there any more. The base model writes instead.");
    expect(variations.candidates.length).toBe(1);
    expect(voices.singing).toEqual([]);
  });

  it("leave with a voice that is deleted, and the next one is looked at", async () => {
    voices.at = "airs";
    voices.sing([{ voice: "airs", strength: 1 }]);
    await voices.delete("airs");
    expect([voices.at, voices.singing.length, studio.message?.text]).toEqual(["reels", 0, "Deleted Airs."]);
  });
});

describe("a training", () => {
  it("shows its curves, tells its bests and ends at the voice", async () => {
    await lesson.take("/music/salon waltzes");
    expect([lesson.name, voices.at, taste.view]).toEqual(["salon waltzes", NEW, "voices"]);
    const training = lesson.start();
    expect(studio.spoken).toContain("begins");
    tell({ kind: "began", id: "salon-waltzes" });
    tell({ kind: "on", device: "CPU, 2 threads" });
    tell({ kind: "preparing", done: 30, of: 120 });
    expect([lesson.device, lesson.preparing, lesson.step]).toEqual(["CPU, 2 threads", { done: 30, of: 120 }, "Preparing what is learnt"]);
    tell({ kind: "searching", done: 2, of: 5, tried: null });
    expect(lesson.step).toBe("Trying out rates and ranks, 2 of 5");
    tell({ kind: "lighter", tokens: 1024 });
    expect(studio.message?.text).toBe("Memory is short: 1024 tokens are read at once from here on.");
    tell({ kind: "alone", reason: "GPU (CUDA 0) failed", device: "CPU, 1 thread" });
    expect([lesson.device, studio.message?.text]).toEqual(["CPU, 1 thread", "GPU (CUDA 0) failed. It goes on from the last checkpoint on the CPU, 1 thread."]);
    tell({ kind: "held", tokens: 0, bitsPerNote: 2.5 });
    tell({ kind: "step", tokens: 100, of: 400, loss: 1, bitsPerNote: 2.4, tokensPerSecond: 50, secondsLeft: 6 });
    tell({ kind: "held", tokens: 100, bitsPerNote: 2.1 });
    expect([lesson.best, lesson.share]).toEqual([[100, 2.1], 0.25]);
    expect(studio.spoken).toContain("New best");
    engine.list = [...engine.list, voice("salon-waltzes", "salon waltzes")];
    engine.end!.done(card(2.5, 2));
    await training;
    expect([lesson.running, lesson.there, voices.at]).toEqual([false, false, "salon-waltzes"]);
    expect(studio.message?.text).toBe("salon waltzes is trained: 2.50 → 2.00 bits per note");
  });

  it("has nothing to learn from where no file can be used", async () => {
    await lesson.take("/music/salon waltzes");
    expect(lesson.usable).toBe(true);
    lesson.files = { ...lesson.files!, used: 0 };
    expect(lesson.usable).toBe(false);
    lesson.forget();
  });

  it("that is stopped is looked at where it stands, and goes on with its own folder", async () => {
    await lesson.take("/music/new");
    const training = lesson.start();
    tell({ kind: "began", id: "new" });
    engine.list = [...engine.list, { ...voice("new", "new"), card: null, unfinished: true }];
    await lesson.stop();
    engine.end!.fail({ code: "cancelled", message: "cancelled" });
    await training;
    expect(voices.entry?.unfinished).toBe(true);
    expect(studio.message?.text).toContain("Continue");
    void lesson.continue(voices.entry!);
    await turn();
    expect(engine.trained.at(-1)).toMatchObject({ id: "new", folder: "/music/new", name: "new" });
    engine.end!.done(card(2, 1));
    await turn();
  });

  it("that fails at once keeps its material", async () => {
    await lesson.take("/music/short");
    const training = lesson.start();
    tell({ kind: "began", id: "short" });
    engine.end!.fail({ code: "file", message: "too little to learn from" });
    await training;
    expect([lesson.folder, lesson.id, voices.at, studio.message?.text]).toEqual(["/music/short", null, NEW, "too little to learn from"]);
    lesson.forget();
  });
});

describe("listening", () => {
  it("has both write the same, hides who is who, and counts what is preferred", async () => {
    voices.at = "airs";
    listen.blind = true;
    await listen.write(0.2);
    expect(engine.asked[0]).toMatchObject({ compare: true, voices: [{ voice: "airs", strength: 1 }], settings: { count: 1 } });
    expect([listen.there, listen.open, listen.order]).toEqual([true, false, [1, 0]]);
    listen.prefer(1);
    expect([listen.open, listen.tally]).toEqual([true, { voice: 1, of: 1 }]);
    await listen.other();
    expect(variations.shown).toBe(1);
    voices.at = "reels";
    expect(listen.there).toBe(false);
    expect(variations.settings.count).not.toBe(1);
  });
});
