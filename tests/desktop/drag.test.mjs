// Music dragged out of the window into another program, and files dropped on its tracks.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { drop, Key, Window } from "./driver.mjs";

const run = promisify(execFile);
const out = process.env.DIABELLI_OUT;
let window;
/** Where the page begins on the display: below the frame that a window manager puts around it. */
let origin;

const pointer = async (...words) => {
  await run("xdotool", words.map(String));
  await new Promise((wake) => setTimeout(wake, 80));
};

/** Drags from a point of the page into the other program's window; answers the file that it got. */
async function dragged(place) {
  const from = { x: origin.x + place.x, y: origin.y + place.y };
  const other = spawn("/usr/bin/python3", ["tests/desktop/catch.py"], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: other.stdout })[Symbol.asyncIterator]();
  try {
    assert.equal((await lines.next()).value, "ready");
    await new Promise((wake) => setTimeout(wake, 300));
    const to = { x: 1350, y: 850 };
    await pointer("mousemove", Math.round(from.x), Math.round(from.y));
    await pointer("mousedown", 1);
    for (const [x, y] of [[from.x + 8, from.y], [from.x + 12, from.y + 2]]) await pointer("mousemove", Math.round(x), Math.round(y));
    await new Promise((wake) => setTimeout(wake, 600));
    for (const part of [0.2, 0.5, 0.8, 1]) await pointer("mousemove", Math.round(from.x + (to.x - from.x) * part), Math.round(from.y + (to.y - from.y) * part));
    // The other program says first that it wants it.
    for (const more of [1, 2, 3, 4]) {
      await pointer("mousemove", to.x + 2 * more, to.y + more);
      await new Promise((wake) => setTimeout(wake, 300));
    }
    await pointer("mouseup", 1);
    const caught = await Promise.race([lines.next(), new Promise((wake) => setTimeout(() => wake({ value: null }), 5000))]);
    return caught.value && fileURLToPath(caught.value);
  } finally {
    other.kill();
  }
}

/** A MIDI file of one track with two quarters. */
function riff() {
  const track = [0, 0x90, 60, 80, 0x83, 0x60, 0x80, 60, 64, 0, 0x90, 64, 80, 0x83, 0x60, 0x80, 64, 64, 0, 0xff, 0x2f, 0];
  const file = join(out, "riff.mid");
  writeFileSync(file, Buffer.from([...Buffer.from("MThd"), 0, 0, 0, 6, 0, 0, 0, 1, 1, 0xe0, ...Buffer.from("MTrk"), 0, 0, 0, track.length, ...track]));
  return file;
}

/** How many note-ons a Standard MIDI File has, as another reader counts them. */
async function notes(path) {
  const script = "import mido, sys; print(sum(m.type == 'note_on' and m.velocity > 0 for t in mido.MidiFile(sys.argv[1]).tracks for m in t))";
  const { stdout } = await run("python3", ["-c", script, path]);
  return Number(stdout);
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.run(() => void Object.assign(window.__diabelli.taste, { view: "roll", editor: "roll" }));
  await window.until("the roll is there", () => !!document.querySelector('[data-testid="roll"]'));
  await window.run(() => document.addEventListener("pointermove", ({ clientX, clientY }) => (window.__pointer = { x: clientX, y: clientY }), true));
  for (const x of [600, 700]) await pointer("mousemove", x, 500);
  origin = await window.until("the pointer is seen", () => window.__pointer?.x > 600 && { x: 700 - window.__pointer.x, y: 500 - window.__pointer.y });
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("a candidate is dragged out as a MIDI file", async () => {
  await window.run(() => void (window.__diabelli.selection.bars = { from: 5, to: 8 }));
  await window.press("g");
  await window.until("candidates", () => window.__diabelli.variations.candidates.length > 0, 60);
  const place = await window.run(() => {
    const box = document.querySelector('[data-testid="candidate"] canvas').getBoundingClientRect();
    return { x: box.left + 40, y: box.top + 20, count: window.__diabelli.variations.candidates[0].notes.reduce((sum, { notes }) => sum + notes.length, 0) };
  });
  const file = await dragged(place);
  assert.ok(file, "the other program got nothing");
  assert.match(file, /Waltz-in-C\.mid$/);
  assert.equal(readFileSync(file).subarray(0, 4).toString("latin1"), "MThd");
  if (await run("python3", ["-c", "import mido"]).then(() => true, () => false)) assert.equal(await notes(file), place.count);
  assert.equal(await window.run(() => window.__diabelli.studio.document.history.done.length), 0);
});

test("the chosen notes are dragged out by their number in the status bar", async () => {
  await window.run(() => {
    const { selection, studio, variations } = window.__diabelli;
    variations.forget();
    selection.choose([...studio.mirror.notes(selection.track).id].slice(3, 12));
  });
  await window.until("their number is there", () => !!document.querySelector('[data-testid="selected"]'));
  const place = await window.run(() => {
    const { left, top, width, height } = document.querySelector('[data-testid="selected"]').getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  });
  const file = await dragged(place);
  assert.ok(file, "the other program got nothing");
  assert.equal(readFileSync(file).subarray(0, 4).toString("latin1"), "MThd");
  if (await run("python3", ["-c", "import mido"]).then(() => true, () => false)) assert.equal(await notes(file), 9);
  await window.press(Key.escape);
});

test("a file that is dropped on the tracks brings its tracks along", async () => {
  const before = await window.run(() => window.__diabelli.studio.document.tracks.length);
  const file = riff();
  const at = await window.run(() => {
    const box = document.querySelector('[data-region="tracks"]').getBoundingClientRect();
    return { x: Math.round(box.left + 120), y: Math.round(box.top + 140) };
  });
  await drop(file, at);
  await window.until("its track is there", (before) => window.__diabelli.studio.document.tracks.length === before + 1, 20, before);
  const state = await window.run(() => {
    const { studio } = window.__diabelli;
    return { title: studio.document.title, done: studio.document.history.done, whole: studio.mirror.checksum() === studio.document.checksum, starts: [...studio.mirror.notes(studio.document.tracks.at(-1).id).start], from: studio.bars.start(4) };
  });
  assert.deepEqual([state.title, state.done, state.whole], ["Waltz in C", ["Add riff.mid"], true]);
  assert.equal(state.starts[0], state.from);
});

/** Drops a file in the middle of a bar of what has this id, and looks where its notes have come to; then takes that back. */
async function droppedAt(id, bar, above = 0.5) {
  const look = () => window.run(() => {
    const { studio, selection } = window.__diabelli;
    const { tracks, history, title } = studio.document;
    return { title, tracks: tracks.length, done: history.done, starts: [...studio.mirror.notes(tracks.at(-1).id).start], worked: selection.track === tracks.at(-1).id, said: studio.message?.text, spoken: studio.spoken };
  });
  const before = await look();
  const place = await window.until("the place is there", (id, bar, above) => {
    const { sheet, studio } = window.__diabelli;
    const element = document.querySelector(`[data-testid="${id}"]`);
    if (!element) return false;
    const box = element.getBoundingClientRect();
    const tick = (studio.bars.start(bar - 1) + studio.bars.end(bar - 1)) / 2;
    return { x: Math.round(box.left + ((tick - sheet.view.left) * sheet.view.quarter) / sheet.view.tpq), y: Math.round(box.top + box.height * above), start: studio.bars.start(bar - 1) };
  }, 10, id, bar, above);
  await drop(riff(), { x: origin.x + place.x, y: origin.y + place.y });
  await window.until("its track is there", (before) => window.__diabelli.studio.document.tracks.length === before + 1, 20, before.tracks);
  const after = await look();
  assert.deepEqual([after.title, after.done.slice(before.done.length), after.starts[0], after.worked], [before.title, ["Add riff.mid"], place.start, true]);
  await window.until("it is said", (said) => window.__diabelli.studio.message?.text === said && window.__diabelli.studio.spoken.trim() === said, 5, `1 track of riff.mid was added at bar ${bar}.`);
  await window.press(Key.control, "z");
  await window.until("one step takes it back", (before) => window.__diabelli.studio.document.tracks.length === before, 10, before.tracks);
}

test("a file that is dropped on the roll or the arrangement comes to the bar under the pointer", async () => {
  await window.run(() => {
    const { selection, sheet } = window.__diabelli;
    sheet.set({ left: 0 });
    // What is marked is not what is pointed at.
    selection.bars = { from: 5, to: 8 };
  });
  await droppedAt("roll", 3);
  await droppedAt("ruler", 2);
  await window.press(Key.control, "3");
  await droppedAt("arrange", 4, 0.2);
  await droppedAt("arrange", 2, 0.9);
  await window.press(Key.control, "1");
});

test("a file that is dropped where no bars are opens", async () => {
  await drop(riff(), { x: origin.x + 700, y: origin.y + 16 });
  await window.until("it is open", () => window.__diabelli.studio.document.tracks.length === 1 && window.__diabelli.studio.document.history.done.length === 0, 20);
});
