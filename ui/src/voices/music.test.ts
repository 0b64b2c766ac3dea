import { afterEach, describe, expect, it } from "vitest";
import portraits from "../../../crates/engine/src/voice/base.json";
import { remarks } from "../app/failures";
import { learn } from "../document/instruments";
import { overwriteGetLocale } from "../paraglide/runtime";
import { collectionWords, familyWords, instrumentWords, inWords, keyWords } from "./music";

afterEach(() => {
  overwriteGetLocale(() => "en");
  learn([]);
});

describe("what a folder holds", () => {
  it("is said in English as the engine says it", () => {
    for (const name of Object.keys(portraits.collections)) expect(collectionWords(name)).toBe(name);
    expect([instrumentWords("Violin"), familyWords("Strings"), keyWords("Bb minor")]).toEqual(["Violin", "Strings", "B♭ minor"]);
  });

  it("is said in Chinese, whatever is known", () => {
    overwriteGetLocale(() => "zh");
    learn([{ program: 40, drums: false, name: "Violin", family: "Strings" }, { program: 0, drums: true, name: "Standard Kit", family: "Drums" }]);
    for (const name of [...Object.keys(portraits.collections).map(collectionWords), instrumentWords("Violin"), familyWords("Strings"), keyWords("Bb minor")]) expect(name).toMatch(/\p{Script=Han}/u);
    expect(inWords([["Violin", 3], ["Theremin", 1]], instrumentWords)[1]).toEqual(["Theremin", 1]);
  });

  it("has remarks that are told apart, also where they have a semicolon themselves", () => {
    const all = 'all notes stand beside the beat; they were moved 0.125 quarters later; the file states no metre and none is plain; 4/4 is assumed; 12 notes; at least 16 are needed to learn from; something new';
    expect(remarks(all)).toBe(all);
    overwriteGetLocale(() => "zh");
    const parts = remarks(all).split("；");
    expect(remarks(all)).toMatch(/0\.125.*4\/4.*16.*something new$/);
    expect(parts.filter((part) => /[a-z]{3}/.test(part))).toEqual(["something new"]);
    expect(remarks("there are no notes in it")).toMatch(/^\p{Script=Han}+$/u);
    expect(remarks("nearly the same as others/tune 0.mid")).toContain("others/tune 0.mid");
  });
});
