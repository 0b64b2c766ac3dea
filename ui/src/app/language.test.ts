import { afterEach, describe, expect, it, vi } from "vitest";
import { locales } from "../paraglide/runtime";
import { direction, onward } from "./language.svelte";

const LEFTWARD = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

afterEach(() => vi.unstubAllGlobals());

describe("the direction of a language", () => {
  it("is that of its primary subtag", () => {
    expect(LEFTWARD.map(direction)).toEqual(LEFTWARD.map(() => "rtl"));
    expect(["ar-EG", "he-IL", "FA", "ur-Arab-PK"].map(direction)).toEqual(["rtl", "rtl", "rtl", "rtl"]);
    expect(["en", "en-GB", "zh-Hans", "de", "arn", ""].map(direction)).toEqual(["ltr", "ltr", "ltr", "ltr", "ltr", "ltr"]);
  });

  it("is that of the letters that it is likely written in", () => {
    for (const tag of [...LEFTWARD, ...locales, "fr", "ja", "hi"]) {
      const leftward = /^(Arab|Hebr|Thaa)$/.test(new Intl.Locale(tag).maximize().script ?? "");
      expect(direction(tag), tag).toBe(leftward ? "rtl" : "ltr");
    }
  });
});

describe("an arrow key among things in a row", () => {
  const press = (key: string, way: "ltr" | "rtl") => {
    vi.stubGlobal("getComputedStyle", () => ({ direction: way }));
    return onward({ key, currentTarget: {} } as unknown as KeyboardEvent);
  };

  it("leads on where one reads on", () => {
    expect([press("ArrowRight", "ltr"), press("ArrowLeft", "ltr")]).toEqual([1, -1]);
    expect([press("ArrowRight", "rtl"), press("ArrowLeft", "rtl")]).toEqual([-1, 1]);
    expect([press("ArrowDown", "ltr"), press("Home", "rtl"), press("a", "rtl")]).toEqual([0, 0, 0]);
  });
});
