import { expect, it, vi } from "vitest";

const kept = vi.hoisted(() => [] as Record<string, unknown>[]);
vi.mock("../backend/tauri", () => ({
  settings: async () => kept.at(-1) ?? null,
  setSettings: async (value: Record<string, unknown>) => void kept.push(structuredClone(value)),
}));

const { PANES, taste } = await import("./taste.svelte");

it("keeps parts of the window inside their limits, and as they were left", async () => {
  expect(taste.size("tracks")).toBe(264);
  taste.resize("tracks", 10);
  taste.resize("mixer", 300.4);
  taste.resize("roll", 1e9);
  expect((["tracks", "mixer", "roll"] as const).map((pane) => taste.size(pane))).toEqual([PANES.tracks.least, 300, PANES.roll.most]);
  taste.list = false;
  taste.keep();
  Object.assign(taste, { sizes: {}, list: true });
  await taste.start();
  expect([taste.sizes, taste.list]).toEqual([{ tracks: 200, mixer: 300, roll: 640 }, false]);
  taste.resize("roll", null);
  expect(taste.size("roll")).toBe(320);
});

it("does not mind what cannot be a size", async () => {
  kept.push({ sizes: { tracks: "wide", nothing: 5, panel: 1e6, roll: null } });
  Object.assign(taste, { sizes: {} });
  await taste.start();
  expect(taste.sizes).toEqual({ panel: PANES.panel.most });
});
