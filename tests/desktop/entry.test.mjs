// Step input in the real window: letters, lengths, chords, ties and undo, in the roll and in the score, by keys and by clicks.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
let window;

const state = () =>
  window.run(function () {
    const { studio, selection, entry, transport } = window.__diabelli;
    return {
      rows: [...studio.mirror.notes(selection.track).rows()].map(({ id, start, length, pitch }) => ({ id, start, length, pitch })),
      done: studio.document.history.done, checksum: studio.document.checksum, mirrored: studio.mirror.checksum(), chosen: [...selection.notes],
      on: entry.on, tick: entry.tick, words: entry.words, spoken: document.querySelector('[data-testid="spoken"]').textContent.trim(), track: selection.track,
      status: document.querySelector('[data-testid="step-status"]')?.textContent ?? "", playhead: transport.position.tick(performance.now()),
    };
  });

const fresh = (then, now) => now.rows.filter(({ id }) => !then.rows.some((row) => row.id === id)).map(({ start, length, pitch }) => [start, length, pitch]);
const steps = (count) => window.until(`${count} steps were taken`, (count) => window.__diabelli.studio.document.history.done.length === count, 10, count);
const cursor = (tick) => window.until(`the cursor is at ${tick}`, (tick) => window.__diabelli.entry.tick === tick, 10, tick);
const undone = (checksum) => window.until("it is undone", (checksum) => window.__diabelli.studio.document.checksum === checksum, 10, checksum);

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 300));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

async function both(name) {
  await picture(`${name}-dark`);
  await window.run(() => { window.__diabelli.taste.theme = "light"; });
  await picture(`${name}-light`);
  await window.run(() => { window.__diabelli.taste.theme = "dark"; });
}

/** The heads in sight of notes that begin there. */
const heads = () =>
  window.run(() =>
    [...document.querySelectorAll('[data-testid="system"] g.note')].filter((head) => /^n\d+$/.test(head.id)).map((head) => {
      const box = head.querySelector("g.notehead").getBoundingClientRect();
      return { note: Number(head.id.slice(1)), x: box.left + box.width / 2, y: box.top + box.height / 2 };
    }),
  );

/** A place on the upper staff of the system with a bar: how far in the bar, and steps below its top line. */
const onStaff = (bar, part, below) =>
  window.run((bar, part, below) => {
    const { score } = window.__diabelli;
    const [system, { element }] = [...score.mounted].find(([system]) => system.from <= bar && bar <= system.to && system.ink);
    const box = element.getBoundingClientRect();
    const { left, right } = system.ink.measures[bar - system.from];
    return { x: box.left + (left + (right - left) * part) * score.zoom, y: box.top + (system.ink.staves[0].top + below * 3.6) * score.zoom };
  }, bar, part, below);

const click = (at, ...keys) => window.drag(at, at, ...keys);
async function twice(at) {
  await click(at);
  await click(at);
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
});
after(() => window?.close().catch(() => undefined));

test("letters, lengths, chords, ties and rests go in one by one, each a step of its own", async () => {
  await window.run(() => { window.__diabelli.selection.clear(); void window.__diabelli.transport.seek(0); });
  const first = await state();
  await window.press(Key.shift, "I");
  await cursor(0);
  assert.match((await state()).spoken, /^step input, eighth, bar 1 beat 1/);
  await window.press("5");
  for (const key of ["c", "e"]) await window.press(key);
  await window.press(Key.shift, "G");
  await steps(first.done.length + 3);
  await cursor(2 * 960);
  await window.press("4");
  await window.press(".");
  await window.press("d");
  await window.press("t");
  await steps(first.done.length + 5);
  await window.press(Key.space);
  await cursor(2 * 960 + 3 * 720);
  const low = (await state()).rows.filter(({ id }) => !first.rows.some((row) => row.id === id));
  const base = low[0].pitch;
  assert.deepEqual(low.map(({ start, length, pitch }) => [start, length, pitch - base]), [[0, 960, 0], [960, 960, 4], [960, 960, 7], [1920, 1440, 2]]);
  assert.equal(base % 12, 0);
  const now = await state();
  assert.match(now.status, /Step input\s*dotted eighth\s*2\.2\.240/);
  assert.deepEqual(now.done.slice(-5), ["Add a note", "Add a note", "Add a note", "Add a note", "Resize a note"]);
  assert.equal(now.mirrored, now.checksum);
  await both("entry-roll");
});

test("arrows move what was entered last, Backspace deletes it, undo goes back with the cursor, Escape leaves", async () => {
  const first = await state();
  await window.press("a");
  await steps(first.done.length + 1);
  const [[start, , pitch]] = fresh(first, await state());
  await window.press(Key.up);
  await steps(first.done.length + 2);
  // Presses in quick succession would be one step.
  await new Promise((wake) => setTimeout(wake, 900));
  await window.press(Key.shift, Key.down);
  await steps(first.done.length + 3);
  assert.deepEqual(fresh(first, await state()).map(([, , pitch]) => pitch), [pitch - 11]);
  await window.press("\uE003");
  await steps(first.done.length + 4);
  await cursor(start);
  assert.equal((await state()).checksum, first.checksum);
  await window.press("b");
  await steps(first.done.length + 5);
  await window.press(Key.control, "z");
  await undone(first.checksum);
  await cursor(start);
  await window.press(Key.escape);
  const left = await state();
  assert.equal(left.on, false);
  assert.equal(left.playhead, 0, "play begins where the writing began");
  await window.press("b");
  assert.equal(await window.run(() => window.__diabelli.taste.tool), "draw", "letters are tools again");
  await window.press("v");
});

test("the cursor is in the score too, and what is entered is engraved", async () => {
  await window.press(Key.control, "2");
  await window.engraved();
  await window.run(() => { window.__diabelli.selection.clear(); void window.__diabelli.transport.seek(window.__diabelli.studio.bars.start(4)); });
  await window.until("the playhead is there", () => window.__diabelli.transport.position.tick(performance.now()) === window.__diabelli.studio.bars.start(4));
  const first = await state();
  await window.press(Key.shift, "I");
  await window.until("the cursor is on the staff", () => document.querySelector('[data-testid="cursor"]')?.getBoundingClientRect().height > 20, 10);
  const box = () => window.run(() => document.querySelector('[data-testid="cursor"]').getBoundingClientRect().left);
  const before = await box();
  await window.press("5");
  await window.press("g");
  await steps(first.done.length + 1);
  const id = (await state()).chosen[0];
  await window.until("it is engraved and chosen", (id) => document.getElementById(`n${id}`)?.classList.contains("chosen"), 20, id);
  assert.ok((await box()) > before + 10, "the cursor has gone on");
  await both("entry-score");
});

test("a click on a staff writes there, on a head of that pitch takes it up", async () => {
  const first = await state();
  const at = await onStaff(3, 0.97, 9);
  await click(at);
  await steps(first.done.length + 1);
  const now = await state();
  const [[start, length, pitch]] = fresh(first, now);
  const bar = await window.run(() => [window.__diabelli.studio.bars.start(2), window.__diabelli.studio.bars.end(2)]);
  assert.ok(start >= bar[0] && start < bar[1] && start % 960 === 0, `${start} in ${bar}`);
  assert.equal(length, 960);
  assert.equal(pitch, 62, "a step below the lowest line of a G clef is D");
  assert.equal(now.tick, start + length);
  await window.until("it is engraved", (id) => !!document.getElementById(`n${id}`), 20, now.chosen[0]);
  const head = (await heads()).find(({ note }) => note === now.chosen[0]);
  await window.press(Key.escape);
  await window.press(Key.shift, "I");
  await click(head);
  assert.deepEqual((await state()).chosen, now.chosen);
  assert.equal((await state()).done.length, now.done.length, "nothing is written twice");
  await window.press(Key.escape);
  await window.press(Key.control, "z");
  await undone(first.checksum);
});

test("without step input a double click on a staff writes, and digits give the chosen notes their length", async () => {
  const first = await state();
  // An upper bar's middle, far from other heads.
  const at = await onStaff(4, 0.96, 10);
  await twice(at);
  await steps(first.done.length + 1);
  await window.until("it is chosen", () => window.__diabelli.selection.notes.size === 1, 10);
  const now = await state();
  const [[, length, pitch]] = fresh(first, now);
  assert.deepEqual([length, pitch], [480, 60]);
  assert.equal(now.chosen.length, 1);
  await window.press("6");
  await steps(first.done.length + 2);
  assert.equal(fresh(first, await state())[0][1], 1920);
  await window.press(".");
  await steps(first.done.length + 3);
  assert.equal(fresh(first, await state())[0][1], 2880);
  assert.equal((await state()).done.at(-1), "Change the length of a note");
  await window.press(Key.control, Key.left);
  await steps(first.done.length + 4);
  assert.equal(fresh(first, await state())[0][1], 2400);
  await window.press(Key.delete);
  await steps(first.done.length + 5);
  assert.equal((await state()).checksum, first.checksum);
});

test("a head is dragged up the staff by steps of the key", async () => {
  const first = await state();
  const found = await heads();
  const one = found[5];
  const row = await window.run((id) => window.__diabelli.studio.mirror.find(id).row, one.note);
  const zoom = await window.run(() => window.__diabelli.score.zoom);
  await window.drag(one, { x: one.x, y: one.y - 2 * 3.6 * zoom });
  await steps(first.done.length + 1);
  const now = await window.run((id) => window.__diabelli.studio.mirror.find(id).row, one.note);
  assert.equal(now.start, row.start);
  assert.ok([3, 4].includes(now.pitch - row.pitch), `a third up, not ${now.pitch - row.pitch}`);
  await window.press(Key.control, "z");
  await undone(first.checksum);
  await window.press(Key.control, "1");
});

test("an empty piece is written from its first bar on, in the score alone", async () => {
  await window.run(() => void window.__TAURI_INTERNALS__.invoke("new_piece", { template: "piano", names: [] }));
  await window.until("the new piece is open", () => window.__diabelli.studio.document?.end === 0 && window.__diabelli.studio.mirror, 20);
  await window.press(Key.control, "2");
  await window.engraved();
  await picture("entry-empty");
  await window.press(Key.shift, "I");
  await window.until("the cursor is on the staff", () => document.querySelector('[data-testid="cursor"]')?.getBoundingClientRect().height > 20, 20);
  await window.press("5");
  for (const key of ["c", "d", "e", "f", "g", "a", "b", "c"]) await window.press(key);
  await steps(8);
  const now = await state();
  assert.deepEqual(now.rows.map(({ pitch }) => pitch), [60, 62, 64, 65, 67, 69, 71, 72]);
  await window.until("all of it is engraved", () => document.querySelectorAll('[data-testid="system"] g.note').length >= 8, 20);
  await window.until("the cursor stands after it", () => document.querySelector('[data-testid="cursor"]'), 10);
  await both("entry-begun");
  await window.press(Key.escape);
  await window.press(Key.control, "1");
});

test("every key of step input is in the list of keys", async () => {
  await window.press("?");
  await window.until("the list is there", () => !!document.querySelector('[data-testid="key-table"]'), 10);
  const text = await window.run(() => document.querySelector('[data-testid="key-table"]').textContent);
  for (const words of ["Step input: enter C", "Step input: leave", "Note value: quarter"]) assert.ok(text.includes(words), words);
  await picture("entry-keys");
  await window.press(Key.escape);
});
