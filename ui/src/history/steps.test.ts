import { beforeEach, describe, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as string[]);
vi.mock("../backend/tauri", () => ({
  undo: async () => (sent.push("undo"), 0),
  redo: async () => (sent.push("redo"), 0),
  setSettings: async () => undefined,
}));

const { studio } = await import("../app/studio.svelte");
const { isCut, steps } = await import("./steps");

beforeEach(() => {
  sent.length = 0;
});

describe("the history", () => {
  it("is a list from before the first step to the last that was taken back", () => {
    const found = steps({ done: ["Add a note", "Move a note"], undone: ["Delete a note"] });
    expect(found.map(({ label, away }) => [label, away])).toEqual([[null, -2], ["Add a note", -1], ["Move a note", 0], ["Delete a note", 1]]);
    expect(found.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  });

  it("begins with now where nothing was done", () => {
    expect(steps({ done: [], undone: [] })).toEqual([{ label: null, away: 0, number: 0 }]);
  });

  it("says where there is more than is told", () => {
    expect([isCut({ done: Array(199).fill("x"), undone: [] }), isCut({ done: Array(200).fill("x"), undone: [] })]).toEqual([false, true]);
  });

  it("is gone along step by step, one edit after the other", async () => {
    const both = [studio.walk(-3), studio.walk(2)];
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(sent).toEqual(["undo", "undo", "undo", "redo", "redo"]);
  });
});
