import { expect, it } from "vitest";
import { allTags, has, parted, toggled } from "./tags";

it("parts what was typed at commas of every kind", () => {
  expect(parted(" waltz, for Anna ，钢琴、,, slow; ")).toEqual(["waltz", "for Anna", "钢琴", "slow"]);
});

it("puts a tag on and takes it off, however it is written", () => {
  expect(toggled("waltz", "slow")).toBe("waltz, slow");
  expect(toggled("Waltz, slow", "waltz")).toBe("slow");
  expect([has("Waltz, slow", "waltz"), has("Waltz", "wal")]).toEqual([true, false]);
});

it("knows every tag once, by the alphabet", () => {
  expect(allTags([{ tags: ["b", "É"] }, { tags: ["a", "b"] }, { tags: [] }], "en")).toEqual(["a", "b", "É"]);
});
