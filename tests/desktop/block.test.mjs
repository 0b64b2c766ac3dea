// The arrangement in the real window: blocks of tracks and bars, by pointer and by keys.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
let window;

/** What the page's own state says. */
const state = () =>
  window.run(function () {
    const { studio, selection, arrangement, taste } = window.__diabelli;
    const { document } = studio;
    return {
      view: taste.view, checksum: document.checksum, done: document.history.done, block: arrangement.block, bars: selection.bars,
      varied: selection.varied, chosen: selection.notes.size, tracks: document.tracks.map(({ id }) => id), counts: document.tracks.map(({ notes }) => notes),
      said: document.getElementById?.("spoken")?.textContent ?? "",
    };
  });

/** Where the middle of a bar of a track is. */
const cell = (row, bar) =>
  window.run(function (row, bar) {
    const { sheet, studio } = window.__diabelli;
    const box = document.querySelector('[data-testid="arrange"]').getBoundingClientRect();
    const tick = (studio.bars.start(bar - 1) + studio.bars.end(bar - 1)) / 2;
    return { x: box.left + ((tick - sheet.view.left) * sheet.view.quarter) / sheet.view.tpq, y: box.top + row * 46 + 30 };
  }, row, bar);

const steps = (count) => window.until(`${count} steps were taken`, (count) => window.__diabelli.studio.document.history.done.length === count, 10, count);

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 250));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
  await window.click('[data-testid="open-demo"]');
  await window.until("the demo is open", () => window.__diabelli.studio.document?.title === "Waltz in C" && window.__diabelli.studio.mirror?.checksum() === window.__diabelli.studio.document.checksum, 30);
  // By itself it is as light as the system.
  await window.run(() => { window.__diabelli.taste.theme = "dark"; });
  await window.press(Key.control, "3");
  await window.until("the arrangement is there", () => !!document.querySelector('[data-testid="arrange"] canvas'));
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("a block is marked, carried and copied with the pointer", async () => {
  const first = await state();
  await window.drag(await cell(0, 3), await cell(1, 4));
  const marked = await state();
  assert.deepEqual(marked.block, { rows: { from: 0, to: 1 }, bars: { from: 3, to: 4 } });
  assert.deepEqual(marked.varied, marked.tracks.slice(0, 2));
  assert.ok(marked.chosen > 10, `${marked.chosen} notes are chosen`);
  await picture("arrange-dark");
  await window.drag(await cell(0, 3), await cell(0, 6));
  await steps(first.done.length + 1);
  assert.deepEqual((await state()).block.bars, { from: 6, to: 7 });
  await window.press(Key.control, "z");
  await window.until("it is undone", (sum) => window.__diabelli.studio.document.checksum === sum, 10, first.checksum);
  // It is where it was, with all that was chosen in it.
  await window.until("the block is back", (bars) => window.__diabelli.arrangement.block.bars.from === bars.from, 10, marked.block.bars);
  const back = await state();
  assert.deepEqual([back.block, back.bars, back.chosen, back.varied], [marked.block, marked.bars, marked.chosen, marked.varied]);
  await window.press(Key.shift, "D");
  await steps(first.done.length + 1);
  const copied = await state();
  assert.deepEqual(copied.block.bars, { from: 5, to: 6 });
  assert.equal(copied.counts[0] + copied.counts[1], first.counts[0] + first.counts[1] + marked.chosen);
  await window.press(Key.control, "z");
  await window.until("it is undone", (sum) => window.__diabelli.studio.document.checksum === sum, 10, first.checksum);
});

test("a block is marked with the keys and opened in the roll", async () => {
  const at = await cell(0, 2);
  await window.drag(at, at);
  await window.press(Key.down);
  await window.press(Key.right);
  await window.press(Key.shift, Key.right);
  await window.press(Key.shift, Key.down);
  const marked = await state();
  assert.deepEqual(marked.block, { rows: { from: 1, to: 2 }, bars: { from: 3, to: 4 } });
  await window.press(Key.enter);
  await window.until("the roll is there", () => window.__diabelli.taste.view === "roll" && !!document.querySelector('[data-testid="roll"]'));
  assert.equal(await window.run(() => window.__diabelli.sheet.view.left === window.__diabelli.studio.bars.start(2)), true);
  await window.press(Key.control, "3");
  await window.until("the arrangement is there", () => !!document.querySelector('[data-testid="arrange"] canvas'));
});

test("two tracks are written anew together", async () => {
  const first = await state();
  await window.drag(await cell(0, 5), await cell(1, 6));
  await window.press("g");
  await window.until("candidates are there", () => window.__diabelli.variations.candidates.length > 0 && !window.__diabelli.variations.busy, 60);
  const written = await window.run(() => window.__diabelli.variations.candidate.notes.map(({ track }) => track));
  assert.deepEqual([...written].sort(), first.tracks.slice(0, 2));
  await picture("arrange-candidate-dark");
  await window.press(Key.enter);
  await window.until("it is accepted", (count) => window.__diabelli.studio.document.history.done.length > count, 20, first.done.length);
  await window.press(Key.control, Key.shift, "L");
  await window.until("the window is light", () => document.documentElement.dataset.theme === "light");
  await picture("arrange-light");
});
