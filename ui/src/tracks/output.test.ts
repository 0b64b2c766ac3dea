import { beforeEach, expect, it, vi } from "vitest";

const sent = vi.hoisted(() => [] as unknown[]);
vi.mock("../backend/tauri", () => ({
  apply: async (command: unknown) => (sent.push(command), 0),
  setClocked: async (ports: string[]) => void sent.push(["clock", ...ports]),
  setSoundOutput: async (name: string | null) => void sent.push(["hear", name]),
  settings: async () => null,
  setSettings: async (value: Record<string, unknown>) => void sent.push(["keep", value.clocked]),
}));

const { selection } = await import("../app/selection.svelte");
const { studio } = await import("../app/studio.svelte");
const { taste } = await import("../app/taste.svelte");
const { run } = await import("../app/commands");
const { overlays } = await import("../app/overlays.svelte");
const { doneWords } = await import("../app/words");
const { Mirror } = await import("../document/mirror");
const { hands } = await import("../hands/hands.svelte");
const { outputs } = await import("./output.svelte");

beforeEach(() => {
  const track = (id: number, output?: object) => ({ id, header: { name: "", lane: id, channel: id + 2, program: 0, hue: 0, mix: {}, output }, instrument: "", notes: 0 });
  const document = {
    project: 1, title: "", revision: 0, tpq: 960, tempos: [], meters: [], keys: [], markers: [], end: 0, written: 0, checksum: 0,
    tracks: [track(0), track(1, { port: "Lost", channel: 4, programs: false })], history: { done: [], undone: [] },
  } as unknown as NonNullable<typeof studio.document>;
  Object.assign(studio, { document, mirror: new Mirror(document) });
  Object.assign(selection, { track: 0 });
  Object.assign(taste, { view: "roll", clocked: ["Clock"] });
  hands.ports = { inputs: [], outputs: ["One", "Two"], missing: null };
  overlays.open = null;
  sent.length = 0;
});

it("lists ports that are there, and those that somebody wants", () => {
  expect(outputs.ports).toEqual(["One", "Two", "Lost", "Clock"]);
  expect(outputs.ports.filter((port) => outputs.isThere(port))).toEqual(["One", "Two"]);
});

it("sends a track on its own channel first, keeps what was set when the port is another, and takes it back", async () => {
  await outputs.send(0, "One");
  await outputs.send(1, "Two");
  await outputs.change(1, { channel: 9 });
  await outputs.send(1, null);
  await outputs.send(1, "Lost");
  await outputs.send(0, null);
  await outputs.change(0, { channel: 3 });
  expect(sent).toEqual([
    { kind: "setOutput", track: 0, output: { channel: 2, programs: true, port: "One" } },
    { kind: "setOutput", track: 1, output: { channel: 4, programs: false, port: "Two" } },
    { kind: "setOutput", track: 1, output: { channel: 9, programs: false, port: "Lost" } },
    { kind: "setOutput", track: 1, output: undefined },
  ]);
});

it("says where a track goes, counting channels from 1", () => {
  expect(doneWords({ kind: "setOutput", track: 0, output: { port: "One", channel: 0, programs: true } }, 960)).toBe("sent to One, channel 1");
  expect(doneWords({ kind: "setOutput", track: 0 }, 960)).toBe("heard in the studio");
});

it("keeps which ports hear the clock", async () => {
  await outputs.clock("One", true);
  expect([taste.clocked, sent.at(-1)]).toEqual([["Clock", "One"], ["clock", "Clock", "One"]]);
  await outputs.clock("Clock", false);
  expect(sent.filter(Array.isArray)).toContainEqual(["keep", ["One"]]);
  expect(sent.at(-1)).toEqual(["clock", "One"]);
});

it("opens by a command of the track", () => {
  expect(run("output")).toBe(true);
  expect(overlays.open).toBe("output");
});

it("plays through the sound output that was chosen, from the start on", async () => {
  await outputs.hear("Headphones");
  expect(taste.sound).toBe("Headphones");
  sent.length = 0;
  await outputs.start();
  expect(sent[0]).toEqual(["hear", "Headphones"]);
  await outputs.hear(null);
  sent.length = 0;
  await outputs.start();
  expect(sent.map((each) => (each as string[])[0])).toEqual(["clock"]);
});
