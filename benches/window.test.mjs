// What the window costs: opening 100,000 notes, and CPU time per frame of the web view's processes while the playhead
// moves, 200 notes are dragged, and the roll is scrolled. Run: benches/run.sh window

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Key, Window } from "../tests/desktop/driver.mjs";

const NOTES = 100_000;
const TRACKS = 16;
const hertz = Number(execFileSync("getconf", ["CLK_TCK"]));

/** A Standard MIDI File of so many notes, four to the quarter on each track, wandering over the keyboard. */
function large(count = NOTES) {
  const long = (value) => {
    const bytes = [value & 127];
    for (let rest = value >> 7; rest; rest >>= 7) bytes.unshift((rest & 127) | 128);
    return bytes;
  };
  const chunk = (kind, body) => {
    const head = Buffer.alloc(8);
    head.write(kind, "latin1");
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, Buffer.from(body)]);
  };
  const tracks = Array.from({ length: TRACKS }, (_, track) => {
    const events = [0, 0xc0 | track % 9, track * 5];
    for (let note = 0; note < count / TRACKS; note++) {
      const pitch = 30 + track * 4 + ((note * 7 + track * 3) % 12);
      events.push(...long(0), 0x90 | track % 9, pitch, 60 + (note % 40), ...long(120), 0x80 | track % 9, pitch, 64);
    }
    return chunk("MTrk", [...events, 0, 0xff, 0x2f, 0]);
  });
  const header = chunk("MThd", [0, 1, 0, TRACKS, 480 >> 8, 480 & 255]);
  return Buffer.concat([header, ...tracks]);
}

/** CPU seconds of the web view's processes. */
function cpu() {
  let ticks = 0;
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, "latin1");
      if (!/\((WebKitWebProces|WebKitNetworkPr|WebKitGPUProces)/.test(stat)) continue;
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // The process has ended.
    }
  }
  return ticks / hertz;
}

/** Memory of the program and of the web view's processes in MB: what each holds alone, and its part of what they share. */
function memory() {
  let kilobytes = 0;
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const name = readFileSync(`/proc/${id}/comm`, "latin1").trim();
      if (!/^(diabelli-studio|WebKitWebProces|WebKitNetworkPr|WebKitGPUProces)$/.test(name)) continue;
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "latin1"))?.[1] ?? 0);
    } catch {
      // The process has ended.
    }
  }
  return kilobytes / 1024;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const row = (what, value, goal) => console.log(`| ${what} | ${value} | ${goal} |`);

test("the window's figures", async () => {
  const file = join(process.env.DIABELLI_OUT, "large.mid");
  writeFileSync(file, large());
  const window = await Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO, []);
  await window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
  const frames = () => window.run(() => window.__frames ?? 0);
  await window.run(function () {
    window.__frames = 0;
    const count = () => { window.__frames++; requestAnimationFrame(count); };
    requestAnimationFrame(count);
  });

  const opens = [];
  for (let turn = 0; turn < 5; turn++) {
    await window.run(function (file) {
      const { studio } = window.__diabelli;
      window.__opened = 0;
      const began = performance.now();
      const shown = (damage) => {
        if (damage) return;
        studio.watchers.delete(shown);
        requestAnimationFrame(() => requestAnimationFrame(() => (window.__opened = performance.now() - began)));
      };
      studio.watchers.add(shown);
      void studio.open(file);
    }, file);
    opens.push(await window.until("it is drawn", () => window.__opened, 60));
  }
  console.log(`\n| what | measured | goal |\n|---|---:|---:|`);
  row(`open ${NOTES.toLocaleString("en")} notes, median of ${opens.length}, until drawn`, `${Math.round(median(opens))} ms`, "1,000 ms");

  /** Milliseconds of CPU per frame while `work` goes on. */
  async function cost(work) {
    const [before, first] = [cpu(), await frames()];
    await work();
    const [after, last] = [cpu(), await frames()];
    return `${(((after - before) * 1000) / Math.max(1, last - first)).toFixed(1)} ms`;
  }
  const rest = (seconds) => new Promise((wake) => setTimeout(wake, seconds * 1000));
  await rest(2);
  row("frame at rest", await cost(() => rest(6)), "");

  await window.run(() => void window.__diabelli.transport.play());
  await window.until("it plays", () => window.__diabelli.transport.playing);
  // A roll that follows is drawn again at each page, so that some are waited for.
  for (const [follow, what, seconds] of [[false, "frame while the playhead moves over a roll at rest", 8], [true, "frame while the roll follows the playhead", 24]]) {
    await window.run((follow) => void (window.__diabelli.taste.follow = follow), follow);
    row(what, await cost(() => rest(seconds)), "5 ms");
  }
  await window.run(async () => {
    const { sheet, taste, transport } = window.__diabelli;
    taste.follow = false;
    await transport.stop();
    sheet.set({ left: 0 });
  });

  const shown = await window.run(function () {
    const { selection, studio, sheet } = window.__diabelli;
    const { view } = sheet;
    const notes = studio.mirror.notes(selection.track);
    const first = notes.first(view.left);
    selection.choose([...notes.id.slice(first, first + 200)]);
    let count = 0;
    for (const layer of sheet.layers()) layer.notes.within(view.left, view.left + (view.width * view.tpq) / view.quarter, () => count++);
    return count;
  });
  const place = await window.run(function () {
    const { selection, studio, sheet } = window.__diabelli;
    const { view } = sheet;
    const notes = studio.mirror.notes(selection.track);
    const row = notes.row(notes.first(view.left) + 8);
    const box = document.querySelector('[data-testid="roll"]').getBoundingClientRect();
    sheet.set({ top: (127 - row.pitch) * view.row - view.height / 2 });
    const top = sheet.view.top;
    return { x: box.left + ((row.start + row.length / 2 - view.left) * view.quarter) / view.tpq, y: box.top + (127 - row.pitch) * view.row - top + view.row / 2 };
  });
  await rest(1);
  row("frame while 200 notes are dragged", await cost(() => window.wander(place, 240)), "5 ms");
  await window.press(Key.control, "z");
  row(`frame while the roll scrolls, ${shown} notes in sight`, await cost(() => window.run(function () {
    const stage = document.querySelector('[data-testid="roll"]');
    const box = stage.getBoundingClientRect();
    let turn = 0;
    const step = () => {
      stage.dispatchEvent(new WheelEvent("wheel", { deltaX: 12, deltaY: 0, clientX: box.left + 50, clientY: box.top + 50, bubbles: true, cancelable: true }));
      if (++turn < 300) requestAnimationFrame(step);
      else window.__scrolled = true;
    };
    step();
  }).then(() => window.until("it has scrolled", () => window.__scrolled, 60))), "10 ms");

  await window.press(Key.control, "2");
  await window.engraved();
  const inks = [];
  for (const part of [0, 0.5, 0.98]) {
    await window.run(function (part) {
      const { selection, studio } = window.__diabelli;
      const notes = studio.mirror.notes(selection.track);
      selection.choose([notes.row(Math.floor(part * notes.count)).id]);
    }, part);
    await rest(2);
    await window.engraved();
    const times = [];
    for (let edit = 0; edit < 7; edit++) {
      await window.run(() => void (window.__diabelli.score.spent = 0));
      await window.press(Key.up);
      times.push(await window.until("the ink is there", () => window.__diabelli.score.spent, 30));
    }
    inks.push(Math.round(median(times)));
  }
  row("from an edit's patch to its ink: at the beginning, in the middle, at the end", `${inks.join(", ")} ms`, "400 ms");
  // A window comes back in the view that it was left in, and the next one is to begin in the roll.
  await window.press(Key.control, "1");
  await window.until("the roll is there", () => window.__diabelli.taste.view === "roll");
  await window.close();
});

test("the program's memory", async () => {
  const file = join(process.env.DIABELLI_OUT, "ten-thousand.mid");
  writeFileSync(file, large(10_000));
  const window = await Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO, []);
  await window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
  await window.run((file) => void window.__diabelli.studio.open(file), file);
  await window.until("it is open", () => window.__diabelli.studio.document?.title === "ten-thousand" && window.__diabelli.taste.view === "roll", 60);
  await new Promise((wake) => setTimeout(wake, 3000));
  row("memory, 10,000 notes open in the roll (PSS)", `${Math.round(memory())} MB`, "");
  await window.run(() => void (window.__diabelli.selection.bars = { from: 9, to: 12 }));
  await window.press("g");
  await window.until("the model has written", () => window.__diabelli.variations.candidates.length > 0, 120);
  await new Promise((wake) => setTimeout(wake, 3000));
  row("the same once the base model has written", `${Math.round(memory())} MB`, "650 MB");
  await window.press(Key.escape);
  await window.press(Key.control, "2");
  await window.engraved();
  await new Promise((wake) => setTimeout(wake, 3000));
  row("and once it has been engraved", `${Math.round(memory())} MB`, "650 MB");
  await window.close();
});
