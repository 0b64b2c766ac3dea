import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ProjectSummary } from "../bindings/ProjectSummary";

const piece = (id: number, title: string, changed: number, pinned = false): ProjectSummary => ({ id, title, changed, pinned, tags: [] });

/** What the library has and what it was asked for. */
const engine = vi.hoisted(() => ({ list: [] as unknown[], gone: [] as unknown[], pictures: [] as number[], begun: [] as string[], opened: [] as number[] }));
vi.mock("../backend/tauri", () => ({
  recent: async () => engine.list,
  templates: async () => [{ template: "quartet", hues: [0, 8, 1, 2], names: ["Violin I", "Violin II", "Viola", "Cello"] }],
  newPiece: async (template: string) => void engine.begun.push(template),
  openProject: async (id: number) => void engine.opened.push(id),
  thumbnail: async (id: number) => {
    engine.pictures.push(id);
    if (id === 9) throw { code: "refused", message: "piece 9 is damaged" };
    return Uint8Array.of(32, 0, 0, 0, 4, 0, 0, 0, 200, 1, 0, 0, 34, 0, 0, 0, 0, 10, 20, 2, 128, 5, 7, 13).buffer;
  },
  pin: async (id: number, on: boolean) => void (engine.list = (engine.list as ProjectSummary[]).map((each) => (each.id === id ? { ...each, pinned: on } : each))),
  tag: async (id: number, tags: string[]) => {
    if (tags.length > 12) throw { code: "refused", message: "13 tags are too many" };
    engine.list = (engine.list as ProjectSummary[]).map((each) => (each.id === id ? { ...each, tags } : each));
  },
  deletePiece: async (id: number) => {
    engine.gone = engine.list.filter((each) => (each as ProjectSummary).id === id);
    engine.list = engine.list.filter((each) => (each as ProjectSummary).id !== id);
  },
  bringBack: async () => void (engine.list = [...engine.list, ...engine.gone]),
  setSettings: async () => undefined,
  failure: (error: unknown) => error,
}));

const { commands, run } = await import("../app/commands");
const { overlays } = await import("../app/overlays.svelte");
const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { home } = await import("./home.svelte");
const { steps } = await import("./steps.svelte");
const { fits, paint, read } = await import("./thumbnail");
const { BEGINS } = await import("./commands");

const turn = () => new Promise((wake) => setTimeout(wake));
const document = (project: number) => ({ project, tpq: 960, meters: [], keys: [], tracks: [], end: 0, written: 0, revision: 0, title: "", history: { done: [], undone: [] } });

beforeEach(async () => {
  engine.list = [piece(3, "Slow waltz", 30), piece(2, "", 20), piece(1, "Reel in D", 10, true)];
  engine.pictures.length = engine.begun.length = engine.opened.length = 0;
  Object.assign(studio, { message: null, document: null });
  Object.assign(home, { words: "", at: null, only: null });
  overlays.open = null;
  taste.view = "roll";
  taste.removed = null;
  await studio.listProjects();
});

describe("home", () => {
  it("is there while nothing is open, and when it is asked for", () => {
    expect(home.shown).toBe(true);
    Object.assign(studio, { document: document(3) });
    expect(home.shown).toBe(false);
    run("home");
    expect([home.shown, taste.view]).toEqual([true, "home"]);
    run("home");
    expect([home.shown, taste.view]).toEqual([false, "roll"]);
  });

  it("has pinned pieces first, and finds by every word", () => {
    expect(home.found.map(({ id }) => id)).toEqual([1, 3, 2]);
    home.words = "waltz slow";
    expect(home.found.map(({ id }) => id)).toEqual([3]);
    home.words = "untitled";
    expect(home.found.map(({ id }) => id)).toEqual([2]);
    expect([fits("", "x"), fits("re d", "Reel in D"), fits("y", "x")]).toEqual([true, true, false]);
  });

  it("has tags by which pieces are found", async () => {
    taste.view = "home";
    home.at = 3;
    run("tagPiece");
    expect(overlays.open).toBe("tags");
    expect(await home.tag(home.current!, ["slow", "For Anna"])).toBe(true);
    expect(studio.spoken).toBe("Slow waltz: slow, For Anna");
    expect(home.tags).toEqual(["For Anna", "slow"]);
    home.words = "anna";
    expect(home.found.map(({ id }) => id)).toEqual([3]);
    Object.assign(home, { words: "", only: "slow" });
    expect(home.found.map(({ id }) => id)).toEqual([3]);
    expect(await home.tag(home.current!, Array(13).fill("x"))).toBe(false);
    expect(studio.message?.level).toBe("error");
    await home.tag(home.current!, []);
    // A tag that no piece has any more hides none.
    expect(home.found.length).toBe(3);
  });

  it("asks for a picture once as long as a piece stays as it is", async () => {
    const [first] = home.found;
    const picture = await home.picture(first);
    await home.picture(first);
    expect(engine.pictures).toEqual([1]);
    expect(picture).toMatchObject({ bars: 32, tracks: 4, notes: 456, seconds: 34 });
    await home.picture({ ...first, changed: 11 });
    expect(engine.pictures).toEqual([1, 1]);
    expect(await home.picture(piece(9, "Broken", 1))).toBeNull();
  });

  it("begins a piece of every template by a command of its own", async () => {
    for (const id of Object.values(BEGINS)) run(id);
    await turn();
    expect(engine.begun).toEqual(Object.keys(BEGINS));
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
  });

  it("pins, asks before it removes, and brings back", async () => {
    home.at = 3;
    run("pinPiece");
    await vi.waitFor(() => expect(home.found.map(({ id }) => id)).toEqual([3, 1, 2]));
    run("removePiece");
    expect([overlays.open, engine.list.length]).toEqual(["removePiece", 3]);
    await home.remove();
    expect(home.found.map(({ id }) => id)).toEqual([1, 2]);
    expect([home.at, home.removed?.id]).toEqual([1, 3]);
    run("bringBack");
    await vi.waitFor(() => expect(home.found.map(({ id }) => id)).toContain(3));
    expect(commands.find(({ id }) => id === "bringBack")?.can?.()).toBe(false);
  });

  it("does not remove what is open", () => {
    Object.assign(studio, { document: document(3) });
    taste.view = "home";
    home.at = 3;
    run("removePiece");
    expect(overlays.open).toBeNull();
    expect(studio.message?.level).toBe("warning");
  });

  it("lets no command change notes that are not seen", () => {
    Object.assign(studio, { document: document(3) });
    taste.view = "home";
    expect(["insertBars", "addTrack", "all"].map((id) => commands.find((command) => command.id === id)?.can?.())).toEqual([false, false, false]);
  });
});

describe("a picture", () => {
  it("is painted in the hues of its tracks, inside its frame", () => {
    const filled: [string, number, number, number, number][] = [];
    const context = { fillStyle: "", fillRect: (...box: [number, number, number, number]) => void filled.push([context.fillStyle, ...box]) };
    const picture = read(Uint8Array.of(...new Array(16).fill(0), 0, 255, 0, 1, 254, 1, 47, 14).buffer);
    paint(context as unknown as CanvasRenderingContext2D, 200, 76, picture, Array.from({ length: 12 }, (_, hue) => `hue ${hue}`), "ground", "line");
    expect(filled.map(([style]) => style)).toEqual(["ground", "hue 1", "hue 2"]);
    for (const [, x, y, width, height] of filled) expect(x >= 0 && y >= 0 && x + width <= 200 && y + height <= 76).toBe(true);
  });

  it("of a piece without notes has empty bars", () => {
    const filled: string[] = [];
    const context = { fillStyle: "", fillRect: () => void filled.push(context.fillStyle) };
    paint(context as unknown as CanvasRenderingContext2D, 200, 76, read(new ArrayBuffer(16)), ["hue"], "ground", "line");
    expect(filled).toEqual(["ground", ...new Array(7).fill("line")]);
  });

  it("of a few bytes is empty", () => {
    expect(read(new ArrayBuffer(3))).toMatchObject({ bars: 0, tracks: 0 });
    expect(read(new ArrayBuffer(3)).marks.length).toBe(0);
  });
});

describe("first steps", () => {
  it("are shown once, where nothing has been done yet", () => {
    steps.start();
    expect(steps.at).toBeNull();
    studio.projects = [];
    steps.start();
    expect(steps.at).toBe("hear");
    steps.end();
    steps.start();
    expect([steps.at, taste.welcomed]).toEqual([null, true]);
    run("firstSteps");
    expect(steps.at).toBe("hear");
    steps.end();
  });

  it("end with Escape, where nothing else wants it", () => {
    const bars = { from: 5, to: 8 };
    run("firstSteps");
    selection.choose([3]);
    run("reject");
    expect([steps.at, selection.notes.size]).toEqual(["hear", 0]);
    selection.bars = bars;
    run("reject");
    expect([steps.at, selection.bars]).toEqual([null, bars]);
    run("reject");
    expect(selection.bars).toBeNull();
  });
});
