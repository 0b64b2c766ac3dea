// The chord track in the real window: detected, written by hand in lane and score, stamped, followed, exported.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
const BAR = 3 * 960;
let window;

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 400));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

async function pictures(name) {
  for (const theme of ["dark", "light"]) {
    await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
    await picture(`${name}-${theme}`);
  }
  await window.run(() => void (window.__diabelli.taste.theme = "dark"));
}

/** The chord track by bar, `?` behind what nobody wrote, and what was said last. */
const state = () =>
  window.run((bar) => {
    const { studio, landmarks, selection } = window.__diabelli;
    const { chords, history, tracks } = studio.document;
    return {
      chords: chords.map(({ tick, symbol, detected }) => `${tick / bar}:${symbol}${detected ? "?" : ""}`), done: history.done,
      notes: tracks.find(({ id }) => id === selection.track)?.notes, spoken: studio.spoken, message: studio.message?.text ?? "", chosen: landmarks.chosen?.tick, editing: landmarks.editing?.tick,
    };
  }, BAR);

const steps = (count) => window.until(`${count} steps were taken`, (count) => window.__diabelli.studio.document.history.done.length === count, 10, count);
const field = () => window.until("a field is open", () => document.activeElement?.matches("input.chord"));

async function type(text, key = Key.enter) {
  for (const sign of text) await window.press(sign);
  await window.press(key);
}

/** Where a tick is in the chord lane. */
const lane = (tick) =>
  window.run((tick) => {
    const { sheet } = window.__diabelli;
    const box = document.querySelector('[data-testid="lane-chord"]').getBoundingClientRect();
    return { x: box.left + ((tick - sheet.view.left) * sheet.view.quarter) / sheet.view.tpq, y: box.top + box.height / 2 };
  }, tick);

/** The symbols in sight: what they say, and their middle in the window. */
const symbols = () =>
  window.run(() =>
    [...document.querySelectorAll('[data-testid="system"] g.harm')].map((symbol) => {
      const box = symbol.getBoundingClientRect();
      const staff = symbol.closest("svg").querySelector("g.staff path").getBoundingClientRect();
      return { text: symbol.textContent.replace(/\s/g, ""), x: box.left + box.width / 2, y: box.top + box.height / 2, above: box.bottom <= staff.top + 1 };
    }),
  );

const run = (words) => async () => {
  await window.press(Key.control, "k");
  await window.until("the palette is open", () => document.activeElement?.classList.contains("search"));
  await type(words);
};

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
});
after(() => window?.close().catch(() => undefined));

test("chords are detected from the palette, for all of the piece", async () => {
  assert.equal(await window.run(() => document.querySelector('[data-testid="follow-chords"]').disabled), true, "there is nothing to follow");
  await run("detect chords")();
  await steps(1);
  const { chords } = await state();
  assert.deepEqual(chords.slice(0, 6), ["0:C?", "2:Am?", "3:Dm?", "4:G7?", "5:C/E?", "6:F?"]);
  await window.until("it is spoken", () => /^\d+ chords in the chord track/.test(window.__diabelli.studio.spoken), 5);
  await pictures("chords-lane");
});

test("one is written in the lane by click and by key, and what is no chord is refused in words", async () => {
  await window.drag(await lane(2 * BAR + 250), await lane(2 * BAR + 250));
  assert.equal((await state()).chosen, 2 * BAR, "a click on its name chooses it");
  await window.press(Key.enter);
  await field();
  await type("Hm7");
  await window.until("it is refused", () => document.activeElement?.getAttribute("aria-invalid") === "true");
  assert.match((await state()).message, /“Hm7” is no chord: write a letter from A to G/);
  await picture("chords-refused");
  await window.press(Key.control, "a");
  await type("f#-7b5/C");
  await steps(2);
  assert.deepEqual((await state()).chords.slice(0, 4), ["0:C?", "2:F#m7b5/C", "3:Dm?", "4:G7?"]);
  assert.match((await state()).spoken, /^F sharp minor 7 flat 5 over C, bar 3 beat 1/);
  // On with the arrow, and a new one on the next beats without leaving the field.
  await window.press(Key.right);
  assert.equal((await state()).chosen, 3 * BAR);
  await window.press(Key.enter);
  await field();
  await window.press(Key.control, "a");
  await type("Dm7", Key.space);
  await window.until("the next beat is open", (tick) => window.__diabelli.landmarks.editing?.tick === tick, 5, 3 * BAR + 960);
  await type("Dm/C");
  await steps(4);
  assert.deepEqual((await state()).chords.slice(1, 5), ["2:F#m7b5/C", "3:Dm7", `${3 + 1 / 3}:Dm/C`, "4:G7?"]);
  await window.press(Key.alt, Key.right);
  await steps(5);
  assert.equal((await state()).chosen, 3 * BAR + 2 * 960);
  await window.press(Key.delete);
  await steps(6);
  assert.deepEqual((await state()).chords.slice(1, 4), ["2:F#m7b5/C", "3:Dm7", "4:G7?"]);
});

test("hearing again spares what was written, but not in marked bars", async () => {
  await window.press(Key.control, Key.shift, "H");
  await new Promise((wake) => setTimeout(wake, 500));
  assert.deepEqual((await state()).chords.slice(0, 4), ["0:C?", "2:F#m7b5/C", "3:Dm7", "4:G7?"]);
  assert.equal((await state()).done.length, 6, "nothing has changed");
  await window.run(() => void window.__diabelli.variations.mark(3, 4));
  await window.press(Key.control, Key.shift, "H");
  await steps(7);
  assert.deepEqual((await state()).chords.slice(0, 4), ["0:C?", "2:Am?", "3:Dm?", "4:G7?"]);
  assert.equal((await state()).done.at(-1), "Detect chords");
});

test("chords are stamped as notes, those of the lane and one that is typed", async () => {
  const before = await state();
  await window.press(Key.shift, "P");
  await steps(8);
  assert.equal((await state()).notes - before.notes, 8, "two chords of a bass and three tones");
  await window.press(Key.control, Key.shift, "P");
  await field();
  assert.equal(await window.run(() => document.activeElement.getAttribute("aria-label")), "Chord to write as notes");
  await type("Ebmaj7");
  await steps(9);
  assert.equal((await state()).done.at(-1), "Stamp the chord Ebmaj7");
  assert.deepEqual((await state()).chords, before.chords);
  await picture("chords-stamped");
  for (const count of [8, 7]) {
    await window.press(Key.control, "z");
    await steps(count);
  }
});

test("symbols stand above the staff, are chosen and written there", async () => {
  await window.press(Key.control, "2");
  await window.until("the systems in sight are engraved", () => [...document.querySelectorAll('[data-testid="system"]')].every((system) => system.querySelector("svg")) && document.querySelector("g.harm"), 60);
  const found = await symbols();
  assert.deepEqual(found.slice(0, 4).map(({ text }) => text), ["C", "Am", "Dm", "G7"]);
  assert.ok(found.every(({ above }) => above));
  await pictures("chords-score");
  await window.drag(found[1], found[1]);
  assert.equal((await state()).chosen, 2 * BAR);
  await window.press(Key.enter);
  await field();
  await picture("chords-score-field");
  await window.press(Key.control, "a");
  await type("Abmaj7/Eb");
  await steps(8);
  await window.until("it is engraved", () => [...document.querySelectorAll("g.harm")].some((symbol) => symbol.textContent.replace(/\s/g, "") === "Amaj7/E"), 10);
  assert.ok((await state()).chords.includes("2:Abmaj7/Eb"));
  // By key, at the playhead.
  await window.run((tick) => window.__diabelli.transport.seek(tick), BAR);
  await new Promise((wake) => setTimeout(wake, 300));
  await window.press(Key.shift, "S");
  await field();
  await type("nc");
  await steps(9);
  assert.deepEqual((await state()).chords.slice(0, 3), ["0:C?", "1:N.C.", "2:Abmaj7/Eb"]);
  await window.until("it is engraved", () => [...document.querySelectorAll("g.harm")].some((symbol) => symbol.textContent.trim() === "N.C."), 10);
  await pictures("chords-score-written");
  await window.press(Key.control, "1");
});

test("what is generated follows the chord track when the switch says so", async () => {
  await window.run(() => { const { variations } = window.__diabelli; variations.mark(5, 8); variations.settings.strength = 0.9; variations.settings.mode = "variation"; });
  await window.click('[data-testid="follow-chords"]');
  assert.equal(await window.run(() => document.querySelector('[data-testid="follow-chords"]').getAttribute("aria-pressed")), "true");
  await window.press("g");
  await window.until("candidates are there", () => window.__diabelli.variations.candidates.length > 0 && !window.__diabelli.variations.busy, 60);
  await pictures("chords-follow");
  const beats = await window.run(() => window.__diabelli.variations.candidates.flatMap(({ notes }) => notes.flatMap(({ notes }) => notes)).filter(({ start }) => start % 960 === 0).map(({ start, pitch }) => [Math.floor(start / 2880), pitch % 12]));
  const tones = { 4: [7, 11, 2, 5], 5: [0, 4, 7], 6: [5, 9, 0], 7: [7, 11, 2, 5] };
  assert.ok(beats.length > 10, `${beats.length} notes on beats`);
  assert.deepEqual(beats.filter(([bar, pitch]) => !tones[bar].includes(pitch)), []);
  await window.press(Key.escape);
});

test("MusicXML, MIDI and PDF have the chords", async () => {
  const written = async (shortcut, sheet, form, file) => {
    await window.press(Key.control, shortcut);
    await window.until("the sheet is open", (sheet) => !!document.querySelector(`[data-testid="${sheet}-sheet"]`), 10, sheet);
    await window.click(`[data-testid="${sheet === "export" ? "export" : "print"}-${form}"]`);
    await window.run((file) => void window.__diabelli.write(file), file);
    await window.until("it is written", (file) => window.__diabelli.studio.message?.text.startsWith(`Wrote ${file}`), 120, file);
    await window.press(Key.escape);
    return readFileSync(file);
  };
  const notation = (await written("e", "export", "musicxml", join(out, "chords.musicxml"))).toString("utf8");
  assert.match(notation, /<harmony placement="above">\s*<root>\s*<root-step>A<\/root-step>\s*<root-alter>-1<\/root-alter>\s*<\/root>\s*<kind text="maj7">major-seventh<\/kind>/);
  const midi = (await written("e", "export", "mid", join(out, "chords.mid"))).toString("latin1");
  for (const text of ["chord: Abmaj7/Eb", "chord: N.C.", "chord heard: G7"]) assert.ok(midi.includes(text), text);
  const pdf = (await written("p", "print", "pdf", join(out, "chords.pdf"))).toString("latin1");
  assert.match(pdf, /Tinos-Bold/, "symbols are bold letters");
});
