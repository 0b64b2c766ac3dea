import { describe, expect, it } from "vitest";
import { Bars } from "../document/bars";
import { type Column, entered, type Reading, Refused, shown, toggled } from "./entry";
import { drawn, led, ROW, scrolled } from "./grid";

const meter = (tick: number, numerator: number, denominator: number) => ({ tick, numerator, denominator, clocks: 24, thirty_seconds: 8 });
const reading: Reading = {
  bars: new Bars(480, [meter(0, 3, 4), meter(1440, 6, 8)]),
  keys: [{ tick: 0, fifths: 0, minor: false }, { tick: 1440, fifths: -3, minor: false }],
  naming: "english",
};
const note = { id: 7, start: 720, length: 480, pitch: 63, velocity: 80, flags: 0 };
const enter = (column: Column, text: string, row = note) => entered(column, row, text, reading);

describe("cells", () => {
  it("show places, lengths in beats, and names by the key of the place", () => {
    expect((["place", "length", "pitch", "velocity", "locked", "muted"] as const).map((column) => shown(column, note, reading))).toEqual(["1.2.480", "1.000", "D♯4", "80", "", ""]);
    const later = { ...note, start: 1680, length: 600, flags: 3 };
    expect((["place", "length", "pitch", "locked", "muted"] as const).map((column) => shown(column, later, reading))).toEqual(["2.2.000", "2.240", "E♭4", "locked", "silent"]);
  });

  it("become the roll's commands", () => {
    expect(enter("place", "2.1")).toEqual({ kind: "moveNotes", ids: [7], ticks: 720, semitones: 0 });
    expect(enter("place", "1 1 240")).toEqual({ kind: "moveNotes", ids: [7], ticks: -600, semitones: 0 });
    expect(enter("length", ".480")).toEqual({ kind: "resizeNotes", ids: [7], ticks: -240, edge: "end" });
    expect(enter("length", "2")).toEqual({ kind: "resizeNotes", ids: [7], ticks: 480, edge: "end" });
    expect(enter("pitch", "c4")).toEqual({ kind: "moveNotes", ids: [7], ticks: 0, semitones: -3 });
    expect(enter("velocity", " 127 ")).toEqual({ kind: "setVelocity", ids: [7], velocity: { set: 127 } });
    expect(toggled("locked", note)).toEqual({ kind: "lockNotes", ids: [7], locked: true });
    expect(toggled("muted", { ...note, flags: 2 })).toEqual({ kind: "muteNotes", ids: [7], muted: false });
    expect(toggled("pitch", note)).toBeNull();
  });

  it("stand for all notes that are chosen with theirs", () => {
    const all = (column: Column, text: string) => entered(column, note, text, reading, [7, 9]);
    expect(all("velocity", "80")).toEqual({ kind: "setVelocity", ids: [7, 9], velocity: { set: 80 } });
    expect(all("pitch", "c4")).toEqual({ kind: "moveNotes", ids: [7, 9], ticks: 0, semitones: -3 });
    expect(all("place", "1.2.480")).toBeNull();
    expect(toggled("locked", note, [7, 9])).toEqual({ kind: "lockNotes", ids: [7, 9], locked: true });
  });

  it("ask for nothing where nothing changes, also where what is shown is rounded", () => {
    for (const [column, text] of [["place", "1.2.480"], ["place", "1 2 480"], ["length", "1"], ["pitch", "Eb4"], ["velocity", "80"]] as const) {
      expect(enter(column, text)).toBeNull();
    }
    const fine = { ...reading, bars: new Bars(1024, []) };
    for (let start = 0; start < 1024; start += 7) expect(entered("place", { ...note, start }, shown("place", { ...note, start }, fine), fine)).toBeNull();
  });

  it("refuse what cannot be", () => {
    const wrong: [Column, string][] = [
      ["place", "1.4"], ["place", "0.1"], ["place", "x"], ["place", "1.1.1.1"], ["length", "0"], ["length", "-1"], ["pitch", "H4"], ["pitch", "128"], ["velocity", "0"], ["velocity", "1.5"], ["velocity", ""],
    ];
    for (const [column, text] of wrong) expect(() => enter(column, text), `${column} ${text}`).toThrow(Refused);
  });
});

describe("the table", () => {
  const size = { rows: 100, columns: 6, page: 10 };
  const at = { row: 50, column: 2 };

  it("draws what is in the window and a little more", () => {
    expect(drawn(0, 240, 100_000)).toEqual({ from: 0, to: 18 });
    expect(drawn(50_000 * ROW, 240, 100_000)).toEqual({ from: 49_992, to: 50_018 });
    expect(drawn(99_990 * ROW, 240, 100_000)).toEqual({ from: 99_982, to: 100_000 });
    expect(drawn(500, 240, 0)).toEqual({ from: 0, to: 0 });
  });

  it("scrolls as little as it must", () => {
    expect(scrolled(3, 0, 240)).toBe(0);
    expect(scrolled(10, 0, 240)).toBe(24);
    expect(scrolled(2, 100, 240)).toBe(48);
  });

  it("goes where keys lead, and stays inside", () => {
    expect(led(at, "ArrowDown", false, size)).toEqual({ row: 51, column: 2 });
    expect(led({ row: 99, column: 5 }, "ArrowDown", false, size)).toEqual({ row: 99, column: 5 });
    expect(led(at, "PageUp", false, size)).toEqual({ row: 40, column: 2 });
    expect(led(at, "Home", false, size)).toEqual({ row: 50, column: 0 });
    expect(led(at, "End", true, size)).toEqual({ row: 99, column: 5 });
    expect(led(at, "g", false, size)).toBeNull();
    expect(led(at, "ArrowDown", false, { ...size, rows: 0 })).toBeNull();
  });
});
