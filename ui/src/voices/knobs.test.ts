import { describe, expect, it } from "vitest";
import type { Knobs } from "../bindings/Knobs";
import { entered, KNOBS, shown, works } from "./knobs";
import { AUTOMATIC } from "./lesson.svelte";

const knob = (of: keyof Knobs) => KNOBS.find((knob) => knob.of === of)!;

describe("knobs", () => {
  it("are all there, beside those that stand above", () => {
    const above = ["method", "minutes", "transpose", "optimizer"];
    expect([...KNOBS.map(({ of }) => of), ...above].sort()).toEqual(Object.keys(AUTOMATIC).sort());
  });

  it("stand at what is automatic within their ranges", () => {
    for (const each of KNOBS) {
      const text = shown(each, AUTOMATIC);
      expect(entered(each, text), each.of).toBe(AUTOMATIC[each.of]);
    }
  });

  it("take what can be meant", () => {
    expect(entered(knob("replay"), "20")).toBe(0.2);
    expect(entered(knob("replay"), "400")).toBe(0.95);
    expect(entered(knob("forget"), "2.5")).toBe(0.025);
    expect(entered(knob("rank"), "8.4")).toBe(8);
    expect(entered(knob("rank"), " ")).toBeNull();
    expect(entered(knob("epochs"), "")).toBeUndefined();
    expect(entered(knob("epochs"), "many")).toBeUndefined();
  });

  it("belong to methods", () => {
    expect(works(knob("topLayers"), "top") && !works(knob("topLayers"), "auto") && works(knob("rank"), "auto")).toBe(true);
  });
});
