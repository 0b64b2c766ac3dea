import { describe, expect, it } from "vitest";
import { arranged, listed, sentence } from "./report";

const line = (file: string, outcome: string, bars: number | null, reason = "") => ({ file, outcome, reason, bars, parts: bars && 2 });
const lines = [line("b 10.mid", "used", 64), line("b 9.mid", "repaired", 12, "bar lines fitted"), line("a.mid", "rejected", null, "nearly the same as b 9.mid")];
const names = (...of: Parameters<typeof arranged>) => arranged(...of).map(({ file }) => file);

describe("the report", () => {
  it("is sorted as people count, and what has no number is last either way", () => {
    expect(names(lines, "all", { column: "file", down: false })).toEqual(["a.mid", "b 9.mid", "b 10.mid"]);
    expect(names(lines, "all", { column: "bars", down: false })).toEqual(["b 9.mid", "b 10.mid", "a.mid"]);
    expect(names(lines, "all", { column: "bars", down: true })).toEqual(["b 10.mid", "b 9.mid", "a.mid"]);
  });

  it("shows one result alone and leaves its lines as they were", () => {
    expect(names(lines, "rejected", { column: "reason", down: true })).toEqual(["a.mid"]);
    expect(lines[0].file).toBe("b 10.mid");
  });

  it("lists the first few", () => {
    expect(listed([["Bb major", 3], ["F# minor", 2], ["C major", 1]], 2)).toBe("B♭ major (3), F♯ minor (2) and 1 more");
    expect(listed([], 2)).toBe("");
    expect([sentence("too short"), sentence("")]).toEqual(["Too short", ""]);
  });
});
