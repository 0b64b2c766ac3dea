import { beforeEach, expect, it, vi } from "vitest";

const kept = vi.hoisted(() => [] as Record<string, unknown>[]);
vi.mock("../backend/tauri", () => ({
  settings: async () => kept.at(-1) ?? null,
  setSettings: async (value: Record<string, unknown>) => void kept.push(structuredClone(value)),
}));

const { taste } = await import("../app/taste.svelte");
const { keymap } = await import("./keymap.svelte");
const { commandsOf } = await import("./press");

beforeEach(async () => {
  kept.length = 0;
  taste.keys = null;
  await taste.start();
  keymap.start();
});

it("hints with the key in force, and without one where there is none", () => {
  expect(keymap.hint("undo", "Undo")).toBe("Undo (Ctrl+Z)");
  expect(keymap.hint("stop", "Stop")).toBe("Stop");
  keymap.choose("ableton");
  expect(keymap.hint("quantize", "Quantize")).toBe("Quantize (Ctrl+U)");
  expect([keymap.command("Q"), keymap.command("Ctrl+U"), keymap.command("ArrowLeft")]).toEqual([undefined, "quantize", "earlier"]);
});

it("tells whose a key is before it goes to another", () => {
  expect([keymap.rival("undo", "Ctrl+D"), keymap.rival("undo", "Ctrl+Z"), keymap.rival("undo", "F9")]).toEqual(["duplicate", undefined, undefined]);
  keymap.give("undo", "Ctrl+D", "Ctrl+Z");
  expect([keymap.command("Ctrl+D"), keymap.command("Ctrl+Z"), keymap.of("duplicate")]).toEqual(["undo", undefined, []]);
  keymap.reset("duplicate");
  expect([keymap.command("Ctrl+D"), keymap.of("undo")]).toEqual(["duplicate", []]);
  keymap.resetAll();
  expect([keymap.command("Ctrl+Z"), keymap.changed("undo")]).toEqual(["undo", false]);
});

it("is as it was left in the next session", async () => {
  keymap.choose("musescore");
  keymap.give("loop", "F9");
  keymap.take("undo", "Ctrl+Z");
  keymap.preset = "studio";
  keymap.changes = {};
  await taste.start();
  keymap.start();
  expect([keymap.preset, keymap.of("loop"), keymap.of("undo"), keymap.of("stepInput")]).toEqual(["musescore", ["L", "F9"], [], ["N"]]);
});

it("begins with its own keys where what was kept means nothing", async () => {
  for (const keys of ["x", { preset: "emacs", changes: 7 }, { preset: "toString" }]) {
    kept.push({ keys });
    await taste.start();
    keymap.start();
    expect([keymap.preset, keymap.command("G")]).toEqual(["studio", "generate"]);
  }
});

it("leaves keys to another command where their own has nothing to do", () => {
  const chord = (key: string) => commandsOf({ key, target: null, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false } as unknown as KeyboardEvent);
  expect([chord("Enter"), chord("+"), chord("5")]).toEqual([["accept", "playSelection"], ["louder", "zoomIn"], []]);
  expect([keymap.shown("playSelection"), keymap.shown("zoomOut")]).toEqual([["Ctrl+Space", "Enter"], ["Ctrl+-", "-"]]);
  keymap.give("accept", "F9", "Enter");
  expect([chord("Enter"), chord("F9")]).toEqual([[], ["accept", "playSelection"]]);
  keymap.choose("musescore");
  expect([chord("5"), chord("."), chord("2")]).toEqual([["value4"], ["valueDot"], ["value32"]]);
});
