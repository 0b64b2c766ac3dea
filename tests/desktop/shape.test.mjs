// What a transform would do is shown before it is done; bars are copied with all that they have; and the keys of the
// hand: tools by digits, bars by comma and full stop, louder and softer by plus and minus.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
let window;

const checksum = () => window.run(() => window.__diabelli.studio.document.checksum);
const steps = (count) => window.until(`${count} steps`, (count) => window.__diabelli.studio.document.history.done.length === count && !window.__diabelli.studio.saving, 10, count);
const foreseen = (what, some) => window.until(what, (some) => !!window.__diabelli.transform.foreseen?.rows.length === some, 10, some);
const tool = () => window.run(() => window.__diabelli.taste.tool);

async function looked(name) {
  for (const theme of ["light", "dark"]) {
    await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
    await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 10, theme);
    await new Promise((wake) => setTimeout(wake, 250));
    writeFileSync(join(out, `${name}-${theme}.png`), await window.picture());
  }
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.until("the roll is there", () => !!document.querySelector('[data-testid="roll"]') && window.__diabelli.sheet.view.width > 100);
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("humanizing is drawn as it is set, changes nothing before it is applied, and is what was shown", async () => {
  const first = await checksum();
  await window.press(Key.control, "a");
  await window.press(Key.shift, "H");
  await window.until("the page has the focus", () => document.activeElement?.dataset.testid === "page-humanize");
  await foreseen("the notes are seen elsewhere", true);
  assert.equal(await checksum(), first);
  const rows = () => window.run(() => window.__diabelli.transform.foreseen.rows.map(({ row }) => [row.id, row.start, row.length, row.velocity]).sort(([a], [b]) => a - b));
  const near = JSON.stringify(await rows());
  await window.run(() => void (window.__diabelli.transform.humanize.spread = "even"));
  await window.until("another spread gives other notes", (near) => JSON.stringify(window.__diabelli.transform.foreseen?.rows.map(({ row }) => [row.id, row.start, row.length, row.velocity]).sort(([a], [b]) => a - b)) !== near, 10, near);
  await looked("humanize");
  const shown = await rows();
  await window.click('[data-testid="humanize"]');
  await steps(1);
  const written = await window.run((ids) => ids.map((id) => { const { row } = window.__diabelli.studio.mirror.find(id); return [id, row.start, row.length, row.velocity]; }), shown.map(([id]) => id));
  assert.deepEqual(written, shown);
  await foreseen("and is not shown a second time", false);
  await window.press(Key.escape);
  await window.until("the variations are back", () => !!document.querySelector('[data-testid="generate"]'));
  await window.press(Key.control, "z");
  await window.until("it is undone", (sum) => window.__diabelli.studio.document.checksum === sum, 10, first);
});

test("a shape is seen where its button has the focus, and done by Enter", async () => {
  const first = await checksum();
  await window.press("t");
  await window.until("the page is there", () => !!document.querySelector('[data-testid="shape-reverse"]'));
  for (let turn = 0; turn < 4 && !(await window.run(() => document.activeElement?.dataset.testid === "shape-reverse")); turn++) await window.press(Key.tab);
  await foreseen("reversed notes are seen", true);
  await looked("reverse");
  await window.press(Key.tab);
  await window.until("now upside down", () => window.__diabelli.transform.wish?.transform === "invert");
  await window.press(Key.shift, Key.tab);
  await window.until("and reversed again", () => window.__diabelli.transform.wish?.transform === "reverse");
  await window.press(Key.enter);
  await steps(1);
  assert.notEqual(await checksum(), first);
  await foreseen("nothing is foreseen then", false);
  await window.press(Key.escape);
  await window.press(Key.control, "z");
  await window.until("it is undone", (sum) => window.__diabelli.studio.document.checksum === sum, 10, first);
});

test("digits are tools, plus and minus are louder and softer, comma and full stop go by bars", async () => {
  await window.press(Key.control, "1");
  const tools = [];
  for (const key of ["2", "3", "4", "1"]) {
    await window.press(key);
    tools.push(await tool());
  }
  assert.deepEqual(tools, ["draw", "erase", "split", "select"]);
  const velocity = () => window.run(() => { const { selection, studio } = window.__diabelli; return studio.mirror.find([...selection.notes][0]).row.velocity; });
  const old = await velocity();
  await window.press("-");
  await window.until("it is softer", (old) => { const { selection, studio } = window.__diabelli; return studio.mirror.find([...selection.notes][0]).row.velocity === Math.max(1, old - 5); }, 10, old);
  await window.press("+");
  await window.until("and as loud again", (old) => { const { selection, studio } = window.__diabelli; return studio.mirror.find([...selection.notes][0]).row.velocity === Math.max(1, old - 5) + 5; }, 10, old);
  await window.press(Key.escape);
  const quarter = () => window.run(() => window.__diabelli.sheet.view.quarter);
  const wide = await quarter();
  await window.press("+");
  await window.until("with nothing chosen it comes nearer", (wide) => window.__diabelli.sheet.view.quarter > wide, 10, wide);
  await window.press(Key.home);
  for (const [key, bar] of [[".", 1], [".", 2], [",", 1]]) {
    await window.press(key);
    await window.until(`${key} leads to bar ${bar + 1}`, (bar) => window.__diabelli.studio.bars.bar(window.__diabelli.transport.position.tick(performance.now())) === bar, 10, bar);
  }
  await window.press(Key.control, "m");
  await window.until("the metronome ticks", () => window.__diabelli.taste.metronome);
  await window.press(Key.control, "m");
});

test("Alt and an arrow move what is chosen by the grid, with Shift by one tick", async () => {
  await window.press(Key.right);
  await window.press(Key.shift, Key.right);
  const starts = () => window.run(() => { const { selection, studio } = window.__diabelli; return [...selection.notes].map((id) => studio.mirror.find(id).row.start); });
  const [first, grid] = [await starts(), await window.run(() => window.__diabelli.sheet.step)];
  assert.ok(first.length === 2 && grid > 1);
  let moved = 0;
  for (const by of [1, 1, -1, grid, -1, -grid]) {
    moved += by;
    await window.press(Key.alt, ...(Math.abs(by) === 1 ? [Key.shift] : []), by > 0 ? Key.right : Key.left);
    await window.until(`they are ${moved} ticks later`, (wanted) => { const { selection, studio } = window.__diabelli; return [...selection.notes].map((id) => studio.mirror.find(id).row.start).join() === wanted; }, 10, first.map((start) => start + moved).join());
  }
  assert.equal(moved, 0, "all is as it was");
  await window.press(Key.escape);
});

test("Enter plays what is chosen where no candidate waits", async () => {
  await window.press(Key.right);
  await window.press(Key.right);
  const start = await window.run(() => { const { selection, studio } = window.__diabelli; return studio.mirror.find([...selection.notes][0]).row.start; });
  await window.press(Key.enter);
  await window.until("it plays from there", (start) => window.__diabelli.transport.playing && window.__diabelli.transport.position.tick(performance.now()) >= start, 10, start);
  await window.press(Key.space);
  await window.until("it rests", () => !window.__diabelli.transport.playing);
  await window.press(Key.escape);
});

test("copied bars come again elsewhere, in all tracks", async () => {
  const before = await window.run(() => {
    const { studio, selection } = window.__diabelli;
    selection.bars = { from: 1, to: 2 };
    return { end: studio.document.end, steps: studio.document.history.done.length, bars: studio.bars.start(2), counts: studio.document.tracks.map(({ notes }) => notes) };
  });
  await window.press(Key.control, "c");
  await window.run(() => { const { selection } = window.__diabelli; selection.clear(); selection.bars = { from: 5, to: 5 }; });
  await window.press(Key.control, Key.alt, "v");
  await steps(before.steps + 1);
  const after = await window.run(() => {
    const { studio, selection } = window.__diabelli;
    const within = (from, to) => studio.document.tracks.map(({ id }) => [...studio.mirror.notes(id).rows()].filter(({ start }) => start >= from && start < to).map(({ start, length, pitch }) => [start - from, length, pitch]));
    const at = (bar) => studio.bars.start(bar - 1);
    return { end: studio.document.end, bars: { ...selection.bars }, label: studio.document.history.done.at(-1), original: within(0, at(3)), copy: within(at(5), at(7)) };
  });
  assert.equal(after.end, before.end + before.bars);
  assert.deepEqual([after.bars, after.label], [{ from: 5, to: 6 }, "Copy 2 bars"]);
  assert.deepEqual(after.copy, after.original);
  await window.press(Key.control, "z");
  await window.until("it is undone", (end) => window.__diabelli.studio.document.end === end, 10, before.end);
});
