import { describe, expect, it } from "vitest";
import { Notes } from "../document/notes";
import { type Bend, caught, spans } from "./lasso";

const bends = (...corners: [number, number][]): Bend[] => corners.map(([tick, level]) => ({ tick, level }));
const note = (id: number, start: number, pitch: number, length = 100) => ({ id, start, length, pitch, velocity: 80, flags: 0 });
const layer = (...rows: ReturnType<typeof note>[]) => ({ notes: Notes.of(rows), ghost: false });

/** A U: open above between 200 and 400. */
const cup = bends([0, 64], [200, 64], [200, 61], [400, 61], [400, 64], [600, 64], [600, 60], [0, 60]);

describe("a lasso", () => {
  it("has a level inside once or in several stretches", () => {
    expect(spans(cup, 60.5)).toEqual([[0, 600]]);
    expect(spans(cup, 62.5)).toEqual([[0, 200], [400, 600]]);
    expect(spans(cup, 70.5)).toEqual([]);
    expect(spans(bends([0, 60], [100, 70], [200, 60]), 65)).toEqual([[50, 150]]);
  });

  it("catches what it goes round, not what lies in its bay", () => {
    const notes = layer(note(1, 50, 62), note(2, 250, 62), note(3, 450, 63), note(4, 250, 60), note(5, 250, 64), note(6, 150, 61));
    expect(caught([notes], cup).sort()).toEqual([1, 3, 4, 6]);
  });

  it("catches a long note by the part that is inside, and no ghosts", () => {
    const long = layer(note(1, 0, 60, 5000));
    const path = bends([1000, 59], [1200, 62], [1400, 59]);
    expect(caught([long], path)).toEqual([1]);
    expect(caught([{ ...long, ghost: true }], path)).toEqual([]);
    expect(caught([long], path.slice(0, 2))).toEqual([]);
  });

  it("goes by rows where not all keys have one", () => {
    const notes = layer(note(1, 50, 48), note(2, 50, 72));
    const path = bends([0, 0], [200, 0], [200, 1], [0, 1]);
    expect(caught([notes], path, (pitch) => (pitch === 48 ? 0 : 1))).toEqual([1]);
  });
});
