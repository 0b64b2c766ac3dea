import { describe, expect, it } from "vitest";
import type { Row } from "../document/notes";
import { combined, Gesture, toned, type Hit, type Setting } from "./gesture";

const row = (id: number, start: number, pitch: number): Row => ({ id, start, length: 240, pitch, velocity: 80, flags: 0 });
const none = { shift: false, control: false, alt: false };
const rows = [{ track: 0, row: row(1, 480, 60) }, { track: 0, row: row(2, 960, 64) }];
const setting: Setting = { tool: "select", step: 240, track: 0, chosen: new Set([1, 2]), rows: () => rows };
const hit = (part: Hit["part"]): Hit => ({ track: 0, row: rows[0].row, part });

function gesture(from: Hit | null, to: { tick: number; pitch: number }, change: Partial<Setting> = {}, keys = none) {
  const gesture = new Gesture({ tick: 500, pitch: 60 }, from, keys, { ...setting, ...change });
  gesture.move(to, null);
  return gesture;
}

describe("gesture", () => {
  it("moves by whole steps, and not out of the keyboard or before the beginning", () => {
    expect(gesture(hit("body"), { tick: 700, pitch: 62 }).end()).toEqual({
      kind: "command", command: { kind: "moveNotes", ids: [1, 2], ticks: 240, semitones: 2 },
    });
    const far = gesture(hit("body"), { tick: -9999, pitch: 400 });
    expect(far.preview().rows.map(({ row }) => [row.start, row.pitch])).toEqual([[0, 123], [480, 127]]);
  });

  it("copies with Alt", () => {
    const copy = gesture(hit("body"), { tick: 1000, pitch: 60 }, {}, { ...none, alt: true });
    expect(copy.preview().lifted.size).toBe(0);
    expect(copy.end()).toMatchObject({ command: { kind: "duplicateNotes", ticks: 480 } });
  });

  it("cuts what sounds where the knife is let go, on the grid", () => {
    const cut = (tick: number, at: Hit | null = hit("body")) => {
      const knife = new Gesture({ tick: 500, pitch: 60 }, at, none, { ...setting, tool: "split", step: 120 });
      knife.move({ tick, pitch: 60 }, at);
      return knife.end();
    };
    expect(cut(590)).toEqual({ kind: "command", command: { kind: "splitNotes", ids: [1, 2], at: 600 } });
    // The grid's place is the note's own edge, or nothing is there.
    expect([cut(500), cut(590, null)]).toEqual([{ kind: "none" }, { kind: "none" }]);
  });

  it("goes to tones of the scale where that is wanted", () => {
    const scale = (tick: number) => (tick < 960 ? 0b1010_1011_0101 : 0b1010_1101_0110);
    expect([61, 66, 60, 127].map((pitch) => toned(pitch, scale(0)))).toEqual([60, 65, 60, 127]);
    expect(toned(61)).toBe(61);
    const drawn = new Gesture({ tick: 500, pitch: 61 }, null, none, { ...setting, tool: "draw", scale });
    expect(drawn.end()).toMatchObject({ command: { notes: [{ pitch: 60 }] } });
    // C goes up three semitones and lands on D, an eighth later where C♯ belongs to the scale on C♯.
    expect(gesture(hit("body"), { tick: 500, pitch: 63 }, { scale }).end()).toMatchObject({ command: { semitones: 2 } });
    expect(gesture(hit("body"), { tick: 980, pitch: 61 }, { scale }).end()).toMatchObject({ command: { ticks: 480, semitones: 1 } });
    expect(gesture(hit("body"), { tick: 980, pitch: 60 }, { scale }).end()).toMatchObject({ command: { ticks: 480, semitones: 0 } });
  });

  it("chooses on a click", () => {
    expect(gesture(hit("body"), { tick: 510, pitch: 60 }).end()).toEqual({ kind: "choose", ids: [1], how: "instead" });
  });

  it("adds with Shift and toggles with Ctrl, also at a note's edge", () => {
    const click = (keys: typeof none, part: Hit["part"] = "body") => gesture(hit(part), { tick: 510, pitch: 60 }, {}, keys).end();
    expect(click({ ...none, shift: true }, "end")).toEqual({ kind: "choose", ids: [1], how: "add" });
    expect(click({ ...none, control: true }, "start")).toEqual({ kind: "choose", ids: [1], how: "toggle" });
    expect(gesture(hit("body"), { tick: 1000, pitch: 60 }, {}, { ...none, control: true }).end()).toMatchObject({ command: { kind: "duplicateNotes" } });
  });

  it("puts what was found beside, into or instead of what was chosen", () => {
    const before = new Set([1, 2]);
    expect([...combined(before, [2, 3], "instead")]).toEqual([2, 3]);
    expect([...combined(before, [2, 3], "add")]).toEqual([1, 2, 3]);
    expect([...combined(before, [2, 3], "toggle")]).toEqual([1, 3]);
    expect([...before]).toEqual([1, 2]);
  });

  it("draws a lasso with Alt over nothing, between the keys too", () => {
    const lasso = new Gesture({ tick: 0, pitch: 60 }, null, { ...none, alt: true, shift: true }, { ...setting, tool: "draw" });
    lasso.move({ tick: 100, pitch: 64, level: 64.2 }, null);
    expect(lasso.rectangle).toBeNull();
    expect(lasso.end()).toEqual({ kind: "lasso", path: [{ tick: 0, level: 60.5 }, { tick: 100, level: 64.2 }], how: "add" });
  });

  it("leaves a tick of every note when it resizes", () => {
    expect(gesture(hit("end"), { tick: 750, pitch: 60 }).end()).toEqual({
      kind: "command", command: { kind: "resizeNotes", ids: [1, 2], ticks: 240, edge: "end" },
    });
    expect(gesture(hit("end"), { tick: -5000, pitch: 60 }).preview().rows[0].row.length).toBe(1);
    expect(gesture(hit("start"), { tick: 5000, pitch: 60 }).preview().rows[0].row.length).toBe(1);
  });

  it("draws from the grid line before the pointer", () => {
    expect(gesture(null, { tick: 1000, pitch: 70 }, { tool: "draw" }).end()).toMatchObject({
      command: { kind: "addNotes", track: 0, notes: [{ start: 480, length: 480, pitch: 60 }] },
    });
  });

  it("erases what it passes over, and draws rectangles over nothing", () => {
    const erase = new Gesture({ tick: 0, pitch: 60 }, hit("body"), none, { ...setting, tool: "erase" });
    erase.move({ tick: 900, pitch: 64 }, { track: 0, row: rows[1].row, part: "body" });
    expect(erase.end()).toEqual({ kind: "command", command: { kind: "deleteNotes", ids: [1, 2] } });
    expect(gesture(null, { tick: 900, pitch: 50 }).rectangle).toMatchObject({ from: { tick: 500 }, to: { tick: 900 } });
  });
});
