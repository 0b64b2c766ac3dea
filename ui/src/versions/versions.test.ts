import { beforeEach, describe, expect, it, vi } from "vitest";

const since = (change = {}) => ({ added: 0, removed: 0, altered: 0, tracks: 0, rest: false, ...change });
const engine = vi.hoisted(() => ({ list: [] as { id: number; name: string; automatic: boolean; made: number; since: unknown }[], gone: [] as number[] }));
vi.mock("../backend/tauri", () => ({
  versions: async () => [...engine.list].reverse(),
  keepVersion: async (name: string) => {
    engine.list.push({ id: engine.list.length + 1, name, automatic: false, made: 0, since: {} });
    return engine.list.length;
  },
  deleteVersion: async (id: number) => void (engine.list = engine.list.filter((version) => version.id !== id)),
  goBack: async (id: number) => {
    engine.gone.push(id);
    if (id > 90) throw { code: "refused", message: "the piece has no version 91 any more" };
    return 0;
  },
  failure: (error: unknown) => error,
}));

const { run } = await import("../app/commands");
const { overlays } = await import("../app/overlays.svelte");
const { studio } = await import("../app/studio.svelte");
const { nameOf, sinceWords, versions } = await import("./versions.svelte");

beforeEach(() => {
  engine.list.length = engine.gone.length = 0;
  Object.assign(studio, { message: null, document: { tpq: 960, meters: [], keys: [], tracks: [], end: 0, written: 0, revision: 0, title: "", history: { done: [], undone: [] } } });
});

describe("a version", () => {
  it("says what has changed since, in counts", () => {
    expect(sinceWords(since())).toBe("as it stands now");
    expect(sinceWords(since({ added: 1, removed: 2 }))).toBe("since then: 1 note came, 2 notes went");
    expect(sinceWords(since({ altered: 12, tracks: 1, rest: true }))).toBe("since then: 12 notes changed, 1 track, tempo, metre, key, form or controllers");
  });

  it("that was kept by itself is called so", () => {
    expect(nameOf({ name: "Before variation", automatic: true })).toBe("Before variation");
    expect(nameOf({ name: "Mine", automatic: false })).toBe("Mine");
  });

  it("has a name also if nobody gives it one", async () => {
    await versions.load();
    expect(versions.next).toBe("Version 1");
    await versions.keep("  ");
    await versions.keep(" Slow ");
    expect(versions.list.map(({ name }) => name)).toEqual(["Slow", "Version 1"]);
    expect(versions.next).toBe("Version 3");
    await versions.delete(versions.list[0]);
    expect(versions.list.map(({ name }) => name)).toEqual(["Version 1"]);
  });

  it("is gone back to, and the sheet closes only if that was done", async () => {
    run("versions");
    expect(overlays.open).toBe("versions");
    await versions.goBack({ id: 91, name: "Lost", automatic: false, made: 0, since: since() });
    expect([overlays.open, studio.message?.level]).toEqual(["versions", "error"]);
    await versions.goBack({ id: 1, name: "First", automatic: false, made: 0, since: since() });
    expect(overlays.open).toBeNull();
    expect(studio.message?.text).toContain("First");
    expect(engine.gone).toEqual([91, 1]);
  });
});

it("Ctrl+S says that everything is saved", () => {
  run("saved");
  expect(studio.message?.text).toContain("saved");
});
