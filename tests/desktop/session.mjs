// A whole session by keyboard alone: every command of the registry is called at least once, by its key or through the
// palette, in English and in Chinese. What each does is for other tests; here it is done, and the window is whole.
// It takes four minutes a language on two busy cores, so that it is run by name:
//   DIABELLI_TESTS=tests/desktop/session.mjs bash tests/desktop/run.sh

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Key, Window } from "./driver.mjs";

const run = promisify(execFile);
let window;

/** What works only with a voice of one's own, which takes minutes to learn: voices.test.mjs does all of it. */
const ELSEWHERE = ["train", "stopTraining", "singVoice", "compareVoices", "otherVoice", "describeVoice", "exportVoice", "deleteModel", "deleteVoice"];
/** These ask the system for a file or folder; its dialog is left by Escape. */
const ASKING = ["open", "addFile", "learnFolder", "importVoice", "addModel"];

/** What these need is not in the list of ways that is gone through. */
const FIRST = {
  capture: "played", before: "candidates", after: "candidates", accept: "candidates", keepAsTrack: "candidates",
  openPiece: "home", pinPiece: "home", removePiece: "home", bringBack: "removed", clearLanes: "lanes", repeatBlock: "block", tempoRamp: "block",
  earlier: "notes", later: "notes", shorter: "notes", longer: "notes", renameTrack: "roll",
};

const NAMED = {
  Space: Key.space, Enter: Key.enter, Escape: Key.escape, Delete: Key.delete, Backspace: Key.backspace, Home: Key.home, End: Key.end, PageUp: Key.pageUp, PageDown: Key.pageDown,
  ArrowLeft: Key.left, ArrowRight: Key.right, ArrowUp: Key.up, ArrowDown: Key.down, F2: Key.f2, F6: Key.f6, F10: Key.f10,
};
const HELD = { Ctrl: Key.control, Shift: Key.shift, Alt: Key.alt };

/** Presses a key as the keyboard map writes it: "Ctrl+Shift+PageDown". */
async function chord(key) {
  const at = key.length > 1 ? key.lastIndexOf("+", key.length - 2) + 1 : 0;
  const held = key.slice(0, at).split("+").filter(Boolean);
  const name = key.slice(at);
  const letter = NAMED[name] ?? (held.includes("Shift") ? name : name.toLowerCase());
  await window.press(...held.map((each) => HELD[each]), letter);
}

const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

const state = () => window.run(function () {
  const { studio, variations, entry, hands, selection, arrangement, taste, transport } = window.__diabelli;
  return {
    sheet: !!document.querySelector("dialog[open]"), field: !!document.activeElement?.matches?.("input:not([type=range]), textarea"), menu: !!document.querySelector('[role="menu"]'),
    all: (studio.document?.tracks.reduce((sum, { notes }) => sum + notes, 0) ?? 0) > 300, view: taste.view, candidates: variations.candidates.length, busy: variations.busy, stepping: entry.on, piano: hands.keyboard, playing: transport.playing || transport.counting > 0,
    notes: selection.notes.size, bars: !!selection.bars, block: !!arrangement.block, whole: !studio.mirror || studio.mirror.checksum() === studio.document?.checksum,
    error: studio.message?.level === "error" ? studio.message.text : null,
  };
});

const can = (id) => window.run(function (id) {
  const { can } = window.__diabelli.commands.find((command) => command.id === id);
  return !can || !!can();
}, id);

/** Nothing lies over the window and nothing is under way. */
async function rest() {
  for (let turn = 0; turn < 8; turn++) {
    const { sheet, field, menu, candidates, busy, stepping, piano, playing } = await state();
    if (playing && !stepping) await window.press(Key.space);
    else if (sheet || field || menu || candidates || busy || stepping) await window.press(Key.escape);
    // While the piano is open letters are its keys.
    else if (piano) await chord("Ctrl+Shift+K");
    else return;
    await pause(80);
  }
}

/** From region to region to what the editor is about, or from there with Tab. */
async function focus(part) {
  const there = () => window.run((part) => document.activeElement?.dataset.testid === part, part);
  for (let turn = 0; turn < 12 && !(await there()); turn++) await chord("F6");
  for (let turn = 0; turn < 60 && !(await there()); turn++) await window.press(Key.tab);
  assert.ok(await there(), `${part} cannot be reached by keys`);
}

/** Ways, all of them keys, to make a command possible. */
const WAYS = {
  piece: async () => { if ((await state()).all) return; await palette("demo"); await window.until("the demo is open", () => window.__diabelli.studio.document?.title === "Waltz in C" && window.__diabelli.studio.mirror?.checksum() === window.__diabelli.studio.document.checksum, 20); },
  roll: async () => { await chord("Ctrl+1"); await focus("roll"); },
  notes: async () => { await chord("Ctrl+1"); await focus("roll"); await chord("Ctrl+A"); },
  block: async () => {
    await chord("Ctrl+3");
    await window.until("the arrangement is there", () => !!document.querySelector('[data-testid="arrange"] canvas'));
    await focus("arrange");
    await chord("ArrowRight");
    await window.press(Key.shift, Key.right);
  },
  edit: async () => { await WAYS.notes(); await chord("ArrowUp"); await pause(150); },
  undone: async () => { await WAYS.edit(); await chord("Ctrl+Z"); await pause(150); },
  copied: async () => { await WAYS.notes(); await chord("Ctrl+C"); },
  candidates: async () => {
    await WAYS.block();
    await chord("Ctrl+1");
    await focus("roll");
    await chord("G");
    await window.until("candidates", () => window.__diabelli.variations.candidates.length > 0, 20);
  },
  stepping: async () => { await chord("Ctrl+1"); await chord("Shift+I"); await pause(80); },
  entered: async () => { await WAYS.stepping(); await window.press("c"); await pause(200); },
  piano: () => chord("Ctrl+Shift+K"),
  played: async () => { await WAYS.piano(); await pause(100); await window.press("a"); await pause(200); },
  chords: async () => { await chord("Ctrl+1"); await chord("Ctrl+Shift+H"); await pause(300); },
  lanes: async () => {
    await WAYS.block();
    await chord("Ctrl+1");
    if (!(await window.run(() => window.__diabelli.taste.lanes.length))) await palette("lane-64");
  },
  home: async () => {
    if ((await state()).view !== "home") await chord("Ctrl+Shift+O");
    await window.until("home is there", () => window.__diabelli.taste.view === "home" && !!document.querySelector('[data-testid="home"] [data-testid="piece"]'));
    for (let turn = 0; turn < 60 && !(await window.run(() => document.activeElement?.dataset.testid === "piece")); turn++) await window.press(Key.tab);
  },
  removed: async () => {
    await WAYS.home();
    // The piece that is open cannot go; the last one is another.
    await window.press(Key.end);
    await window.press(Key.delete);
    await window.until("it is asked", () => !!document.querySelector("dialog[open]"));
    for (let turn = 0; turn < 5 && !(await window.run(() => document.activeElement?.matches('dialog [data-testid="remove-confirm"]'))); turn++) await window.press(Key.tab);
    await window.press(Key.enter);
    await window.until("it is gone", () => !!window.__diabelli.home.removed);
  },
};

/** Calls a command through the palette: its name is typed, arrows find it among others. */
async function palette(id) {
  await chord("Ctrl+K");
  await window.until("the palette is open", () => !!document.querySelector("#commands"));
  const name = await window.run((id) => window.__diabelli.commands.find((command) => command.id === id).name(), id);
  await window.type(name);
  await window.until("it is found", (name) => [...document.querySelectorAll("#commands [role=option]")].some((option) => option.firstElementChild.textContent === name), 10, name);
  for (let turn = 0; turn < 40; turn++) {
    const shown = await window.run(() => document.querySelector('#commands [aria-selected="true"]')?.firstElementChild.textContent);
    if (shown === name) break;
    await window.press(Key.down);
  }
  await window.press(Key.enter);
}

const ran = (id) => window.run((id) => window.__ran.has(id), id);

async function called(id) {
  await rest();
  await WAYS.piece();
  const known = await window.run((id) => window.__diabelli.keymap.of(id)[0], id);
  if (FIRST[id]) await WAYS[FIRST[id]]();
  for (const way of [null, "roll", "notes", "block", "edit", "undone", "copied", "stepping", "entered", "piano", "chords", "lanes"]) {
    if (way) await rest();
    if (way) await WAYS[way]();
    if (await can(id)) break;
  }
  assert.ok(await can(id), `nothing makes ${id} possible`);
  if (known) await chord(known);
  else await palette(id);
  if (!(await ran(id))) await pause(150);
  assert.ok(await ran(id), `${id} was not run${known ? ` by ${known}` : " through the palette"}`);
  if (ASKING.includes(id)) {
    await pause(700);
    await run("xdotool", ["key", "Escape"]);
    await pause(300);
  }
  await window.until(`the window is whole after ${id}`, () => {
    const { studio } = window.__diabelli;
    return !studio.saving && (!studio.mirror || studio.mirror.checksum() === studio.document?.checksum);
  });
  assert.equal((await state()).error, null, id);
}

async function language(tag) {
  await rest();
  await chord("Ctrl+,");
  await window.until("the settings are open", () => !!document.querySelector('[data-testid="settings"]'));
  // Tab goes from group to group, arrows from one language to the next.
  for (let turn = 0; turn < 20 && !(await window.run(() => document.activeElement?.name === "language")); turn++) await window.press(Key.tab);
  for (let turn = 0; turn < 3 && (await window.run(() => document.documentElement.lang)) !== tag; turn++) await window.press(Key.down);
  await window.until(`the language is ${tag}`, (tag) => document.documentElement.lang === tag, 10, tag);
  await window.press(Key.escape);
}

before(async () => {
  mkdirSync(process.env.DIABELLI_OUT, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.run(() => {
    window.__ran = new Set();
    for (const command of window.__diabelli.commands) {
      const { run } = command;
      command.run = () => (window.__ran.add(command.id), run());
    }
  });
});

after(async () => {
  await window?.close().catch(() => undefined);
});

for (const tag of ["en", "zh"]) {
  test(`every command is called by keys, language ${tag}`, async () => {
    await language(tag);
    await window.run(() => window.__ran.clear());
    const ids = await window.run(() => window.__diabelli.commands.map(({ id }) => id));
    const failed = [];
    const began = Date.now();
    for (const id of ids.filter((id) => !ELSEWHERE.includes(id))) await called(id).catch((error) => (failed.push(`${id}: ${error.message}`), console.log(failed.at(-1))));
    assert.deepEqual(failed, []);
    const left = await window.run((ids) => ids.filter((id) => !window.__ran.has(id)), ids);
    assert.deepEqual(left.filter((id) => !ELSEWHERE.includes(id)), []);
    console.log(`${ids.length - ELSEWHERE.length} commands in ${Math.round((Date.now() - began) / 1000)} s`);
  });
}
