import { describe, expect, it } from "vitest";
import type { Row } from "../document/notes";
import { Gesture, type Hit, type Setting } from "./gesture";

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

  it("chooses on a click", () => {
    expect(gesture(hit("body"), { tick: 510, pitch: 60 }).end()).toEqual({ kind: "choose", ids: [1], add: false });
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
