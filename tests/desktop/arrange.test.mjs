// Arranging in the real window: bars, sections, tempo and metre, controllers, tracks and the mixer, and all of it undone.

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
    const { studio, selection, landmarks, taste } = window.__diabelli;
    const document = studio.document;
    const text = (bytes) => new TextDecoder().decode(Uint8Array.from(bytes));
    return {
      end: document.end, checksum: document.checksum, done: document.history.done, bars: selection.bars, track: selection.track,
      markers: document.markers.map((marker) => [marker.tick, text(marker.text)]), tempos: document.tempos, meters: document.meters, keys: document.keys,
      tracks: document.tracks.map((track) => ({ id: track.id, name: track.header.name || track.instrument, instrument: track.instrument, hue: track.header.hue, mix: track.header.mix })),
      chosen: landmarks.chosen, lanes: taste.lanes, message: studio.message?.text ?? "",
    };
  });

const steps = (count) => window.until(`${count} steps were taken`, (count) => window.__diabelli.studio.document.history.done.length === count, 10, count);

/** Where a tick is in a lane, in pixels of the window; `part` of its height from above. */
const lane = (name, tick, part = 0.5) =>
  window.run(function (name, tick, part) {
    const { sheet } = window.__diabelli;
    const box = document.querySelector(`[data-testid="${name}"]`).getBoundingClientRect();
    return { x: box.left + ((tick - sheet.view.left) * sheet.view.quarter) / sheet.view.tpq, y: box.top + box.height * part };
  }, name, tick, part);

const barStart = (number) => window.run((number) => window.__diabelli.studio.bars.start(number - 1), number);

/** A controller of the worked-on track. */
const curve = (code) => window.run((code) => {
  const { studio, selection } = window.__diabelli;
  const { ticks, values } = studio.mirror.curves(selection.track).of(code);
  return ticks.map((tick, at) => [tick, values[at]]);
}, code);

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 250));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

async function type(text) {
  await window.press(Key.control, "a");
  for (const sign of text) await window.press(sign);
  await window.press(Key.enter);
}

const click = (at) => window.drag(at, at);

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
  await window.click('[data-testid="open-demo"]');
  await window.until("the demo is open", () => window.__diabelli.studio.document?.title === "Waltz in C" && window.__diabelli.studio.mirror?.checksum() === window.__diabelli.studio.document.checksum, 30);
  // This window is the first of all, on a cold machine: the page must not have begun before its style sheets.
  assert.notEqual(await window.run(() => window.__diabelli.sheet.colours.rollIn), "rgb(0 0 0 / 1)");
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("marked bars are repeated, others put before them and taken out again", async () => {
  const first = await state();
  const at = (tick) => lane("ruler", tick, 0.1);
  await window.drag(await at((await barStart(2)) + 400), await at((await barStart(3)) + 400));
  assert.deepEqual((await state()).bars, { from: 2, to: 3 });
  await window.press(Key.control, Key.shift, "D");
  await steps(first.done.length + 1);
  const repeated = await state();
  assert.equal(repeated.end - first.end, (await barStart(3)) - (await barStart(1)));
  assert.deepEqual(repeated.bars, { from: 4, to: 5 });
  await window.press(Key.control, Key.shift, "B");
  await steps(first.done.length + 2);
  assert.equal((await state()).end - first.end, (await barStart(5)) - (await barStart(1)));
  await window.press(Key.control, Key.delete);
  await steps(first.done.length + 3);
  assert.equal((await state()).checksum, repeated.checksum);
  assert.equal((await state()).bars, null);
});

test("a section is named, renamed, carried, gone to and removed", async () => {
  const { done } = await state();
  const five = await barStart(5);
  await click(await lane("lane-marker", five + 200));
  await window.until("a field is open", () => document.activeElement?.matches('[data-testid="lane-marker"] input'));
  await type("Trio");
  await steps(done.length + 1);
  assert.ok((await state()).markers.some(([tick, name]) => tick === five && name === "Trio"));
  await window.press(Key.enter);
  await window.until("a field is open", () => document.activeElement?.matches('[data-testid="lane-marker"] input'));
  await type("Trio 2");
  await steps(done.length + 2);
  const seven = await barStart(7);
  const from = await lane("lane-marker", five + 20);
  const to = await lane("lane-marker", seven + 60);
  await window.drag(from, to);
  await steps(done.length + 3);
  assert.ok((await state()).markers.some(([tick, name]) => tick === seven && name === "Trio 2"));
  await window.press(Key.home);
  await window.run(() => window.__diabelli.transport.seek(0));
  await new Promise((wake) => setTimeout(wake, 300));
  await picture("sections");
  await window.run((tick) => window.__diabelli.landmarks.choose({ what: "marker", tick }), seven);
  await window.run(() => document.querySelector('[data-testid="lane-marker"]').focus());
  await window.press(Key.delete);
  await steps(done.length + 4);
  assert.ok(!(await state()).markers.some(([tick]) => tick === seven));
});

test("tempo and metre are written in their lanes, and bars follow the metre", async () => {
  const before = await state();
  const three = await barStart(3);
  await click(await lane("lane-tempo", three));
  await window.until("a field is open", () => document.activeElement?.matches('[data-testid="lane-tempo"] input'));
  await type("96");
  await steps(before.done.length + 1);
  assert.ok((await state()).tempos.some(({ tick, micros }) => tick === three && micros === 625_000));
  await click(await lane("lane-meter", three + 300));
  await window.until("a field is open", () => document.activeElement?.matches('[data-testid="lane-meter"] input'));
  await type("2/4");
  await steps(before.done.length + 2);
  assert.equal((await barStart(4)) - (await barStart(3)), 2 * 960);
  assert.equal((await state()).checksum, before.checksum, "no note has moved");
  await picture("tempo-and-metre");
});

test("a curve is drawn, drawn as a line, scaled and erased; a pedal is pressed", async () => {
  const { done } = await state();
  for (const code of [11, 64]) await window.click(`[data-testid="lane-toggle-${code}"]`);
  await window.until("the lanes are there", () => !!document.querySelector('[data-testid="lane-11"]') && !!document.querySelector('[data-testid="lane-64"]'));
  await window.drag(await lane("lane-11", 960, 0.9), await lane("lane-11", 2880, 0.3));
  await steps(done.length + 1);
  const rising = await curve(11);
  assert.ok(rising.length > 10 && rising[0][0] === 960 && rising.at(-1)[1] > rising[0][1], JSON.stringify(rising));
  await window.drag(await lane("lane-11", 960, 0.2), await lane("lane-11", 2880, 0.8), Key.shift);
  await steps(done.length + 2);
  const falling = await curve(11);
  assert.ok(falling.every(([, value], at) => !at || value < falling[at - 1][1]), "a line falls all the way");
  await window.drag(await lane("lane-11", 1500, 0.5), await lane("lane-11", 1500, 0.75), Key.alt);
  await steps(done.length + 3);
  assert.ok((await curve(11))[0][1] < falling[0][1]);
  await window.drag(await lane("lane-64", 0, 0.2), await lane("lane-64", 1920, 0.2));
  await steps(done.length + 4);
  assert.deepEqual(await curve(64), [[0, 127], [1920, 0]]);
  await picture("controllers");
  await window.run(() => void (window.__diabelli.taste.pen = "erase"));
  await window.drag(await lane("lane-11", 900, 0.5), await lane("lane-11", 3000, 0.5));
  await steps(done.length + 5);
  assert.deepEqual(await curve(11), []);
  await window.run(() => void (window.__diabelli.taste.pen = "draw"));
});

test("a track gets a name, a colour, another instrument, a copy and another place", async () => {
  const before = await state();
  await window.run(() => document.querySelector('[data-testid="track"]').click());
  await window.press(Key.f2);
  await window.until("a field is open", () => document.activeElement?.classList.contains("rename"));
  await type("Melody");
  await steps(before.done.length + 1);
  assert.equal((await state()).tracks[0].name, "Melody");
  await window.press("i");
  await window.until("instruments are there", () => document.querySelectorAll("#instruments [role=option]").length > 128);
  for (const sign of "flute") await window.press(sign);
  await picture("instruments");
  await window.press(Key.down);
  await window.press(Key.enter);
  await steps(before.done.length + 2);
  assert.match((await state()).tracks[0].instrument, /Flute/);
  await window.press(Key.control, Key.shift, "T");
  await steps(before.done.length + 3);
  const copied = await state();
  assert.deepEqual(copied.tracks.map(({ name }) => name).slice(0, 2), ["Melody", "Melody 2"]);
  assert.equal(copied.track, copied.tracks[1].id);
  await window.press(Key.alt, Key.shift, Key.pageUp);
  await steps(before.done.length + 4);
  assert.equal((await state()).tracks[0].name, "Melody 2");
  const rows = await window.run(() => [...document.querySelectorAll('[data-testid="track"]')].map((row) => { const box = row.getBoundingClientRect(); return { x: box.left + 10, y: box.top + box.height / 2 }; }));
  await window.drag(rows[0], rows[2]);
  await steps(before.done.length + 5);
  assert.equal((await state()).tracks[2].name, "Melody 2");
  await window.press(Key.control, Key.shift, Key.delete);
  await steps(before.done.length + 6);
  assert.equal((await state()).tracks.length, before.tracks.length);
});

test("the mixer opens, moves a fader, and its meters move", async () => {
  const { done, tracks } = await state();
  await window.run(() => void (window.__diabelli.taste.theme = "dark"));
  await window.press(Key.f10);
  await window.until("strips are there", (count) => document.querySelectorAll('[data-testid="strip"]').length === count, 10, tracks.length);
  const fader = await window.run(() => { const box = document.querySelector('[data-testid="strip"] .fader').getBoundingClientRect(); return { x: box.left + box.width / 2, top: box.top, height: box.height }; });
  await window.drag({ x: fader.x, y: fader.top + fader.height * 0.3 }, { x: fader.x, y: fader.top + fader.height * 0.6 });
  await steps(done.length + 1);
  assert.ok((await state()).tracks[0].mix.gain < -30, JSON.stringify((await state()).tracks[0].mix));
  await window.run(() => document.querySelector('[data-testid="roll"]').focus());
  await window.press(Key.space);
  await window.until("a meter moves", () => [...document.querySelectorAll('[data-testid="strip"] .meter')].some((meter) => parseFloat(meter.style.backgroundSize.split(" ")[1]) < 90));
  await picture("mixer-dark");
  await window.press(Key.space);
  await window.run(() => void (window.__diabelli.taste.theme = "light"));
  await window.until("light", () => document.documentElement.dataset.theme === "light");
  await picture("mixer-light");
  await window.run(() => void (window.__diabelli.taste.theme = "dark"));
  await window.press(Key.f10);
});

test("all of it is undone", async () => {
  const { done } = await state();
  assert.ok(done.length > 20, `${done.length} steps`);
  for (let step = 0; step < done.length; step++) await window.press(Key.control, "z");
  await steps(0);
  const end = await state();
  assert.equal(end.checksum, await window.run(() => window.__diabelli.studio.mirror.checksum()));
  assert.deepEqual([end.tempos.length, await curve(64)], [1, []]);
});
