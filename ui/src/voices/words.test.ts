import { describe, expect, it } from "vitest";
import type { VoiceCard } from "../bindings/VoiceCard";
import type { VoiceEntry } from "../bindings/VoiceEntry";
import { about, clock, copying, percent, short, signed, singers, stage, verdict, writer } from "./words";

const files = { used: 5, repaired: 1, rejected: [], bars: 200, notes: 900, instruments: [], metres: [], keys: [], warnings: [], lines: [] };
const card = (before: number, after: number, baseForgetting = 0.01) => ({ name: "Reels", files, test: { before, after }, baseForgetting }) as unknown as VoiceCard;
const entry = (card: VoiceCard | null, gains: boolean, unfinished = false) => ({ id: "reels", name: "Reels", card, gains, unfinished }) as VoiceEntry;

describe("numbers", () => {
  it("have signs, and nothing is minus nothing", () => {
    expect([signed(-0.694), signed(0.1), signed(-0.001), signed(3.21, 1)]).toEqual(["−0.69", "+0.10", "0.00", "+3.2"]);
  });

  it("are short", () => {
    expect([short(940), short(12_400), short(1_234_567), short(118_400), short(5000)]).toEqual(["940", "12.4 k", "1.2 M", "118 k", "5 k"]);
    expect([clock(220), clock(59.6), clock(-3)]).toEqual(["3:40", "1:00", "0:00"]);
    expect([percent(0.041), percent(0.58), percent(0)]).toEqual(["4.1 %", "58 %", "0 %"]);
  });
});

describe("a voice", () => {
  it("says what it is", () => {
    expect(about(entry(card(2, 1), true))).toBe("6 files");
    expect(about(entry(card(2, 2), false))).toBe("6 files, no gain");
    expect(about(entry(null, false, true))).toBe("Stopped, can be gone on with");
  });

  it("says what its proof means", () => {
    expect(verdict(entry(card(2.31, 1.62), true))).toBe("The voice expects your music better, by 0.69 bits in each note. It still knows other styles.");
    expect(verdict(entry(card(2, 2), false))).toContain("foretells this music as well");
    expect(verdict(entry(card(2, 1, 0.12), true))).toContain("forgotten some of other styles: they cost it 12 % more");
    expect(verdict(entry(null, false))).toBe("");
  });

  it("says whether it copies, beside what the pieces share anyway", () => {
    expect(copying(0, 0.2)).toContain("Nothing");
    expect(copying(0.1, 0.2)).toContain("No more than");
    expect(copying(0.15, 0.1)).toContain("A little more");
    expect(copying(0.4, 0.1)).toContain("Long passages");
  });

  it("is named where it writes", () => {
    const use = (voice: string, strength: number) => ({ voice, strength });
    expect(singers([use("reels", 0.8), use("gone", 0.5)], [entry(null, false)])).toBe("Reels 80 % and gone 50 %");
    expect(singers([use("reels", 0)], [])).toBe("Base");
    expect(writer("base 0123456789ab")).toBe("Base");
    expect(writer("base 0123456789ab with Reels 80 % with Airs 20 %")).toBe("Reels 80 % and Airs 20 %");
  });
});

it("says what a training does", () => {
  expect(stage({ kind: "reading", done: 3, of: 12 })).toBe("Reading, file 3 of 12");
  expect(stage({ kind: "proving", done: 3, of: 16 })).toBe("Proving, passage 4 of 16");
  expect(stage({ kind: "held", tokens: 1, bitsPerNote: 2 })).toBe("Learning");
});
