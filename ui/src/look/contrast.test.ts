import { describe, expect, it } from "vitest";
import { linear, ratio, themes } from "./contrast";
import base from "./base.css?raw";
import contrast from "./contrast.css?raw";
import tokens from "./tokens.css?raw";

const all = themes(tokens + contrast);
const styles = Object.values(import.meta.glob<string>(["../**/*.svelte", "./base.css"], { query: "?raw", import: "default", eager: true }));

/** What text is written in, and what it may stand on. */
const WORDS = ["text", "text-2", "text-3", "accent", "cand", "ok", "warn", "danger", "rec"];
const SURFACES = ["app", "panel", "strip", "card", "raised", "raised-hover", "raised-press", "well", "menu", "roll-in", "roll-out", "accent-soft", "cand-soft", "paper"];
/** Fills that have a colour of text of their own. */
const OWN = [["on-accent", "accent-fill"], ["on-cand", "cand-fill"], ["on-mute", "mute-fill"], ["key-text", "key-white"], ["key-white", "key-black"], ["ink", "paper"], ["ink-2", "paper"]];
/** Marks that are seen without being read: edges, the focus ring. */
const MARKS = [["focus", "panel"], ["focus", "raised"], ["focus", "roll-in"], ["focus", "menu"], ["line-control", "panel"], ["line-control", "well"], ["line-control", "raised"]];
/** On a pressed control there is `text` or `text-2`; the dark theme's quieter words are a little too quiet there. */
const NEVER = new Set(["dark text-3 raised-press", "dark rec raised-press"]);
/** Lines, rulers and gauges: nothing is written on them. Words on a disabled control are exempt. */
const DECORATION = new Set(["line", "line-strong", "text-2", "text-3", "text", "hue", "track-1", "accent", "scrim", "cand-line", "line-control", "text-disabled"]);

const of = (theme: string, name: string) => all.get(theme)!.get(name)!;
const pairs = (theme: string) => [...WORDS.flatMap((word) => SURFACES.map((surface) => [word, surface])), ...OWN].filter((pair) => !NEVER.has([theme, ...pair].join(" ")));
const below = (theme: string, least: number, from: string[][]) => from.map(([word, on]) => `${word} on ${on} ${ratio(of(theme, word), of(theme, on)).toFixed(2)}`).filter((line) => Number(line.split(" ").at(-1)) < least);

describe("contrast", () => {
  it("is measured as WCAG does", () => {
    expect(ratio(linear(0, 0, 0), linear(1, 0, 0))).toBeCloseTo(21, 2);
    // sRGB #777777, the grey that just fails on white: 4.48.
    expect(ratio(linear(0.5693, 0, 0), linear(1, 0, 0))).toBeCloseTo(4.48, 1);
    // As the visual language has it, whose colours are rounded to 8 bits.
    expect(Math.abs(ratio(of("dark", "text"), of("dark", "app")) - 16.6)).toBeLessThan(0.2);
  });

  it.each([...all.keys()])("of text is AA in the theme %s, and marks are seen", (theme) => {
    expect(below(theme, 4.5, pairs(theme))).toEqual([]);
    expect(below(theme, 3, MARKS)).toEqual([]);
  });

  it.each(["contrast-dark", "contrast-light"])("of every track's notes is seen in the theme %s", (theme) => {
    const hues = Array.from({ length: 12 }, (_, at) => `track-${at + 1}`);
    expect(below(theme, 3, hues.flatMap((hue) => [[hue, "roll-in"], [hue, "roll-out"]]))).toEqual([]);
  });

  it.each(["contrast-dark", "contrast-light"])("of text is AAA in the theme %s", (theme) => {
    expect(below(theme, 7, pairs(theme))).toEqual([]);
  });
});

describe("themes", () => {
  it("all name the same colours", () => {
    expect([...all.keys()]).toEqual(["dark", "light", "contrast-dark", "contrast-light"]);
    for (const colours of all.values()) expect([...colours.keys()]).toEqual([...all.get("dark")!.keys()]);
  });

  it("write placeholders in a colour that is measured here, not in the web view's", () => {
    const [, word] = /^::placeholder \{\s*color: var\(--([\w-]+)\);/m.exec(base) ?? [];
    expect(WORDS).toContain(word);
  });

  it("use no colour for text or behind it that is not measured here", () => {
    const used = (property: string) => new Set(styles.flatMap((style) => [...style.matchAll(new RegExp(`(?<![-\\w])${property}: var\\(--([\\w-]+)\\)`, "g"))].map(([, name]) => name)));
    const words = new Set([...WORDS, ...OWN.map(([word]) => word), "text-disabled", "hue"]);
    const behind = new Set([...SURFACES, ...OWN.map(([, fill]) => fill), ...DECORATION]);
    expect([...used("color")].filter((name) => !words.has(name))).toEqual([]);
    expect([...used("background(?:-color)?")].filter((name) => !behind.has(name))).toEqual([]);
    expect(used("color").size).toBeGreaterThan(8);
  });
});
