// Folders that are no good, or too much, dropped on the real window: each is answered in words, nothing is lost, and the
// window goes on meanwhile.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { drop, Key, Window } from "./driver.mjs";

/** The most files that a folder is promised to be taken in with. */
const MANY = 20_000;
/** The longest that a frame may wait, in milliseconds. */
const FROZEN = 1000;

const { DIABELLI_DRIVER: driver, DIABELLI_STUDIO: studio, DIABELLI_HOME: library, DIABELLI_OUT: out } = process.env;
const home = join(out, "folders");
let window;

/** A tune of so many bars of quarters as a MIDI file of 96 ticks to a quarter, its number deciding the notes. */
function tune(number, bars) {
  const track = [];
  let chance = number * 2654435761 + 1;
  for (let at = 0; at < 4 * bars; at++) {
    chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0;
    const pitch = 50 + (chance >>> 16) % 30;
    track.push(0, 0x90, pitch, 80, 96, 0x80, pitch, 0);
  }
  track.push(0, 0xff, 0x2f, 0);
  const [head, length] = [Buffer.from("MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk", "latin1"), Buffer.alloc(4)];
  length.writeUInt32BE(track.length);
  return Buffer.concat([head, length, Buffer.from(track)]);
}

/** A fresh folder with these files; `files` are pairs of a name and what it holds. */
function folder(name, files) {
  const path = join(home, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const [file, bytes] of files) writeFileSync(join(path, file), bytes);
  return path;
}

const state = () =>
  window.run(function () {
    const { studio, voices, lesson, taste } = window.__diabelli;
    const { files, folder, reading, running } = lesson;
    return { view: taste.view, at: voices.at, message: studio.message?.text ?? "", files, folder, reading, running, names: voices.list.map(({ name }) => name), checksum: studio.mirror?.checksum() };
  });
const text = (id) => window.run((id) => document.querySelector(`[data-testid="${id}"]`)?.textContent ?? "", id);
const picture = async (name) => writeFileSync(join(out, `${name}.png`), await window.picture());

/** Drops a folder, and waits until it is said what is in it. */
async function dropped(path) {
  await window.run(() => { const { studio, lesson } = window.__diabelli; lesson.forget(); studio.message = null; });
  await drop(path, { x: 700, y: 450 });
  await window.until("it is said what is in it", () => !!window.__diabelli.studio.message || !!window.__diabelli.lesson.files, 120);
  return state();
}

/** From here on, the longest that a frame waits. */
const watch = () =>
  window.run(() => {
    window.__longest = 0;
    let last = performance.now();
    const round = (window.__round = (window.__round ?? 0) + 1);
    const tick = (now) => {
      if (window.__round !== round) return;
      window.__longest = Math.max(window.__longest, now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
const longest = () => window.run(() => window.__longest);

before(async () => {
  window = await Window.demo(driver, studio);
});

after(async () => {
  await window?.close().catch(() => undefined);
  rmSync(home, { recursive: true, force: true });
});

test("an empty folder, and one without music, are refused in words", async () => {
  for (const path of [folder("empty", []), folder("papers", [["read me.txt", "words"], ["scan.pdf", "%PDF-1.4"]])]) {
    const { message, files, folder, at } = await dropped(path);
    assert.match(message, /there is no file of music in it/);
    assert.deepEqual([files, folder, at === "+"], [null, "", false], "what was looked at before is there again");
  }
  await picture("folders-empty");
});

test("of a folder of which all is broken every file has its reason, and nothing can be trained", async () => {
  const { files } = await dropped(folder("broken", [["one.mid", "MThd"], ["two.musicxml", "<html/>"], ["three.abc", "nothing"]]));
  assert.deepEqual([files.used + files.repaired, files.rejected.length], [0, 3]);
  assert.ok(files.lines.every(({ reason }) => reason));
  assert.equal(await window.run(() => document.querySelector('[data-testid="train"]').disabled), true);
  await picture("folders-broken");
});

test("one file of two bars is warned about, and what is learnt from it is refused", async () => {
  const { files } = await dropped(folder("little", [["two bars.mid", tune(1, 2)]]));
  assert.equal(files.used + files.repaired, 1);
  assert.match(await text("warning"), /one piece|few to learn from/);
  await window.press(Key.control, Key.enter);
  await window.until("it is refused", () => /too little to learn from/.test(window.__diabelli.studio.message?.text ?? ""), 30);
  const { names, folder: kept, running } = await state();
  assert.deepEqual([names, running], [[], false]);
  assert.ok(kept.endsWith("little"), "the material is still there");
  assert.ok(!existsSync(join(library, "voices", "little")), "its name is free");
});

test("twenty thousand files are taken in and learnt from, and no frame waits for them", { timeout: 600_000 }, async () => {
  const path = folder("many", []);
  for (let number = 0; number < MANY; number++) {
    if (number % 1000 === 0) mkdirSync(join(path, `${number / 1000}`));
    writeFileSync(join(path, `${Math.floor(number / 1000)}`, `${number}.mid`), tune(number, 4));
  }
  await watch();
  const began = Date.now();
  await dropped(path);
  const surveyed = (Date.now() - began) / 1000;
  const { files } = await state();
  assert.equal(files.lines.length, MANY);
  assert.ok(files.used + files.repaired > 0.9 * MANY, `${files.used + files.repaired} used`);
  // The table is sorted by what is said of the files, then by their names.
  for (const column of ["reason", "bars", "file"]) {
    await window.click(`[data-testid="report"] th.${column} button`);
    await window.until(`it is sorted by ${column}`, (column) => document.querySelector(`[data-testid="report"] th.${column}`).getAttribute("aria-sort") === "ascending", 10, column);
  }
  await picture("folders-many");
  await window.run(() => Object.assign(window.__diabelli.lesson.knobs, { rank: 2, replay: 0, passages: 0, epochs: 1, batchTokens: 512, minutes: 5 }));
  const asked = Date.now();
  await window.press(Key.control, Key.enter);
  await window.until("it learns", () => window.__diabelli.lesson.tokens > 0, 400);
  const learning = (Date.now() - asked) / 1000;
  const stopped = Date.now();
  await window.click('[data-testid="stop-training"]');
  await window.until("it has stopped", () => !window.__diabelli.lesson.running && window.__diabelli.voices.entry?.unfinished, 20);
  const wait = Math.round(await longest());
  console.log(`read in ${surveyed.toFixed(1)} s, learnt after ${learning.toFixed(1)} s, stopped in ${((Date.now() - stopped) / 1000).toFixed(1)} s, longest frame ${wait} ms`);
  assert.ok(wait < FROZEN, `a frame waited ${wait} ms`);
});

test("while one is learnt, another folder waits; and a voice whose folder is removed is said to be lost", async () => {
  const path = folder("tunes", Array.from({ length: 8 }, (_, at) => [`${at}.mid`, tune(at, 24)]));
  const { checksum } = await state();
  await dropped(path);
  await window.run(() => Object.assign(window.__diabelli.lesson.knobs, { rank: 2, replay: 0, passages: 0, batchTokens: 512, epochs: 500, patience: 20, minutes: 5 }));
  await window.press(Key.control, Key.enter);
  await window.until("it learns", () => window.__diabelli.lesson.tokens > 0, 120);
  await drop(folder("another", [["one.mid", tune(9, 24)]]), { x: 700, y: 450 });
  await window.until("it is said that one waits", () => /tunes is still learning/.test(window.__diabelli.studio.message?.text ?? ""), 20);
  assert.ok((await state()).running);
  // A checkpoint may be written between two files of the folder: whoever deletes it tries again.
  rmSync(join(library, "voices"), { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  await window.until("it is said what happened", () => /was removed while the voice learnt/.test(window.__diabelli.studio.message?.text ?? ""), 30);
  await window.until("it has ended", () => !window.__diabelli.lesson.running, 10);
  const now = await state();
  assert.deepEqual([now.names, now.checksum], [[], checksum], "the piece is as it was");
  assert.ok(now.folder.endsWith("tunes"), "the material is still there");
  assert.ok(!existsSync(join(library, "voices", "tunes")), "nothing is made anew that nobody would find");
  await picture("folders-removed");
});
