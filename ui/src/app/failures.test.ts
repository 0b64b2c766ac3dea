import { afterEach, describe, expect, it } from "vitest";
import { overwriteGetLocale } from "../paraglide/runtime";
import { failureWords, known, remarks } from "./failures";

const sources = import.meta.glob<string>(["../../../crates/{engine,score,library,compose,model,sound,formats,corpus}/src/error.rs", "../../../crates/engine/src/**/*.rs"], { query: "?raw", import: "default", eager: true });

const readers = import.meta.glob<string>(["../../../crates/formats/src/{midi/repair,musicxml/loss,written/report}.rs"], { query: "?raw", import: "default", eager: true });
const reader = (name: string) => Object.entries(readers).find(([file]) => file.endsWith(`${name}.rs`))?.[1].replace(/\\\n\s*/g, "") ?? "";

afterEach(() => overwriteGetLocale(() => "en"));

/** What people at the window never meet: it is for who trains a base model, writes on the command line, or finds a fault in the program. A chord is refused in its field, by other words. */
const ELSEWHERE = ["Chord", "Text", "Name", "OldSqlite", "Config", "Id", "EmptyPrompt", "Sequence", "Shard", "Tensor", "TakenNote", "Catalogue", "Description", "Setting"];

/** The sentences of errors, with 7 for every part that varies. */
function sentences(): [string, string][] {
  return Object.entries(sources).filter(([file]) => file.endsWith("error.rs")).flatMap(([, source]) =>
    [...source.replace(/\\\n\s*/g, "").matchAll(/#\[error\(\s*"((?:[^"\\]|\\.)*)"[^]*?\)\]\s*(\w+)/g)].map(([, text, name]): [string, string] => [name, text.replace(/\\"/g, '"').replace(/\{[^}]*\}/g, "7")]));
}

describe("what the engine says", () => {
  it("stays as it is in English", () => {
    expect(failureWords("no piece is open; open one first")).toBe("no piece is open; open one first");
  });

  it("is said in the language in force, with its values", () => {
    overwriteGetLocale(() => "zh");
    expect(failureWords("the piece has changed meanwhile (revision 3, now 5); ask again")).toBe("乐曲在此期间已改变（版本 3，现为 5），请重试");
    expect(failureWords('there is no voice "mine" in the library; choose another one')).toBe("曲库中没有声音 “mine”，请选择另一个");
    expect(failureWords("/music/a: b.mid: the file has 9 bytes, more than the 5 that a piece may have; split it first")).toContain("文件有 9 字节");
    expect(failureWords("something new")).toBe("something new");
  });

  it("is known as far as people meet it", () => {
    const all = sentences();
    expect(all.length).toBeGreaterThan(80);
    const unknown = all.filter(([name, text]) => !ELSEWHERE.includes(name) && !/^7(: 7)?$/.test(text) && known(text) === null);
    expect(unknown).toEqual([]);
  });

  it("is known where it is put together", () => {
    const code = Object.values(sources).map((source) => source.split("#[cfg(test)]")[0].replace(/\\\n\s*/g, "")).join("\n");
    const written = [...code.matchAll(/Error::(?:Selection|Tags)\(\s*(?:format!\(\s*)?"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text.replace(/\{[^}]*\}/g, "7"));
    expect(written.length).toBeGreaterThan(12);
    // Only a fault in the window asks for measures that it cannot show.
    expect(written.filter((text) => known(text) === null && text !== "7, not 7..7")).toEqual([]);
  });

  it("has no sentence that another one hides", () => {
    overwriteGetLocale(() => "zh");
    const said = [...new Set(sentences().map(([, text]) => text))].map((text) => failureWords(text)).filter((words) => /\p{Script=Han}/u.test(words));
    const twice = said.filter((words, at) => said.indexOf(words) !== at);
    expect(twice).toEqual([]);
  });

  it("is known where a file is read or written", () => {
    const repairs = [...reader("repair").matchAll(/write!\(\s*out,\s*"([^"]*)"/g)].map(([, text]) => text);
    const impossible = ["tempo", "metre", "key", "meta event"];
    const read = repairs.flatMap((text) => (text.includes("{what}") ? impossible.map((what) => text.replace("{what}", what)) : [text]));
    const kinds = [...reader("report").matchAll(/\("([^"]+)", "([^"]+)", "([^"]+)"\)/g)].flatMap(([, one, more, fate]) => [`1 ${one}: ${fate}`, `7 ${more}: ${fate} (first in measure 3 of Violin)`]);
    const lost = [...reader("loss").matchAll(/"\{\}: ([^"]*)", (?:things\(count, "chord", "chords"\)|(\w+)\(count\))/g)].flatMap(([, fate, things = "chords"]) => [`1 ${things.slice(0, -1)}: ${fate}`, `7 ${things}: ${fate}`]);
    expect([read.length, kinds.length, lost.length].map((count) => count >= 16)).toEqual([true, true, true]);
    const all = [...read.map((text) => text.replace(/\{[^}]*\}/g, "7")), ...kinds, ...lost];
    expect(all.filter((text) => known(text) === null)).toEqual([]);
    overwriteGetLocale(() => "zh");
    const said = all.map(failureWords);
    expect(said.filter((words) => /[a-z]{3}/.test(words.replace("Violin", "")))).toEqual([]);
    expect(new Set(said.map((words) => words.replace(/[17]|（.*）/g, ""))).size).toBe(read.filter((text) => !text.startsWith("1 ")).length + (kinds.length + lost.length) / 2);
  });

  it("says where it was, and tells several remarks apart", () => {
    overwriteGetLocale(() => "zh");
    expect(failureWords("/a/b.abc: repaired or not kept: 2 signs: not understood, left out (first in line 4, column 5); 1 tie: with only one end, joined where the same key follows at once (Flute (1))")).toBe("/a/b.abc：已修复或未保留：2 个符号：无法理解，已略去（首见于第 4 行第 5 列）；1 条延音线：只有一端，若紧接同音则连上（Flute (1)）");
    expect(remarks("1 note: not quite (line 3)")).toBe("1 note: not quite (line 3)");
  });
});
