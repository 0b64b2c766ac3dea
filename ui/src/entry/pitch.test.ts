import { describe, expect, it } from "vitest";
import { stepCommand } from "./keys";
import { above, altered, degreeOf, keyAt, nearest } from "./pitch";
import { lengthOf, quartersOf, VALUES } from "./values";

const C = 60;
const step = (letter: string) => ({ step: "CDEFGAB".indexOf(letter) });

describe("letters", () => {
  it("mean the nearest note: never further than a fourth on the staff", () => {
    expect(["C", "D", "E", "F", "G", "A", "B"].map((letter) => nearest(step(letter), 0, C))).toEqual([60, 62, 64, 65, 55, 57, 59]);
    // From F it is three steps up to B, and from B three down to F.
    expect([nearest(step("B"), 0, 65), nearest(step("F"), 0, 71)]).toEqual([71, 65]);
  });

  it("are raised and lowered by the key", () => {
    expect([nearest(step("F"), 1, 67), nearest(step("F"), 7, 67), nearest(step("B"), -1, 72), nearest(step("C"), -7, 72)]).toEqual([66, 66, 70, 71]);
    expect(Array.from({ length: 7 }, (_, at) => altered(at, 3))).toEqual([1, 0, 0, 1, 1, 0, 0]);
    expect(Array.from({ length: 7 }, (_, at) => altered(at, -3))).toEqual([0, 0, -1, 0, 0, -1, -1]);
  });

  it("add the next note above", () => {
    expect([above(step("E"), 0, C), above(step("C"), 0, C), above(step("B"), -2, 70)]).toEqual([64, 72, 82]);
    expect(above(step("A"), 0, 120)).toBeUndefined();
  });

  it("stay on the keyboard", () => {
    for (const from of [0, 1, 126, 127]) {
      for (let at = 0; at < 7; at++) expect(nearest({ step: at }, 0, from)).toSatisfy((key) => typeof key === "number" && key >= 0 && key <= 127);
    }
  });

  it("are called as people call them", () => {
    expect([stepCommand("B", "english"), stepCommand("H", "english"), stepCommand("B", "german"), stepCommand("H", "german")]).toEqual(["enterB", undefined, "enterBFlat", "enterB"]);
    expect([stepCommand("Shift+C", "solfege"), stepCommand("Space", "english"), stepCommand("Ctrl+C", "english")]).toEqual(["addC", "stepRest", undefined]);
    expect(nearest({ step: 6, alter: -1 }, 2, 72)).toBe(70);
  });
});

describe("degrees", () => {
  it("are where a key of the piano is written, and lead back to it in its key", () => {
    expect([degreeOf(60, 0), degreeOf(61, 0), degreeOf(61, -3), degreeOf(66, 1), degreeOf(71, -7), degreeOf(0, 0)]).toEqual([35, 35, 36, 38, 42, 0]);
    for (let fifths = -7; fifths <= 7; fifths++) {
      for (let degree = 7; degree < 70; degree++) expect(degreeOf(keyAt(degree, fifths)!, fifths)).toBe(degree);
    }
  });
});

describe("values", () => {
  it("double from digit to digit, and are found again with their dots and triplets", () => {
    VALUES.forEach(({ quarters, digit }, at) => {
      expect(Number(digit)).toBe(at + 1);
      expect(quarters).toBe(2 ** (at - 4));
      for (const [dotted, triplet] of [[false, false], [true, false], [false, true]]) {
        const length = { quarters, dotted, triplet };
        expect(quartersOf(lengthOf(quartersOf(length))!)).toBeCloseTo(quartersOf(length), 9);
      }
    });
    expect([lengthOf(1.5), lengthOf(1 / 3), lengthOf(5), lengthOf(0)]).toEqual([{ quarters: 1, dotted: true, triplet: false }, { quarters: 1 / 2, dotted: false, triplet: true }, undefined, undefined]);
  });
});
