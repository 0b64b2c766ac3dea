import { beforeEach, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as unknown[]);
vi.mock("../backend/tauri", () => ({
  setSettings: async () => undefined,
  seek: async (tick: number) => void sent.push(["seek", tick]),
  openProject: async (id: number) => void sent.push(["open", id]),
}));

const { places } = await import("./places");
const { selection } = await import("./selection.svelte");
const { studio } = await import("./studio.svelte");

beforeEach(() => {
  const mix = { gain: 0, pan: 0, mute: false, solo: false };
  const bytes = (text: string) => [...new TextEncoder().encode(text)];
  const track = (id: number, name: string) => ({ id, header: { name, lane: id, channel: id, program: 0, hue: id, mix }, instrument: "", notes: 0 });
  Object.assign(studio, {
    document: {
      project: 1, title: "", revision: 0, tpq: 960, tempos: [], meters: [], keys: [], end: 30_720, written: 30_720, checksum: 0,
      markers: [{ tick: 15_360, text: bytes("Trio") }], tracks: [track(3, "Violin I"), track(4, "Violin II")], history: { done: [], undone: [] },
    },
    projects: [{ id: 1, title: "Waltz" }, { id: 2, title: "Waltz for strings" }],
  });
  sent.length = 0;
});

const ids = (words: string) => places(words).map(({ id }) => id);

it("leads to bars by number, in whatever words", async () => {
  for (const words of ["5", "bar 5", "第 5 小节", "5 小节"]) expect(ids(words), words).toEqual(["bar-5"]);
  expect([ids("0"), ids("999"), ids("")]).toEqual([[], [], []]);
  await places("bar 5")[0].go();
  expect(sent).toEqual([["seek", 4 * 3840]]);
});

it("leads to sections, tracks and other pieces by name", async () => {
  expect(ids("trio")).toEqual(["section-15360"]);
  expect(ids("violin ii")).toEqual(["track-4"]);
  expect(ids("waltz")).toEqual(["piece-2"]);
  await places("violin ii")[0].go();
  await places("strings")[0].go();
  expect([selection.track, sent]).toEqual([4, [["open", 2]]]);
});
