import { describe, expect, it } from "vitest";
import { commands } from "../app/commands";
import { cap, chord, isReserved } from "./chord";
import { byGroup, fits } from "./listing";
import { type Changes, given, holder, inForce, reset, restored, without } from "./map";
import { PRESETS } from "./presets";

const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

describe("chords", () => {
  it("name a press", () => {
    expect(chord({ ...none, key: "g" })).toBe("G");
    expect(chord({ ...none, key: "Z", ctrlKey: true, shiftKey: true })).toBe("Ctrl+Shift+Z");
    expect(chord({ ...none, key: "z", metaKey: true })).toBe("Ctrl+Z");
    expect(chord({ ...none, key: "?", shiftKey: true })).toBe("?");
    expect(chord({ ...none, key: "Ö", shiftKey: true })).toBe("Shift+Ö");
    expect(chord({ ...none, key: " " })).toBe("Space");
    expect(chord({ ...none, key: "ArrowUp", altKey: true })).toBe("Alt+ArrowUp");
  });

  it("stand on caps, a plus among them", () => {
    expect(["Ctrl+ArrowUp", "Escape", "Ctrl++", "+", "Alt+Shift+PageDown"].map(cap)).toEqual(["Ctrl+↑", "Esc", "Ctrl++", "+", "Alt+Shift+Page Down"]);
  });

  it("leave Tab alone", () => {
    expect(["Tab", "Shift+Tab", "Tabulate", "Ctrl+B"].map(isReserved)).toEqual([true, true, false, false]);
  });
});

const own = [{ id: "undo", keys: ["Ctrl+Z"] }, { id: "draw", keys: ["B", "D"] }, { id: "loop", keys: ["L"] }];
const force = (changes: Changes, preset: Changes = {}) => Object.fromEntries(inForce(own, preset, changes));

describe("the keyboard map", () => {
  it("lays what is changed over the preset, and that over the commands' own keys", () => {
    expect(force({ loop: ["D"] }, { draw: ["N"], loop: ["Ctrl+L"] })).toEqual({ undo: ["Ctrl+Z"], draw: ["N"], loop: ["D"] });
    expect(force({ undo: ["N"] }, { draw: ["N"] })).toEqual({ undo: ["N"], draw: [], loop: ["L"] });
  });

  it("gives a key beside the others or in the place of one, and takes it from whoever had it", () => {
    const map = inForce(own, {}, {});
    expect(holder(map, "D")).toBe("draw");
    expect(given(map, {}, "loop", "F1")).toEqual({ loop: ["L", "F1"] });
    const changes = given(map, {}, "loop", "D", "L");
    expect(force(changes)).toEqual({ undo: ["Ctrl+Z"], draw: ["B"], loop: ["D"] });
    const again = given(inForce(own, {}, changes), changes, "undo", "D");
    expect(force(again)).toEqual({ undo: ["Ctrl+Z", "D"], draw: ["B"], loop: [] });
  });

  it("takes a key away, down to none", () => {
    expect(force(without(inForce(own, {}, {}), {}, "undo", "Ctrl+Z")).undo).toEqual([]);
  });

  it("goes back to the preset for one command, also where its key had gone to another", () => {
    const changes = { draw: ["X"], loop: ["L", "B"] };
    expect(force(reset(own, {}, changes, "draw"))).toEqual({ undo: ["Ctrl+Z"], draw: ["B", "D"], loop: ["L"] });
  });

  it("takes up only what still means something", () => {
    expect(restored(own, { draw: ["N", 7, "Tab"], gone: ["X"], loop: "L", undo: ["N"] })).toEqual({ undo: ["N"], draw: [] });
    for (const kept of [null, undefined, 3, "x", []]) expect(restored(own, kept)).toEqual({});
  });
});

describe("presets", () => {
  const twice = (words: string[]) => words.filter((word, at) => words.indexOf(word) !== at);

  it.each(Object.entries(PRESETS))("%s gives no key to two commands", (_, { changes }: { changes: Changes }) => {
    const ids = commands.map(({ id }) => id);
    expect(Object.keys(changes).filter((id) => !ids.includes(id))).toEqual([]);
    expect(twice(Object.values(changes).flat())).toEqual([]);
    expect(twice([...inForce(commands, changes, {}).values()].flat())).toEqual([]);
  });

  it("take no command's only key without giving it another", () => {
    const lost = Object.values(PRESETS).flatMap(({ changes }) => {
      const map = inForce(commands, changes, {});
      return commands.filter(({ id, keys }) => keys.length && !map.get(id)?.length).map(({ id }) => id);
    });
    expect(lost).toEqual([]);
  });
});

describe("lists", () => {
  const undo = { id: "undo", name: () => "Undo", group: "Piece" as const };

  it("find by name, group and key", () => {
    for (const words of ["", "un", "piece undo", "ctrl+z", "UNDO ctrl"]) expect(fits(words, undo, ["Ctrl+Z"])).toBe(true);
    expect(fits("undo ctrl+y", undo, ["Ctrl+Z"])).toBe(false);
    expect(fits("↑", undo, ["ArrowUp"])).toBe(true);
  });

  it("hold every command in exactly one group", () => {
    expect(byGroup(commands).flatMap(([, members]) => members).map(({ id }) => id)).toEqual(commands.map(({ id }) => id));
  });
});
