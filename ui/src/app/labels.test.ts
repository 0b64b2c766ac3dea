import { afterEach, describe, expect, it } from "vitest";
import { overwriteGetLocale } from "../paraglide/runtime";
import { known, labelWords, passageWords } from "./labels";

const sources = import.meta.glob<string>(["../../../crates/score/src/command/*.rs", "../../../crates/engine/src/{add,chords,landing,record,versions}.rs", "../../../crates/compose/src/pool.rs"], { query: "?raw", import: "default", eager: true });

afterEach(() => overwriteGetLocale(() => "en"));

const LABELS = [
  "Add a note", "Delete 12 notes", "Transpose 3 notes", "Change the length of 2 notes", "Change the velocity of 40 notes", "Humanize 5 notes", "Remove overlaps of 4 notes", "Speed up 8 notes",
  "Insert a bar", "Repeat 4 bars", "Move 3 notes to other tracks", "Copy a note to other tracks", "Record 9 notes", "Record instruments", "Add 3 files", "Capture controllers", "Draw the sustain pedal", "Clear the pitch bend", "Scale the CC 20",
  "Mute Violin I", "Pan a track", "Change the instrument of Piano", "Switch the instrument of Piano", "Send Piano to Port 1", "Play Piano in the studio", "Set the tempo to 96", "Lead the tempo from 120 to 60", "Set the metre to 3/4",
  "Set the key to E♭ major", "Set the chord to Am7/G", "Stamp 4 chords", "Add the marker B", "Move the chord", "Write chords", "Set the title", "Vary bars 5–8", "Vary bars 5–8, seed 12, strength 50 %, by A", "Vary bars 5–8 on new tracks, seed 12, strength 50 %, by A", "Fill bars 5–8, seed 12, by A", "Continue in bars 9–12", "Go back to “before”",
];

describe("labels of steps", () => {
  it("stay as the engine has them in English", () => {
    overwriteGetLocale(() => "en");
    for (const label of LABELS) expect(labelWords(label)).toBe(label);
  });

  it("are Chinese where the window is, but for names", () => {
    overwriteGetLocale(() => "zh");
    for (const label of LABELS) {
      const words = labelWords(label);
      expect(words, label).toMatch(/\p{Script=Han}/u);
      expect(words.replace(/Violin I|Piano|Port 1|Am7\/G|E♭|CC 20|\b[AB]\b|before/g, ""), label).not.toMatch(/[A-Za-z]{2}/);
    }
    expect(labelWords("Delete 12 notes")).toBe("删除 12 个音符");
    expect(labelWords("Something new")).toBe("Something new");
  });

  it("are known as far as the engine writes any", () => {
    expect(Object.keys(sources).length).toBeGreaterThan(15);
    const code = Object.values(sources).map((source) => source.split("#[cfg(test)]")[0]).join("\n");
    // What is put together there: words first, then what they are about.
    const formats = [...code.matchAll(/(?:Edit::new\(|single\(|label = |label: |=> |passage\()\s*format!\(\s*"([A-Z][^"]*)"/g)].map(([, text]) => text);
    const verbs = [...code.matchAll(/altered\("([^"]+)"/g), ...code.matchAll(/let verb = if [^{]+\{ "([^"]+)" \} else \{ "[^"]+" \}/g), ...code.matchAll(/let verb = if [^{]+\{ "[^"]+" \} else \{ "([^"]+)" \}/g)].map(([, verb]) => verb);
    const plain = [...code.matchAll(/(?:single\(|label = )"([A-Z][^"]+)"(?:\.into\(\))?/g)].map(([, text]) => text);
    expect([formats.length > 25, verbs.length > 15, plain.length > 1]).toEqual([true, true, true]);
    const unknown = [...formats.map((text) => text.replace(/\{[^}]*\}/g, "7")), ...plain, ...verbs.flatMap((verb) => (/^(Draw|Clear)$/.test(verb) ? `${verb} the volume` : `${verb} 7 notes`))].filter((label) => known(label) === null);
    expect(unknown).toEqual([]);
  });
});

it("says where a passage stands that a candidate shares with the piece", () => {
  expect([passageWords("track 1, bar 12"), passageWords("Waltz, Op. 3")]).toEqual(["track 1, bar 12", "Waltz, Op. 3"]);
  overwriteGetLocale(() => "zh");
  expect(passageWords("track 1, bar 12")).toBe("第 1 轨第 12 小节");
});
