// The first whole path in the real window: open, hear, mark, generate, audition, accept, undo, keep another, export,
// and come back after the program was killed.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { drop, heard, Key, Window } from "./driver.mjs";

const run = promisify(execFile);
const out = process.env.DIABELLI_OUT;
const shared = process.env.DIABELLI_SHARED;
let window;

const open = (...args) => Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO, args);

/** What the page's own state says. */
const state = () =>
  window.run(function () {
    const { studio, selection, variations, transport, sheet } = window.__diabelli;
    const document = studio.document;
    return {
      title: document?.title, tracks: document?.tracks.length, end: document?.end, revision: document?.revision,
      checksum: document?.checksum, mirrored: studio.mirror?.checksum(), done: document?.history.done ?? [],
      undone: document?.history.undone ?? [], bars: selection.bars, notes: selection.notes.size,
      candidates: variations.candidates.length, shown: variations.shown, busy: variations.busy,
      playing: transport.playing, message: studio.message?.text ?? "", view: sheet.view,
      readout: window.document.querySelector('[data-testid="readout"]').textContent,
    };
  });

const opened = (title) =>
  window.until(`${title} is open`, (title) => {
    const { studio } = window.__diabelli;
    return studio.document?.title === title && studio.mirror?.checksum() === studio.document.checksum;
  }, 30, title);

/** Where a bar is in the ruler, in pixels of the window. */
const bar = (number) =>
  window.run(function (number) {
    const { sheet, studio } = window.__diabelli;
    const box = document.querySelector('[data-testid="ruler"]').getBoundingClientRect();
    const middle = (studio.bars.start(number - 1) + studio.bars.end(number - 1)) / 2;
    return { x: box.left + ((middle - sheet.view.left) * sheet.view.quarter) / sheet.view.tpq, y: box.top + 12 };
  }, number);

/** Where the first note of the worked track at or after a bar is, in pixels of the window. */
const note = (number) =>
  window.run(function (number) {
    const { sheet, studio, selection } = window.__diabelli;
    const notes = studio.mirror.notes(selection.track);
    const row = notes.row(notes.after(studio.bars.start(number - 1)));
    const box = document.querySelector('[data-testid="roll"]').getBoundingClientRect();
    const { view } = sheet;
    const px = (tick) => box.left + ((tick - view.left) * view.quarter) / view.tpq;
    return { x: (px(row.start) + px(row.start + row.length)) / 2, y: box.top + (127 - row.pitch) * view.row - view.top + view.row / 2, row, end: px(row.start + row.length) };
  }, number);

async function picture(name) {
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await open();
  await window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("the demo opens", async () => {
  await window.click('[data-testid="open-demo"]');
  await opened("Waltz in C");
  const { tracks, mirrored, checksum } = await state();
  assert.equal(tracks, 4);
  assert.equal(mirrored, checksum);
  assert.equal(await window.run(() => document.querySelector('[data-testid="title"]').textContent), "Waltz in C");
});

test("it is heard", async () => {
  const peak = await heard(2.5, () => window.press(Key.space));
  assert.ok(peak > 0.01, `the sound device heard a peak of ${peak}`);
  await window.until("the position moves", () => document.querySelector('[data-testid="readout"]').textContent > "1.2.000");
  await window.click('[data-testid="play"]');
  await window.until("it stops", () => !window.__diabelli.transport.playing);
  await window.press(Key.home);
  await window.until("it is at the beginning", () => document.querySelector('[data-testid="readout"]').textContent === "1.1.000");
});

test("bars are marked in the ruler", async () => {
  await window.drag(await bar(5), await bar(8));
  assert.deepEqual((await state()).bars, { from: 5, to: 8 });
});

test("a note is moved, made longer, transposed, locked, drawn and deleted, and all of it is undone", async () => {
  const first = await state();
  const at = await note(5);
  await window.drag(at, { x: at.x, y: at.y - 28 });
  await window.until("it is two keys higher", (pitch, id) => window.__diabelli.studio.mirror.find(id)?.row.pitch === pitch + 2, 10, at.row.pitch, at.row.id);
  const higher = await note(5);
  await window.drag({ x: higher.end - 2, y: higher.y }, { x: higher.end + 40, y: higher.y });
  await window.until("it is longer", (length, id) => window.__diabelli.studio.mirror.find(id)?.row.length > length, 10, at.row.length, at.row.id);
  const clicked = await note(5);
  await window.drag(clicked, clicked);
  assert.equal((await state()).notes, 1);
  await window.press(Key.down);
  await window.until("it is a key lower", (pitch, id) => window.__diabelli.studio.mirror.find(id)?.row.pitch === pitch + 1, 10, at.row.pitch, at.row.id);
  await window.press("k");
  await window.until("it is locked", (id) => window.__diabelli.studio.mirror.find(id)?.row.flags === 1, 10, at.row.id);
  await window.press("b");
  // Lanes that another test has opened leave a short roll: what is drawn in has to be seen.
  await window.run((pitch) => { const { sheet } = window.__diabelli; sheet.set({ top: (127 - pitch) * sheet.view.row - sheet.view.height / 2 }); }, (await note(6)).row.pitch);
  const empty = await note(6);
  await window.drag({ x: empty.x, y: empty.y + 28 }, { x: empty.x + 30, y: empty.y + 28 });
  await window.until("a note was drawn", (before) => window.__diabelli.studio.document.history.done.length === before + 5, 10, first.done.length);
  await window.press("v");
  await window.press(Key.control, "a");
  assert.ok((await state()).notes > 3);
  await window.press(Key.delete);
  await window.until("the notes are gone", () => window.__diabelli.selection.notes.size === 0);
  const steps = (await state()).done.length - first.done.length;
  assert.equal(steps, 6, `${(await state()).done.join(", ")}`);
  for (let step = 0; step < steps; step++) await window.press(Key.control, "z");
  await window.until("all is undone", (checksum) => window.__diabelli.studio.document.checksum === checksum, 10, first.checksum);
  assert.equal((await state()).undone.length, steps);
});

test("G writes four variations; one is heard, accepted, undone, and another one kept", async () => {
  const before = await state();
  assert.deepEqual(before.bars, { from: 5, to: 8 });
  await window.press("g");
  await window.until("four candidates", () => window.__diabelli.variations.candidates.length === 4 || window.__diabelli.studio.message?.text, 60);
  assert.equal((await state()).candidates, 4, (await state()).message);
  assert.equal((await state()).checksum, before.checksum, "nothing changes until one is accepted");
  assert.equal(await window.run(() => document.querySelectorAll('[data-testid="candidate"]').length), 4);
  await picture("candidates-dark");
  await window.press("]");
  assert.equal((await state()).shown, 1);
  const peak = await heard(2, () => window.press(Key.space));
  assert.ok(peak > 0.01, `the candidate was heard with a peak of ${peak}`);
  await window.press(Key.space);
  await window.press(Key.enter);
  await window.until("it is accepted", (checksum) => window.__diabelli.studio.document.checksum !== checksum, 10, before.checksum);
  const accepted = await state();
  assert.equal(accepted.done.length, before.done.length + 1, "one step of undo");
  assert.equal(accepted.candidates, 0);
  await window.press(Key.control, "z");
  await window.until("it is undone", (checksum) => window.__diabelli.studio.document.checksum === checksum, 10, before.checksum);
  await window.press(Key.control, Key.shift, "z");
  await window.until("it is redone", (checksum) => window.__diabelli.studio.document.checksum === checksum, 10, accepted.checksum);
  await window.press(Key.control, "z");
  await window.until("it is undone again", (checksum) => window.__diabelli.studio.document.checksum === checksum, 10, before.checksum);
  await window.press("g");
  await window.until("four others", () => window.__diabelli.variations.candidates.length === 4, 60);
  await window.press(Key.escape);
  await window.until("they are rejected", () => window.__diabelli.variations.candidates.length === 0);
  assert.equal((await state()).checksum, before.checksum);
  await window.press("g");
  await window.until("four again", () => window.__diabelli.variations.candidates.length === 4, 60);
  await window.click('[data-testid="accept"]');
  await window.until("one is kept", (checksum) => window.__diabelli.studio.document.checksum !== checksum, 10, before.checksum);
});

test("Shift+Enter keeps a candidate beside the piece as one step, and the history tells what was asked for", async () => {
  const before = await state();
  const tracks = () => window.run(() => window.__diabelli.studio.document.tracks.length);
  const count = await tracks();
  await window.press("g");
  await window.until("four candidates", () => window.__diabelli.variations.candidates.length === 4, 60);
  const { seed, model } = await window.run(() => ({ seed: window.__diabelli.variations.candidates[0].seed, model: window.__diabelli.variations.run.model }));
  await window.press(Key.shift, Key.enter);
  await window.until("it is beside the piece", (length) => window.__diabelli.studio.document.history.done.length === length + 1, 10, before.done.length);
  const kept = await state();
  assert.ok(kept.done.at(-1).startsWith(`Vary bars 5–8 on new tracks, seed ${seed}`), kept.done.at(-1));
  assert.ok((await tracks()) > count && kept.candidates === 0);
  await window.press(Key.control, Key.alt, "z");
  const told = await window.until("two steps say what was asked for", () => {
    const steps = [...document.querySelectorAll('[data-testid="history-step"]')].filter((step) => step.querySelector('[data-testid="history-asked"]'));
    return steps.length === 2 && steps.map((step) => step.innerText.replace(/\s+/g, " "));
  });
  assert.ok(told[1].includes("Vary bars 5–8 on new tracks") && told[1].includes(`Seed: ${seed}; Model: ${model}`) && told[1].includes("Strength: "), told[1]);
  await picture("history-asked");
  await window.press(Key.escape);
  await window.press(Key.control, "z");
  await window.until("one undo takes it back", (checksum) => window.__diabelli.studio.document.checksum === checksum, 10, before.checksum);
  assert.equal(await tracks(), count);
});

test("the page stays in step with the engine", async () => {
  const { checksum, mirrored } = await state();
  assert.equal(mirrored, checksum);
});

test("MIDI and WAV are written", async () => {
  for (const [kind, least] of [["mid", 1000], ["wav", 1_000_000]]) {
    await window.press(Key.control, "e");
    await window.until("the sheet is open", () => !!document.querySelector('[data-testid="export-sheet"]'));
    await window.click(`[data-testid="export-${kind}"]`);
    const file = join(out, `kept.${kind}`);
    await window.run((file) => void window.__diabelli.write(file), file);
    await window.until("it is written", (file) => window.__diabelli.studio.message?.text.startsWith(`Wrote ${file}`), 60, file);
    assert.ok(statSync(file).size > least, `${file} has ${statSync(file).size} bytes`);
  }
  const midi = readFileSync(join(out, "kept.mid"));
  assert.equal(midi.subarray(0, 4).toString("latin1"), "MThd");
  const { stderr } = await run("sox", [join(out, "kept.wav"), "-n", "stat"]);
  const loudest = Number(/Maximum amplitude:\s+(\S+)/.exec(stderr)?.[1]);
  assert.ok(loudest > 0.05 && loudest <= 1, stderr);
});

test("both themes are drawn", async () => {
  await window.run(() => window.__diabelli.taste.theme = "dark");
  await window.until("dark", () => document.documentElement.dataset.theme === "dark");
  await picture("roll-dark");
  await window.run(() => window.__diabelli.taste.theme = "light");
  await window.until("light", () => document.documentElement.dataset.theme === "light");
  await new Promise((wake) => setTimeout(wake, 300));
  await picture("roll-light");
  const [dark, light] = ["roll-dark", "roll-light"].map((name) => readFileSync(join(out, `${name}.png`)));
  assert.ok(dark.length > 20_000 && light.length > 20_000 && !dark.equals(light));
});

test("after a kill everything is there, with its history", async () => {
  const before = await state();
  await run("pkill", ["-KILL", "-f", process.env.DIABELLI_STUDIO]).catch(() => undefined);
  await window.close().catch(() => undefined);
  await new Promise((wake) => setTimeout(wake, 500));
  window = await open();
  await window.until("the pieces are listed", () => !!document.querySelector('[data-testid="piece"]'), 60);
  await window.click('[data-testid="piece"]');
  await opened("Waltz in C");
  const again = await state();
  assert.equal(again.checksum, before.checksum);
  assert.deepEqual(again.done, before.done);
  await window.press(Key.control, "z");
  await window.until("an old step is undone", (checksum) => window.__diabelli.studio.document.checksum !== checksum, 10, before.checksum);
});

test("a file of the corpus opens", { skip: shared || process.env.DIABELLI_CORPUS ? false : "DIABELLI_CORPUS is not set" }, async () => {
  const corpus = join(process.env.DIABELLI_CORPUS, "valid");
  const files = readdirSync(corpus, { recursive: true }).filter((name) => name.endsWith(".mid")).sort();
  const file = join(corpus, files[Math.floor(files.length / 2)]);
  const before = (await state()).title;
  await window.run((file) => void window.__diabelli.studio.open(file), file);
  await window.until("it is open", (title) => window.__diabelli.studio.document.title !== title && window.__diabelli.studio.mirror.checksum() === window.__diabelli.studio.document.checksum, 30, before);
  assert.ok((await state()).end > 0);
});

test("a file that is dropped on the window opens", async () => {
  const file = join(out, "dropped.mid");
  const demo = readFileSync("datasets/demo/waltz.mid", "latin1");
  writeFileSync(file, demo.replace("Waltz in C", "Polka in C"), "latin1");
  await drop(file, { x: 700, y: 70 });
  await opened("Polka in C");
  await picture("dropped");
});

test("scores and tunes open, dropped or chosen, and say what was not kept", async () => {
  const score = join(out, "dropped.musicxml");
  const note = (step, more = "") => `<note><pitch><step>${step}</step><octave>4</octave></pitch><duration>1</duration>${more}</note>`;
  const fermata = "<notations><fermata/></notations>";
  writeFileSync(score, `<score-partwise version="4.0"><work><work-title>Rondo in A</work-title></work><part-list><score-part id="P1"><part-name>Flute</part-name></score-part></part-list>
    <part id="P1"><measure number="1"><attributes><divisions>1</divisions><key><fifths>3</fifths></key><time><beats>3</beats><beat-type>4</beat-type></time></attributes>${note("A")}${note("C")}${note("E", fermata)}</measure></part></score-partwise>`);
  await drop(score, { x: 700, y: 70 });
  await opened("Rondo in A");
  await window.until("what was not kept is said", () => document.querySelector('[data-testid="status"]').textContent.includes("fermata"));
  await picture("dropped-score");
  const tune = join(out, "tune.abc");
  writeFileSync(tune, "X:1\nT:The Scale\nM:4/4\nL:1/4\nK:G\n|:GABc|defg|gfed|cBAG:|\n");
  await window.run((file) => void window.__diabelli.studio.open(file), tune);
  await opened("The Scale");
});

test("a score named as an argument opens", async () => {
  await window.close();
  window = await open(join(out, "dropped.musicxml"));
  await opened("Rondo in A");
});

test("a file named as an argument opens", async () => {
  await window.close();
  window = await open(resolve("datasets/demo/waltz.mid"));
  await window.until("it is open", () => window.__diabelli?.studio.document?.end > 0, 60);
  assert.equal((await state()).tracks, 4);
});

test("what is no MIDI file says so and leaves the piece open", async () => {
  const before = await state();
  const file = join(out, "no-midi.mid");
  writeFileSync(file, "this is a letter");
  await window.run((file) => void window.__diabelli.studio.open(file), file);
  await window.until("the reason is shown", (file) => document.querySelector('[data-testid="status"]').textContent.includes("no-midi.mid"), 10, file);
  assert.equal((await state()).checksum, before.checksum);
});
