// Parts, tracks by themselves and MIDI outputs in the real window.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
let window;

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 400));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

async function both(name) {
  await picture(`${name}-dark`);
  await window.run(() => { window.__diabelli.taste.theme = "light"; });
  await picture(`${name}-light`);
  await window.run(() => { window.__diabelli.taste.theme = "dark"; });
}

/** The tracks whose notes are engraved, in the order of ids. */
const shown = () =>
  window.run(() => {
    const { studio } = window.__diabelli;
    const notes = [...document.querySelectorAll('[data-testid="system"] g.note')].map((head) => studio.mirror.find(Number(/^n(\d+)/.exec(head.id)[1]))?.track);
    return [...new Set(notes)].sort();
  });

const message = (start, seconds = 60) => window.until(`it says ${start}`, (start) => window.__diabelli.studio.message?.text.startsWith(start) && window.__diabelli.studio.message.text, seconds, start);

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
});
after(() => window?.close().catch(() => undefined));

test("keys turn from part to part, both hands of the piano being one", async () => {
  await window.press(Key.control, "2");
  await window.engraved();
  await window.until("the parts are known", () => window.__diabelli.score.parts.length === 3, 10);
  assert.deepEqual(await window.run(() => window.__diabelli.score.parts.map(({ name }) => name)), ["Piano", "Violin", "Cello"]);
  await window.press(Key.control, Key.shift, "\uE00F");
  await window.press(Key.control, Key.shift, "\uE00F");
  await window.until("the violin is alone", () => document.querySelector('[data-testid="spoken"]').textContent.trim() === "Violin", 10);
  await window.engraved();
  const violin = await window.run(() => window.__diabelli.score.parts[1].tracks);
  await window.until("only its notes are there", (track) => [...document.querySelectorAll('[data-testid="system"] g.note')].every((head) => window.__diabelli.studio.mirror.find(Number(/^n(\d+)/.exec(head.id)[1]))?.track === track), 20, violin[0]);
  assert.equal(await window.run(() => window.__diabelli.selection.track), violin[0], "one writes into what is seen");
  await both("part");
  await window.press(Key.control, Key.shift, "\uE00E");
  await window.until("the piano is there", () => document.querySelector('[data-testid="spoken"]').textContent.trim() === "Piano", 10);
  await window.engraved();
  await window.until("both hands", () => new Set([...document.querySelectorAll('[data-testid="system"] g.note')].map((head) => window.__diabelli.studio.mirror.find(Number(/^n(\d+)/.exec(head.id)[1]))?.track)).size === 2, 20);
  await window.press(Key.control, Key.shift, "\uE00E");
  await window.until("the whole score", () => window.__diabelli.score.part === "all", 10);
  await window.engraved();
  await window.until("all four tracks", () => new Set([...document.querySelectorAll('[data-testid="system"] g.note')].map((head) => window.__diabelli.studio.mirror.find(Number(/^n(\d+)/.exec(head.id)[1]))?.track)).size === 4, 20);
  assert.equal((await shown()).length, 4);
  await both("whole-score");
});

test("each part is printed into a file of its own", async () => {
  for (const name of ["Piano", "Violin", "Cello"]) rmSync(join(out, `waltz - ${name}.pdf`), { force: true });
  await window.press(Key.control, "p");
  await window.until("the sheet is open", () => !!document.querySelector('[data-testid="print-sheet"]'));
  await window.run(() => {
    const select = document.querySelector('[data-testid="print-what"]');
    select.value = "parts";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await both("print-parts");
  await window.run((file) => void window.__diabelli.write(file), join(out, "waltz.pdf"));
  await message("Wrote ", 180);
  for (const name of ["Piano", "Violin", "Cello"]) {
    const pdf = readFileSync(join(out, `waltz - ${name}.pdf`));
    assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  }
  assert.ok(!existsSync(join(out, "waltz.pdf")));
});

test("FLAC is written, and each track beside it", async () => {
  rmSync(join(out, "mix tracks"), { recursive: true, force: true });
  await window.run(() => { window.__diabelli.studio.message = null; });
  await window.press(Key.control, "e");
  await window.until("the sheet is open", () => !!document.querySelector('[data-testid="export-sheet"]'));
  await window.click('[data-testid="export-flac"]');
  await window.run(() => {
    const select = document.querySelector('[data-testid="export-stems"]');
    select.value = "beside";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await both("export-flac");
  await window.run((file) => void window.__diabelli.write(file), join(out, "mix.flac"));
  assert.match(await message("Wrote ", 120), /mix\.flac and 4 tracks in .*mix tracks: \d+/);
  const stems = readdirSync(join(out, "mix tracks"));
  assert.deepEqual(stems.map((name) => name.slice(0, 2)), ["01", "02", "03", "04"]);
  for (const file of [join(out, "mix.flac"), ...stems.map((name) => join(out, "mix tracks", name))]) assert.equal(readFileSync(file).subarray(0, 4).toString("latin1"), "fLaC");
});

test("a track is sent to a port, which is said to be missing, and is heard here again", async () => {
  await window.press(Key.control, "1");
  await window.run(() => { window.__diabelli.selection.track = window.__diabelli.studio.document.tracks[2].id; });
  await window.press(Key.shift, "O");
  await window.until("the sheet is open", () => !!document.querySelector('[data-testid="output-sheet"]'));
  assert.ok(await window.run(() => document.querySelector('[data-testid="output-here"]').checked));
  await window.press(Key.escape);
  const track = await window.run(() => window.__diabelli.selection.track);
  await window.run((track) => void window.__diabelli.studio.apply({ kind: "setOutput", track, output: { port: "Stage piano", channel: 2, programs: true } }), track);
  await message("Stage piano is not there", 30);
  await window.until("its row says so", () => document.querySelector('[data-testid="sent"]')?.textContent.includes("Stage piano"), 10);
  await window.press(Key.shift, "O");
  await window.until("the port is listed", () => document.querySelector('[data-testid="output-port"]')?.checked, 10);
  await both("output");
  await window.run(() => {
    const select = document.querySelector('[data-testid="output-channel"]');
    select.value = "9";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await window.until("the channel is another", (track) => window.__diabelli.studio.document.tracks.find(({ id }) => id === track).header.output?.channel === 9, 10, track);
  await window.click('[data-testid="output-here"]');
  await window.until("it is heard here", (track) => !window.__diabelli.studio.document.tracks.find(({ id }) => id === track).header.output, 10, track);
  await window.press(Key.escape);
  assert.deepEqual(await window.run(() => window.__diabelli.studio.document.history.done.slice(-3)), ["Send Violin to Stage piano", "Send Violin to Stage piano", "Play Violin in the studio"]);
});
