// What hands know from other programs, in the real window: where Space leads, reduced motion, the loop in the ruler, folded
// rows, curves and chance in the lanes, the list of steps, hearts, tags, and pictures of pages.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
let window;

const picture = async (name) => writeFileSync(join(out, `${name}.png`), await window.picture());
const playing = (on) => window.until(on ? "it plays" : "it rests", (on) => window.__diabelli.transport.playing === on, 10, on);
const tick = () => window.run(() => window.__diabelli.transport.position.tick(performance.now()));
const there = (what, tick) => window.until(what, (tick) => Math.abs(window.__diabelli.transport.position.tick(performance.now()) - tick) < 1, 10, tick);
const whole = () => window.until("all is done", () => !window.__diabelli.studio.saving && window.__diabelli.studio.mirror.checksum() === window.__diabelli.studio.document.checksum);
const done = () => window.run(() => window.__diabelli.studio.document.history.done);

/** A place in a part of the window: a tick across, pixels down. */
const at = (part, tick, down) => window.run((part, tick, down) => {
  const box = document.querySelector(`[data-testid="${part}"]`).getBoundingClientRect();
  const { view } = window.__diabelli.sheet;
  return { x: box.left + ((tick - view.left) * view.quarter) / view.tpq, y: box.top + (down < 0 ? box.height + down : down) };
}, part, tick, down);

async function looked(name) {
  for (const theme of ["light", "dark"]) {
    await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
    await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 10, theme);
    await new Promise((wake) => setTimeout(wake, 250));
    await picture(`${name}-${theme}`);
  }
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.run(() => { Object.assign(window.__diabelli.taste, { view: "roll", editor: "roll", fold: "none", lanes: [], velocity: true, snap: 1 / 2 }); });
  await window.until("the roll is there", () => !!document.querySelector('[data-testid="roll"]'));
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("Space stops where playing began, and with Shift it goes on from where it was stopped", async () => {
  await window.run(() => window.__diabelli.transport.seek(5760));
  await there("the playhead is at bar 3", 5760);
  await window.press(Key.space);
  await playing(true);
  await window.until("it has gone on", () => window.__diabelli.transport.position.tick(performance.now()) > 7000, 10);
  await window.press(Key.space);
  await playing(false);
  await there("it is back at bar 3", 5760);
  await window.press(Key.shift, Key.space);
  await playing(true);
  assert.ok((await tick()) > 7000, "it plays on from where it was stopped");
  await window.press(Key.shift, Key.space);
  await playing(false);
  assert.ok((await tick()) > 7000, "and stays where it is");
  await window.run(() => window.__diabelli.transport.seek(0));
  await there("the playhead is at the beginning", 0);
});

/** In the settings, by keys as a person would; answers the milliseconds that the page then gives to hovering and to panels. */
async function motion(still) {
  await window.press(Key.control, ",");
  await window.until("the settings are open", () => !!document.querySelector('[data-testid="settings"]'));
  const held = () => window.run(() => document.activeElement?.getAttribute("aria-describedby") === "motion-words");
  for (let turn = 0; turn < 20 && !(await held()); turn++) await window.press(Key.tab);
  assert.ok(await held(), "the control can be reached by keys");
  await window.press(Key.space);
  await window.until("it is taken", (still) => document.activeElement.checked === still && window.__diabelli.taste.still === still, 10, still);
  await window.press(Key.escape);
  await window.until("the settings are closed", () => !document.querySelector("dialog"));
  await window.until("the page says so", (still) => document.documentElement.dataset.motion === (still ? "reduced" : "full"), 10, still);
  return window.run(() => ["--t-fast", "--t-panel"].map((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()).map((time) => parseFloat(time) * (time.endsWith("ms") ? 1 : 1000)));
}

/** Notes from frame to frame where the line over the music stands while it plays, until `enough` says so. */
async function watched(line, what, enough) {
  await window.run(() => window.__diabelli.transport.seek(0));
  await there("the playhead is at the beginning", 0);
  await window.press(Key.space);
  await playing(true);
  await window.run((line) => {
    const seen = { places: new Set(), ticks: new Set(), from: null, to: 0, over: false };
    window.__watched = seen;
    (function look() {
      const { transport, sheet } = window.__diabelli;
      if (seen.over || !transport.playing) return;
      const place = document.querySelector(line).style.transform;
      const { view } = sheet;
      seen.to = transport.position.tick(performance.now());
      seen.from ??= seen.to;
      // Beyond the edge it is hidden.
      if (place !== "translateX(-20px)") {
        seen.places.add(place);
        seen.ticks.add((parseFloat(place.slice(place.indexOf("(") + 1)) * view.tpq) / view.quarter + view.left);
      }
      requestAnimationFrame(look);
    })();
  }, line);
  await window.until(what, enough, 30);
  const seen = await window.run(() => { const { places, ticks, from, to } = window.__watched; window.__watched.over = true; const { view } = window.__diabelli.sheet; return { places: places.size, ticks: [...ticks], beats: (to - from) / view.tpq, slack: view.tpq / view.quarter }; });
  await window.press(Key.space);
  await playing(false);
  return seen;
}

test("with reduced motion nothing fades and the playhead steps from beat to beat, until motion is wanted again", async () => {
  const follow = await window.run(() => window.__diabelli.taste.follow);
  // The music stands while the line goes over it, so that where it stands says which tick it shows.
  await window.run(() => { window.__diabelli.taste.follow = false; window.__diabelli.sheet.set({ left: 0 }); });
  const roll = '[data-times] > .head';
  const score = '[data-testid="score"] .head';
  const many = () => window.__watched.places.size > 4;
  const more = () => window.__watched.places.size > (window.__watched.to - window.__watched.from) / window.__diabelli.sheet.view.tpq + 6;
  const beats = () => window.__watched.to - window.__watched.from > 5 * window.__diabelli.sheet.view.tpq;
  const off = (tick) => Math.abs(tick - 960 * Math.round(tick / 960));
  assert.deepEqual(await motion(true), [0, 0]);
  const still = await watched(roll, "it has stepped over some beats", many);
  // A line is drawn at half a pixel at best.
  assert.deepEqual(still.ticks.filter((tick) => off(tick) > still.slack), [], "it stands on beats alone");
  await window.press(Key.control, "2");
  await window.engraved();
  const written = await watched(score, "some beats were played", beats);
  // The beat on which it begins and the one on which it ends are seen in part.
  assert.ok(written.places > 2 && written.places <= written.beats + 2, JSON.stringify(written));
  assert.deepEqual(await motion(false), [80, 120]);
  await watched(score, "the line in the score goes on between beats", more);
  await window.press(Key.control, "1");
  await window.until("the roll is there", () => !!document.querySelector('[data-testid="roll"]'));
  const moved = await watched(roll, "the playhead goes on between beats", more);
  assert.ok(moved.ticks.some((tick) => off(tick) > 4 * moved.slack), "it stands between beats too");
  await window.run((follow) => { window.__diabelli.taste.follow = follow; window.__diabelli.transport.seek(0); }, follow);
  await there("the playhead is at the beginning", 0);
});

test("the loop is drawn, moved and made longer in the upper edge of the ruler", async () => {
  const bar = (number) => window.run((number) => window.__diabelli.studio.bars.start(number - 1), number);
  const [two, three, four, five] = [await bar(2), await bar(3), await bar(4), await bar(5)];
  const loop = () => window.run(() => window.__diabelli.transport.loop);
  const drag = async (from, to) => window.drag(await at("ruler", from, 4), await at("ruler", to, 4));
  const bars = await window.run(() => window.__diabelli.selection.bars);
  await drag(two, three);
  assert.deepEqual(await loop(), { from: two, to: three });
  await drag(three, four);
  assert.deepEqual(await loop(), { from: two, to: four });
  await drag((two + three) / 2, (two + three) / 2 + (five - four));
  assert.deepEqual(await loop(), { from: three, to: five });
  assert.deepEqual(await window.run(() => window.__diabelli.selection.bars), bars, "no bars are marked by it");
  await looked("loop");
  await window.press("l");
  await window.until("the loop is off", () => !window.__diabelli.transport.loop);
});

test("rows are folded to what sounds and to the key", async () => {
  const rows = () => window.run(() => window.__diabelli.sheet.view.keys?.length ?? 128);
  await window.press(Key.shift, "F");
  await window.until("few rows are left", () => (window.__diabelli.sheet.view.keys?.length ?? 128) < 60);
  const used = await rows();
  const keys = await window.run(() => {
    const { sheet, studio } = window.__diabelli;
    const pitches = new Set(sheet.layers().filter(({ ghost }) => !ghost).flatMap(({ track }) => [...studio.mirror.notes(track).pitch]));
    return [...pitches].every((pitch) => sheet.view.keys.includes(pitch)) && sheet.view.keys.length === pitches.size;
  });
  assert.ok(keys, "every key that sounds has a row, and no other");
  await looked("folded");
  // A note is drawn where one sees it: on the row of its key.
  const pitch = await window.run(() => window.__diabelli.sheet.view.keys.at(-2));
  const place = await window.run((pitch) => {
    const { view } = window.__diabelli.sheet;
    const box = document.querySelector('[data-testid="roll"]').getBoundingClientRect();
    const row = view.keys.length - 1 - view.keys.indexOf(pitch);
    return { x: box.left + box.width - 60, y: box.top + row * view.row - view.top + view.row / 2 };
  }, pitch);
  const before = (await done()).length;
  await window.press("b");
  await window.drag(place, { x: place.x + 2, y: place.y });
  await window.press("b");
  await window.until("a note was drawn", (before) => window.__diabelli.studio.document.history.done.length === before + 1, 10, before);
  const drawn = await window.run(() => { const { studio, selection } = window.__diabelli; const { pitch, id } = studio.mirror.notes(selection.track); return pitch[id.indexOf(Math.max(...id))]; });
  assert.equal(drawn, pitch);
  await window.press(Key.control, "z");
  await whole();
  await window.press(Key.alt, "f");
  await window.until("more rows are there", (used) => (window.__diabelli.sheet.view.keys?.length ?? 128) > used, 10, used);
  await window.press(Key.alt, "k");
  await looked("folded-key");
  await window.press(Key.alt, "k");
  await window.press(Key.alt, "f");
  await window.until("all rows are back", () => !window.__diabelli.sheet.view.keys);
});

test("a curve is drawn from end to end, pulled, and put in with a click", async () => {
  await window.run(() => { Object.assign(window.__diabelli.taste, { lanes: [11], pen: "curve" }); });
  await window.until("the lane is there", () => !!document.querySelector('[data-testid="lane-11"]'));
  const [from, to] = [await at("lane-11", 1920, -8), await at("lane-11", 7680, 8)];
  const before = (await done()).length;
  await window.drag(from, to);
  assert.equal((await done()).length, before, "it waits to be pulled");
  const pull = await at("lane-11", 7000, -8);
  await window.drag({ x: pull.x - 4, y: pull.y }, pull);
  await window.until("the curve is there", (before) => window.__diabelli.studio.document.history.done.length === before + 1, 10, before);
  await whole();
  const curve = await window.run(() => { const { studio, selection } = window.__diabelli; const { ticks, values } = studio.mirror.curves(selection.track).of(11); return ticks.map((tick, at) => [tick, values[at]]); });
  const value = (tick) => curve.filter(([each]) => each <= tick).at(-1)[1];
  assert.ok(curve.length > 20, `${curve.length} values`);
  // It was pulled down to the right: halfway it is far below the middle of its ends.
  assert.ok(value(4800) < 45 && value(7680) > 100, `${value(4800)}, ${value(7680)}`);
  await looked("curve");
  // Escape drops one that is being pulled.
  await window.drag(from, to);
  await window.press(Key.escape);
  assert.equal((await done()).length, before + 1);
  await window.press(Key.control, "z");
  await whole();
});

test("a curve is taken hold of by its points: dragged, bent, removed, by pointer and by keys", async () => {
  await window.run(() => { Object.assign(window.__diabelli.taste, { lanes: [11], pen: "line" }); });
  await window.until("the lane is there", () => !!document.querySelector('[data-testid="lane-11"]'));
  const before = (await done()).length;
  const more = (count) => window.until(`${count} more steps`, (all) => window.__diabelli.studio.document.history.done.length === all && !window.__diabelli.studio.saving, 10, before + count);
  const value = (tick) => window.run((tick) => { const { studio, selection } = window.__diabelli; const { ticks, values } = studio.mirror.curves(selection.track).of(11); return values[ticks.findLastIndex((each) => each <= tick)]; }, tick);
  const height = await window.run(() => document.querySelector('[data-testid="lane-11"]').getBoundingClientRect().height);
  /** Where a value stands in the lane. */
  const level = (value) => 6 + (1 - value / 127) * (height - 12);
  const knot = (tick, value) => at("lane-11", tick, level(value));
  await window.drag(await knot(1920, 20), await knot(3840, 100));
  await more(1);
  await window.drag(await knot(3860, 100), await knot(7680, 20));
  await more(2);
  await window.run(() => { window.__diabelli.taste.pen = "knots"; });
  // The top is a point that was found: it is dragged down, and both ways to it follow.
  await window.drag(await knot(3840, await value(3845)), await knot(3840, 60));
  await more(3);
  assert.ok(Math.abs((await value(3845)) - 60) < 5 && Math.abs((await value(2880)) - 40) < 8, `${await value(3845)}, ${await value(2880)}`);
  assert.ok(Math.abs((await value(7600)) - 20) < 5);
  await looked("points");
  // Keys go from the point that is held to the bend after it, and say where they are.
  await window.run(() => document.querySelector('[data-testid="lane-11"]').focus());
  const spoken = () => window.run(() => document.querySelector("#spoken").textContent);
  for (let step = 0; step < 12 && !/^bend after point/.test(await spoken()); step++) {
    const last = await spoken();
    await window.press(Key.right);
    await window.until("it is said what is held", (last) => document.querySelector("#spoken").textContent !== last, 10, last);
  }
  assert.match(await spoken(), /^bend after point \d+ of \d+, Expression -?\d+, bar \d+/);
  const middle = await value(5760);
  await window.press(Key.shift, Key.up);
  await more(4);
  assert.ok((await value(5760)) > middle, `${middle}, ${await value(5760)}`);
  // A new point stands where the pointer is pressed, and Delete takes it away.
  await window.drag(await knot(6720, 90), await knot(6720, 90));
  await more(5);
  assert.ok(Math.abs((await value(6725)) - 90) < 4, `${await value(6725)}`);
  await window.press(Key.delete);
  await more(6);
  assert.ok((await value(6725)) < 60, `${await value(6725)}`);
  for (let step = 0; step < 6; step++) {
    await window.press(Key.control, "z");
    await whole();
  }
  assert.equal((await done()).length, before);
  await window.run(() => { window.__diabelli.taste.pen = "draw"; });
});

test("another instrument plays for a while, chosen in its lane and by its key, and gives the notes back", async () => {
  await window.run(() => { Object.assign(window.__diabelli.taste, { lanes: [130], snap: 1 }); window.__diabelli.selection.clear(); });
  await window.until("the lane is there", () => !!document.querySelector('[data-testid="lane-130"]'));
  const first = await window.run(() => window.__diabelli.studio.document.checksum);
  const before = (await done()).length;
  const tracks = () => window.run(() => window.__diabelli.studio.document.tracks.map(({ header, notes }) => [header.program, notes]));
  const old = await tracks();
  const at130 = (tick) => at("lane-130", tick, 17);
  const choose = async (words) => {
    await window.until("instruments are there", () => document.activeElement?.dataset.testid === "instrument-search");
    await window.type(words);
    await window.press(Key.enter);
    await whole();
  };
  await window.drag(await at130(3840), await at130(7680));
  await choose("oboe");
  const now = await tracks();
  assert.equal(now.length, old.length + 1);
  const [, more] = now.find(([program]) => program === 68);
  const kept = await window.run(() => window.__diabelli.studio.document.tracks.find(({ id }) => id === window.__diabelli.selection.track).notes);
  const all = await window.run(() => window.__diabelli.studio.document.tracks.reduce((sum, { notes }) => sum + notes, 0));
  assert.ok(more > 0 && kept > 0);
  assert.equal(all, old.reduce((sum, [, notes]) => sum + notes, 0));
  await looked("instrument-lane");
  // By keys: the stretch of the oboe is given to whom the rest belongs, and it is one track again.
  await window.run(() => document.querySelector('[data-testid="lane-130"]').focus());
  await window.press(Key.right);
  await window.press(Key.right);
  await window.until("the oboe is said", () => /oboe/i.test(document.querySelector("#spoken").textContent));
  await window.press(Key.enter);
  const name = await window.run(() => { const { studio, selection } = window.__diabelli; return studio.document.tracks.find(({ id }) => id === selection.track).instrument; });
  await choose(name);
  assert.deepEqual(await tracks(), old);
  assert.equal((await done()).length, before + 2);
  assert.equal(await window.run(() => window.__diabelli.studio.document.checksum), first);
  // By its key, for the marked bars.
  await window.run(() => { window.__diabelli.selection.bars = { from: 2, to: 2 }; });
  await window.press(Key.alt, "i");
  await choose("oboe");
  assert.equal((await tracks()).length, old.length + 1);
  for (let step = 0; step < 3; step++) {
    await window.press(Key.control, "z");
    await whole();
  }
  await window.run(() => { Object.assign(window.__diabelli.taste, { lanes: [], snap: 1 / 2 }); window.__diabelli.selection.clear(); });
});

test("velocities vary by chance as far as the pointer goes up", async () => {
  const chosen = await window.run(() => {
    const { taste, selection, studio } = window.__diabelli;
    Object.assign(taste, { lanes: [], pen: "vary" });
    const { id, velocity } = studio.mirror.notes(selection.track);
    selection.choose(id.slice(0, 12));
    return [...velocity.slice(0, 12)];
  });
  const from = await at("velocity", 960, -10);
  await window.drag(from, { x: from.x, y: from.y - 25 });
  await window.until("they vary", () => window.__diabelli.studio.document.history.done.at(-1)?.startsWith("Humanize"));
  await whole();
  const after = await window.run(() => [...window.__diabelli.studio.mirror.notes(window.__diabelli.selection.track).velocity.slice(0, 12)]);
  const ways = after.map((velocity, at) => velocity - chosen[at]);
  assert.ok(ways.some((way) => way > 0) && ways.some((way) => way < 0) && ways.every((way) => Math.abs(way) < 50), ways.join());
  await window.press(Key.control, "z");
  await whole();
  assert.deepEqual(await window.run(() => [...window.__diabelli.studio.mirror.notes(window.__diabelli.selection.track).velocity.slice(0, 12)]), chosen);
  await window.run(() => { window.__diabelli.taste.pen = "draw"; window.__diabelli.selection.clear(); });
});

test("the history is a list of steps by which one goes back and forth", async () => {
  const sum = () => window.run(() => window.__diabelli.studio.document.checksum);
  const first = await sum();
  const before = (await done()).length;
  await window.press(Key.control, "a");
  for (const key of [Key.up, Key.delete]) {
    await window.press(key);
    await whole();
  }
  await window.press(Key.control, "z");
  await whole();
  const moved = await sum();
  assert.equal((await done()).length, before + 1);
  await window.press(Key.control, Key.alt, "z");
  await window.until("the list is there", () => document.activeElement?.dataset.testid === "history-step" && document.activeElement.getAttribute("aria-current") === "step");
  await looked("history");
  assert.equal(await window.run(() => document.querySelectorAll('[data-testid="history-sheet"] [aria-current]').length), 1);
  await window.press(Key.up);
  await window.press(Key.enter);
  await window.until("it is a step back", (before) => window.__diabelli.studio.document.history.done.length === before, 10, before);
  await whole();
  assert.equal(await sum(), first);
  await window.until("the focus is on where it is", () => document.activeElement?.getAttribute("aria-current") === "step");
  await window.press(Key.down);
  await window.press(Key.enter);
  await window.until("it is a step on", (before) => window.__diabelli.studio.document.history.done.length === before + 1, 10, before);
  await whole();
  assert.equal(await sum(), moved);
  await window.press(Key.escape);
  await window.press(Key.control, "z");
  await whole();
});

test("a candidate gets a heart, another one a cross", async () => {
  await window.run(() => window.__diabelli.variations.mark(5, 6));
  await window.press("g");
  await window.until("candidates", () => window.__diabelli.variations.candidates.length > 1, 60);
  await window.press(Key.alt, Key.enter);
  await window.until("the heart is given", () => [...window.__diabelli.variations.verdicts.values()].join() === "true");
  await window.click('[data-testid="candidate"]:nth-of-type(2) [data-testid="dislike"]').catch(() => window.run(() => document.querySelectorAll('[data-testid="dislike"]')[1].click()));
  await window.until("the cross is given", () => [...window.__diabelli.variations.verdicts.values()].join() === "true,false");
  assert.match(await window.run(() => document.querySelector('[data-testid="candidate"]').getAttribute("aria-label")), /heart/);
  await looked("hearts");
  await window.press(Key.escape);
  await window.until("they are gone", () => !window.__diabelli.variations.candidates.length);
});

test("a piece gets tags by which it is found", async () => {
  await window.press(Key.control, Key.shift, "O");
  await window.until("home is there", () => !!document.querySelector('[data-testid="piece"]'));
  for (let turn = 0; turn < 60 && !(await window.run(() => document.activeElement?.dataset.testid === "piece")); turn++) await window.press(Key.tab);
  await window.press(Key.control, "k");
  await window.until("the palette is open", () => !!document.querySelector("#commands"));
  await window.type("tags of");
  await window.press(Key.enter);
  await window.until("tags are asked for", () => document.activeElement?.dataset.testid === "tags-field");
  await window.type("waltz, for Anna");
  await picture("tags");
  await window.press(Key.enter);
  await window.until("the card has them", () => document.querySelector('[data-testid="piece-tags"]')?.textContent === "for Annawaltz");
  await looked("tagged");
  await window.click('[data-testid="home-tags"] button');
  await window.until("only it is shown", () => document.querySelectorAll('[data-testid="piece"]').length === 1);
  await window.click('[data-testid="home-tags"] button');
  await window.press(Key.control, "1");
});

test("pages are written as pictures", async () => {
  const path = join(out, "waltz.png");
  await window.press(Key.control, "p");
  await window.until("the sheet is open", () => !!document.querySelector('[data-testid="print-sheet"]'));
  await window.click('[data-testid="print-png"]');
  await window.run((path) => void window.__diabelli.write(path), path);
  await window.until("it is written", () => /waltz/.test(window.__diabelli.studio.message?.text ?? ""), 60);
  const bytes = readFileSync(await window.run(() => window.__diabelli.studio.message.text.match(/\S+\.png/)[0]));
  assert.deepEqual([bytes.toString("latin1", 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)], ["PNG", 2480, 3508]);
});

test("the export says how long it rings and how loud it is", async () => {
  await window.press(Key.control, "e");
  await window.until("the sheet is open", () => !!document.querySelector('[data-testid="export-sheet"]'));
  await window.click('[data-testid="export-wav"]');
  await window.until("its options are there", () => !!document.querySelector('[data-testid="export-normalise"]'));
  await window.run(() => {
    const [tail, loud] = ["export-tail", "export-normalise"].map((id) => document.querySelector(`[data-testid="${id}"]`));
    tail.selectedIndex = 2;
    loud.selectedIndex = 2;
    for (const each of [tail, loud]) each.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await looked("export-audio");
  await window.run((path) => void window.__diabelli.write(path), join(out, "loud.wav"));
  await window.until("it is written", () => /-1\.0 dB/.test(window.__diabelli.studio.message?.text ?? ""), 60);
});
