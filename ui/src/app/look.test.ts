import { expect, it } from "vitest";
import { applied, look, turned } from "./look.svelte";
import { scaled, taste } from "./taste.svelte";

it("follows the system only where nothing is chosen", () => {
  expect(applied("system", { light: false, contrast: false })).toBe("dark");
  expect(applied("system", { light: true, contrast: true })).toBe("contrast-light");
  expect(applied("contrast-dark", { light: true, contrast: false })).toBe("contrast-dark");
});

it("keeps the contrast when dark and light change places", () => {
  for (const theme of ["dark", "light", "contrast-dark", "contrast-light"] as const) {
    expect(turned(theme)).not.toBe(theme);
    expect(turned(turned(theme))).toBe(theme);
    expect(turned(theme).startsWith("contrast")).toBe(theme.startsWith("contrast"));
  }
});

it("keeps the scale between 80 and 200 percent", () => {
  expect([10, 84, 100, 149, 999, NaN].map(scaled)).toEqual([80, 80, 100, 150, 200, 100]);
});

it("is still where that is chosen, and moves again where it is not", () => {
  expect(look.still).toBe(false);
  taste.still = true;
  expect(look.still).toBe(true);
  taste.still = false;
  expect(look.still).toBe(false);
});
