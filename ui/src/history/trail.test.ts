import { describe, expect, it } from "vitest";
import { Trail, type Way, wayOf } from "./trail";

const chosen = (...notes: number[]) => ({ notes: new Set(notes) });
const here = (trail: Trail<{ notes: ReadonlySet<number> }>) => trail.here && [...trail.here.notes];

describe("the trail", () => {
  it("knows what was chosen before a step, and after it once that was left", () => {
    const trail = new Trail();
    trail.go("new", chosen(1));
    expect(here(trail)).toBeUndefined();
    trail.go("back", chosen(2));
    expect([trail.arrive(), here(trail)]).toEqual([true, [1]]);
    trail.go("on", chosen(3));
    expect([trail.arrive(), here(trail)]).toEqual([true, [2]]);
    trail.go("back", chosen());
    expect(here(trail)).toEqual([3]);
  });

  it("passes places without forgetting what was chosen there", () => {
    const trail = new Trail();
    for (const note of [0, 1, 2, 3]) trail.go("new", chosen(note));
    for (const _ of [1, 2, 3]) trail.go("back", chosen());
    trail.arrive();
    expect(here(trail)).toEqual([1]);
    for (const _ of [1, 2]) trail.go("on", chosen(9));
    trail.arrive();
    expect(here(trail)).toEqual([3]);
  });

  it("knows nothing of steps from before its time, and finds its way back from them", () => {
    const trail = new Trail();
    trail.go("back", chosen(7));
    expect([trail.arrive(), here(trail)]).toEqual([true, undefined]);
    trail.go("on", chosen(8));
    expect(here(trail)).toEqual([7]);
    trail.go("on", chosen());
    expect(here(trail)).toBeUndefined();
  });

  it("forgets what a new step has put an end to", () => {
    const trail = new Trail();
    trail.go("new", chosen(1));
    trail.go("back", chosen(2));
    trail.arrive();
    trail.go("new", chosen(3));
    expect(here(trail)).toBeUndefined();
    expect(trail.arrive()).toBe(false);
    trail.go("back", chosen(4));
    expect(here(trail)).toEqual([3]);
  });

  it("stays where it is while a step grows", () => {
    const trail = new Trail();
    for (const way of ["new", "more", "more"] as Way[]) trail.go(way, chosen(way === "new" ? 1 : 2));
    trail.go("back", chosen(2));
    expect(here(trail)).toEqual([1]);
  });

  it("holds 100,000 notes, those nearest to where it is, and counts once what stays chosen", () => {
    const trail = new Trail();
    const many = (from: number) => chosen(...Array.from({ length: 10_000 }, (_, at) => from + at));
    for (let step = 0; step < 30; step++) trail.go("new", many(step));
    const found = [];
    for (let step = 0; step < 12; step++) {
      trail.go("back", chosen());
      found.push(here(trail)?.[0]);
    }
    expect(found).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20, undefined, undefined]);
    trail.forget();
    const same = many(0);
    for (let step = 0; step < 30; step++) trail.go("new", same);
    for (let step = 0; step < 30; step++) trail.go("back", same);
    expect(trail.here).toBe(same);
  });

  it("is no longer than a thousand places", () => {
    const trail = new Trail();
    for (let step = 0; step < 5000; step++) trail.go("new", chosen(step));
    for (let step = 0; step < 999; step++) trail.go("back", chosen());
    expect(here(trail)).toEqual([4001]);
    trail.go("back", chosen());
    expect(here(trail)).toBeUndefined();
  });
});

describe("a change", () => {
  const done = (...labels: string[]) => ({ done: labels, undone: [] });

  it("is a new step or more of the last one", () => {
    expect(wayOf(done(), done("Move a note"))).toBe("new");
    expect(wayOf(done("Add a note", "Move a note"), done("Add a note", "Move 2 notes"))).toBe("more");
    expect(wayOf({ done: ["Add a note"], undone: ["Move a note"] }, done("Add a note", "Add a note"))).toBe("new");
  });

  it("is told apart where no more steps are told", () => {
    const labels = Array.from({ length: 200 }, (_, at) => `Step ${at}`);
    expect(wayOf(done(...labels), done(...labels.slice(1), "Move a note"))).toBe("new");
    expect(wayOf(done(...labels), done(...labels.slice(0, -1), "Move a note"))).toBe("more");
  });
});
