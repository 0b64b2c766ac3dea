// Where things stand is said by beginning and end, so that a language that is read from right to left needs only its words.

import { describe, expect, it } from "vitest";

const components = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });
const sheets = import.meta.glob<string>("../**/*.css", { query: "?raw", import: "default", eager: true });

/** Music goes from left to right in every language: what may say left and right, the file whose `dir` covers it, and why. */
const LTR: Record<string, { within?: string; why: string }> = {
  "../roll/Roll.svelte": { why: "time, and the keyboard at its beginning" },
  "../roll/TimeLanes.svelte": { why: "time" },
  "../roll/MiniMap.svelte": { why: "time" },
  "../roll/Playhead.svelte": { why: "it goes along time" },
  "../arrange/Arrange.svelte": { why: "time" },
  "../score/Score.svelte": { why: "notation" },
  "../score/Staves.svelte": { within: "../score/Score.svelte", why: "notation" },
  "../score/Cursor.svelte": { within: "../score/Score.svelte", why: "notation" },
  "../voices/Chart.svelte": { why: "its words stand where uPlot's pixels are" },
};

/** The parts of a value, a function being one. */
const parts = (value: string) => value.match(/(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+/g) ?? [];

/** Whether a shorthand says one thing of the left and another of the right. */
function lopsided(property: string, value: string): boolean {
  const [a, b = a, c = a, d = b] = parts(value.split("/")[0]);
  return property === "border-radius" ? a !== b || c !== d : b !== d;
}

/** What a style says of left and right. */
function physical(style: string): string[] {
  const declarations = style.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/(?<=[{};]\s*)([a-z-]+)\s*:\s*([^;{}]+?)\s*(?=[;}])/g);
  return [...declarations].flatMap(([, property, value]) => {
    const side =
      /^((scroll-)?(margin|padding)|border)-(left|right)\b|^border-(top|bottom)-(left|right)-radius$|^(left|right)$/.test(property) ||
      (/^(text-align|float|clear|justify-(content|items|self))$/.test(property) && /^(left|right)\b/.test(value)) ||
      (/^((scroll-)?(margin|padding)|inset|border-(width|style|color|radius))$/.test(property) && lopsided(property, value));
    return side ? [`${property}: ${value}`] : [];
  });
}

/** The style block of a component. */
const styled = (component: string) => /<style>([\s\S]*)<\/style>/.exec(component)?.[1] ?? "";

describe("a style", () => {
  it("is seen to say left or right", () => {
    const planted = [
      "margin-left: 1px", "padding-right: 2px", "border-left: 0", "border-right-color: red", "left: 0", "right: calc(1px + (2px * 3))",
      "text-align: left", "float: right", "border-top-left-radius: 2px", "inset: 0 auto 0 0", "padding: 0 6px 0 var(--w, 1px)",
      "margin: 1px 2px 3px calc(1px + 2px)", "border-radius: 2px 0", "border-width: 0 1px 0 0",
    ];
    for (const rule of planted) {
      expect(physical(`a { color: red; ${rule}; }`), rule).toEqual([rule]);
      expect(physical(`@media (width < 1px) { a {\n ${rule}\n} }`), rule).toEqual([rule]);
    }
  });

  it("may say beginning and end, and the same of both sides", () => {
    const style = `a:left, .left { margin-inline-start: 1px; inset: 0; inset: 0 -3px; inset: 0 0 auto; padding: 1px calc(1px + 2px) 3px calc(1px + 2px);
      border-radius: 1px 1px 0 0; text-align: start; /* left: 0; */ --arrow: left 7px center; transition: left 1s; }`;
    expect(physical(style)).toEqual([]);
  });
});

describe("left and right", () => {
  it.each([...Object.keys(components), ...Object.keys(sheets)].filter((path) => !(path in LTR)))("are not said by the style of %s", (path) => {
    expect(physical(path in sheets ? sheets[path] : styled(components[path]))).toEqual([]);
  });

  it.each(Object.entries(LTR))("are said by %s, which goes from left to right", (path, { within = path }) => {
    expect(physical(styled(components[path])).length).toBeGreaterThan(0);
    expect(components[within]).toMatch(/\sdir="ltr"/);
  });

  it("are read from every style", () => {
    const styles = Object.values(components).filter((component) => component.includes("<style"));
    expect(styles.length).toBeGreaterThan(60);
    expect(styles.filter((component) => !styled(component))).toEqual([]);
  });
});
