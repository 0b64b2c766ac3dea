import { afterEach, expect, it } from "vitest";
import { overwriteGetLocale } from "../paraglide/runtime";
import { partNames } from "./parts";

const [source] = Object.values(import.meta.glob<string>("../../../crates/engine/src/template.rs", { query: "?raw", import: "default", eager: true }));

afterEach(() => overwriteGetLocale(() => "en"));

it("calls the tracks of every template in the language in force", () => {
  const names = [...source.split("#[cfg(test)]")[0].matchAll(/\("([A-Z][^"]*)", (?:\d|DRUMS)/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(25);
  const all = () => partNames({ template: "orchestra", hues: [], names });
  expect(all()).toEqual(names);
  overwriteGetLocale(() => "zh");
  expect(all().filter((name) => !/^\p{Script=Han}+$/u.test(name))).toEqual([]);
  expect([partNames({ template: "satb", hues: [], names: ["Bass"] }), partNames({ template: "band", hues: [], names: ["Bass"] })]).toEqual([["男低音"], ["贝斯"]]);
});
