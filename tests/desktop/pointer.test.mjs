// What the mouse does in the roll: wheel, second button, double click, piano keys and the mini-map, by a real pointer.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Key, Window } from "./driver.mjs";

const run = promisify(execFile);
let window;
/** Where the page begins on the display. */
let origin;

const xdotool = (...words) => run("xdotool", words.map(String));
const go = ({ x, y }) => xdotool("mousemove", Math.round(origin.x + x), Math.round(origin.y + y));
const pause = () => new Promise((wake) => setTimeout(wake, 400));

/** Turns the wheel by so many notches, 4 up and 5 down, with keys held. */
async function turn(at, button, ...held) {
  await go(at);
  for (const key of held) await xdotool("keydown", key);
  await xdotool("click", "--repeat", 3, "--delay", 30, button);
  for (const key of held) await xdotool("keyup", key);
  await pause();
}

/** What the roll shows, and the middle of a note that is in sight. */
const sight = () => window.run(function () {
  const { selection, studio, sheet, transport } = window.__diabelli;
  const { view } = sheet;
  const box = document.querySelector('[data-testid="roll"]').getBoundingClientRect();
  const notes = studio.mirror.notes(selection.track);
  const at = (row) => ({ x: box.left + ((row.start + row.length / 2 - view.left) * view.quarter) / view.tpq, y: box.top + (127 - row.pitch) * view.row - view.top + view.row / 2 });
  const row = [...notes.rows()].find((row) => {
    const { x, y } = at(row);
    return x > box.left + 100 && x < box.right - 100 && y > box.top + 40 && y < box.bottom - 40;
  });
  return { ...view, count: notes.count, note: row && { ...row, ...at(row) }, middle: { x: box.left + box.width / 2, y: box.top + box.height / 2 }, away: transport.away, chosen: [...selection.notes] };
});

before(async () => {
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.until("the roll is drawn", () => window.__diabelli.sheet.view.width > 100);
  // Where the pointer is, the page knows best.
  await window.run(() => document.addEventListener("pointermove", ({ clientX, clientY }) => (window.__pointer = { x: clientX, y: clientY }), true));
  for (const x of [600, 700]) await xdotool("mousemove", x, 500);
  origin = await window.until("the pointer is seen", () => window.__pointer?.x > 600 && { x: 700 - window.__pointer.x, y: 500 - window.__pointer.y });
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("the wheel goes up and down, with Shift along, with Ctrl nearer, with both higher", async () => {
  const first = await sight();
  await turn(first.middle, 4);
  const up = await sight();
  assert.ok(up.top < first.top && up.left === first.left && up.quarter === first.quarter, JSON.stringify([first, up]));
  await turn(first.middle, 5, "shift");
  const along = await sight();
  assert.ok(along.left > up.left && along.quarter === up.quarter);
  await turn(first.middle, 4, "ctrl");
  const near = await sight();
  assert.ok(near.quarter > along.quarter && near.row === along.row);
  await turn(first.middle, 4, "ctrl", "shift");
  assert.ok((await sight()).row > near.row);
  await window.press("z");
  await pause();
});

test("Alt and the wheel over a note make it louder", async () => {
  await window.run(() => void window.__diabelli.sheet.set({ left: 0 }));
  const { note } = await sight();
  // The window manager has this for itself, so that the page is told.
  for (let notch = 0; notch < 3; notch++) {
    await window.run(({ x, y }) => void document.querySelector('[data-testid="roll"]').dispatchEvent(new WheelEvent("wheel", { deltaY: -100, altKey: true, clientX: x, clientY: y, bubbles: true, cancelable: true })), note);
    await pause();
  }
  await window.until("it is louder", (id, old) => window.__diabelli.studio.mirror.find(id).row.velocity === Math.min(127, old + 9), 5, note.id, note.velocity);
});

test("who scrolls while it plays is not taken back, and is after another start", async () => {
  await window.run(() => void window.__diabelli.transport.play());
  await window.until("it plays", () => window.__diabelli.transport.playing);
  const { middle } = await sight();
  await turn(middle, 5, "shift");
  await turn(middle, 5, "shift");
  const { left, away } = await sight();
  assert.equal(away, true);
  await new Promise((wake) => setTimeout(wake, 600));
  assert.equal((await sight()).left, left);
  await window.run(() => void window.__diabelli.transport.stop());
  await window.until("it is silent", () => !window.__diabelli.transport.playing);
  await window.run(() => void window.__diabelli.transport.play());
  await window.until("it is followed again", () => window.__diabelli.transport.playing && !window.__diabelli.transport.away);
  await window.run(() => void window.__diabelli.transport.rewind());
  await window.until("it is silent", () => !window.__diabelli.transport.playing);
});

test("the second button erases, a double click deletes and writes, and undo chooses what comes back", async () => {
  await window.run(() => void window.__diabelli.sheet.set({ left: 0 }));
  const before = await sight();
  await go(before.note);
  await xdotool("click", 3);
  await window.until("it is erased", (count) => window.__diabelli.studio.mirror.notes(window.__diabelli.selection.track).count === count - 1, 5, before.count);
  await window.press(Key.control, "z");
  await window.until("it is back and chosen", (id) => [...window.__diabelli.selection.notes].join() === String(id), 5, before.note.id);
  await go(before.note);
  await xdotool("click", "--repeat", 2, "--delay", 60, 1);
  await window.until("it is deleted", (id) => !window.__diabelli.studio.mirror.find(id), 5, before.note.id);
  // So that it is a double click of its own.
  await new Promise((wake) => setTimeout(wake, 800));
  await xdotool("click", "--repeat", 2, "--delay", 60, 1);
  await window.until("another one is there", (count) => window.__diabelli.studio.mirror.notes(window.__diabelli.selection.track).count === count, 5, before.count);
  await window.press(Key.control, "z");
  await window.press(Key.control, "z");
  await window.until("all is as it was", (id) => !!window.__diabelli.studio.mirror.find(id), 5, before.note.id);
});

test("the second button on a ghost goes to its track, and erases only there", async () => {
  // The middle of a note in sight, where no other one of its pitch is near.
  const ghost = await window.run(function () {
    const { selection, sheet, studio } = window.__diabelli;
    const { view } = sheet;
    const box = document.querySelector('[data-testid="roll"]').getBoundingClientRect();
    const near = (20 * view.tpq) / view.quarter;
    const all = sheet.layers().flatMap(({ track, ghost, notes }) => [...notes.rows()].map((row) => {
      const middle = row.start + row.length / 2;
      return { ...row, track, ghost, middle, x: box.left + ((middle - view.left) * view.quarter) / view.tpq, y: box.top + (127.5 - row.pitch) * view.row - view.top };
    }));
    const found = all.find(({ id, ghost, middle, pitch, x, y }) => {
      const seen = x > box.left + 100 && x < box.right - 100 && y > box.top + 40 && y < box.bottom - 40;
      return ghost && seen && !all.some((row) => row.id !== id && row.pitch === pitch && row.start < middle + near && row.start + row.length > middle - near);
    });
    return found && { ...found, from: selection.track, done: studio.document.history.done.length };
  });
  assert.ok(ghost && ghost.track !== ghost.from, "there is a ghost in sight");
  await go(ghost);
  await xdotool("click", 3);
  await window.until("its track is worked on", (track) => window.__diabelli.selection.track === track, 10, ghost.track);
  await xdotool("click", 1);
  await window.until("it is there and chosen", (id) => !!window.__diabelli.studio.mirror.find(id) && [...window.__diabelli.selection.notes].join() === String(id), 10, ghost.id);
  assert.equal(await window.run(() => window.__diabelli.studio.document.history.done.length), ghost.done);
  await xdotool("click", 3);
  await window.until("it is erased", (id) => !window.__diabelli.studio.mirror.find(id), 10, ghost.id);
  await window.press(Key.control, "z");
  await window.until("it is back", (id) => !!window.__diabelli.studio.mirror.find(id), 10, ghost.id);
  await window.press(Key.escape);
  await window.run((track) => void (window.__diabelli.selection.track = track), ghost.from);
});

test("a piano key chooses its row, with Ctrl beside what is chosen, and the mini-map goes where it is pressed", async () => {
  const { note } = await sight();
  const keys = await window.run(() => document.querySelector("canvas.keys").getBoundingClientRect().left + 20);
  await go({ x: keys, y: note.y });
  await xdotool("keydown", "ctrl");
  await xdotool("click", 1);
  await xdotool("keyup", "ctrl");
  await window.until("the row is chosen", (pitch) => {
    const { selection, studio } = window.__diabelli;
    return selection.notes.size > 0 && [...selection.notes].every((id) => studio.mirror.find(id).row.pitch === pitch);
  }, 5, note.pitch);
  await window.press(Key.escape);
  await xdotool("click", 1);
  await window.until("the row alone is chosen", (pitch) => {
    const { selection, studio } = window.__diabelli;
    return selection.notes.size > 0 && [...selection.notes].every((id) => studio.mirror.find(id).row.pitch === pitch);
  }, 5, note.pitch);
  await window.press(Key.escape);
  const map = await window.run(() => {
    const { left, top, width, height } = document.querySelector('.map .whole canvas').getBoundingClientRect();
    return { x: left + width * 0.75, y: top + height / 2 };
  });
  await go(map);
  await xdotool("click", 1);
  await window.until("it is there", () => {
    const { sheet } = window.__diabelli;
    const middle = sheet.view.left + (sheet.view.width * sheet.view.tpq) / sheet.view.quarter / 2;
    return Math.abs(middle / sheet.end - 0.75) < 0.05;
  }, 5);
});

test("the second button takes a point of a curve away", async () => {
  await window.run(() => {
    const { studio, selection, taste, sheet } = window.__diabelli;
    sheet.set({ left: 0 });
    Object.assign(taste, { lanes: [11], pen: "knots" });
    const { tpq } = studio.document;
    return studio.apply({ kind: "drawController", track: selection.track, controller: { control: 11 }, from: 0, to: 8 * tpq, ticks: [tpq, 3 * tpq, 5 * tpq], values: [20, 110, 20] });
  });
  const said = () => window.run(() => { const { studio, selection } = window.__diabelli; return studio.mirror.curves(selection.track).of(11).ticks.length; });
  const place = (beat, value) => window.run((beat, value) => {
    const { sheet } = window.__diabelli;
    const box = document.querySelector('[data-testid="lane-11"]').getBoundingClientRect();
    return { x: box.left + (beat * sheet.view.tpq - sheet.view.left) * sheet.view.quarter / sheet.view.tpq, y: box.top + 6 + (1 - value / 127) * (box.height - 12) };
  }, beat, value);
  await window.until("the lane is there", () => !!document.querySelector('[data-testid="lane-11"]'));
  assert.equal(await said(), 3);
  // Where nothing is, nothing goes and nothing comes.
  await go(await place(2, 110));
  await xdotool("click", 3);
  await pause();
  assert.equal(await said(), 3);
  await go(await place(3, 110));
  await xdotool("click", 3);
  const value = (beat) => window.run((beat) => { const { studio, selection } = window.__diabelli; const { ticks, values } = studio.mirror.curves(selection.track).of(11); return values[ticks.filter((tick) => tick <= beat * studio.document.tpq).length - 1]; }, beat);
  await window.until("the step is a slope", () => { const { studio, selection } = window.__diabelli; return studio.mirror.curves(selection.track).of(11).ticks.length > 10; }, 5);
  assert.ok((await value(3.1)) < 40 && Math.abs((await value(4)) - 65) < 8, `${await value(3.1)}, ${await value(4)}`);
  // The next press of the first button is heard as always.
  const points = await said();
  await go(await place(7, 60));
  await xdotool("click", 1);
  await window.until("a point is there", (points) => { const { studio, selection } = window.__diabelli; return studio.mirror.curves(selection.track).of(11).ticks.length > points; }, 5, points);
});
