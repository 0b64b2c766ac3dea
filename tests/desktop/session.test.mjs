// A whole session by keyboard alone: every command of the registry is called at least once, by its key or through the
// palette, in both languages and before roll and score. What each does is for other tests: here it is done, nothing is
// refused, and the window is whole.
//
// The session goes from stage to stage. On each all commands are called that can be done there and have not been; where
// one leads off the stage, the way there is gone again.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Key, Window } from "./driver.mjs";

const run = promisify(execFile);
const out = process.env.DIABELLI_OUT;
let window;

/** What works only with a voice of one's own, which takes minutes to learn: voices.test.mjs calls all of it, in both languages. */
const ELSEWHERE = ["train", "stopTraining", "singVoice", "compareVoices", "otherVoice", "describeVoice", "exportVoice", "deleteModel", "deleteVoice"];
/** These ask the system for a file or folder; its dialog is left by Escape. */
const ASKING = ["open", "addFile", "learnFolder", "importVoice", "addModel"];
/** Whose key means something else on some stages, or which do nothing worth the name elsewhere. */
const ONLY = {
  capture: "played", insertCopied: "copiedBars", openPiece: "home", pinPiece: "home", tagPiece: "home", removePiece: "home", bringBack: "removed",
  earlier: "notes", later: "notes", shorter: "notes", longer: "notes", renameTrack: "notes", nextNote: "roll", noteBefore: "roll", extend: "roll",
  before: "candidates", after: "candidates", like: "candidates", dislike: "candidates", accept: "candidates", keepAsTrack: "candidates",
};
/** These leave the piece another one, or less than was there: they come last on their stage. */
const LAST = /^(new|demo$|delete|remove|cut$|bringBack|open|accept|keepAsTrack)/;

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

/** What the window is about: a stage is left when any of it changes. */
const state = () => window.run(function () {
  const { studio, variations, entry, hands, selection, arrangement, taste, transport, home } = window.__diabelli;
  const field = document.activeElement;
  return {
    sheet: !!document.querySelector("dialog[open]"), field: !!field?.matches?.("input:not([type=range]), textarea, select"), menu: !!document.querySelector('[role="menu"]'), steps: !!window.__diabelli.steps.at,
    candidates: variations.candidates.length > 0, busy: variations.busy, stepping: entry.on, piano: hands.keyboard, recording: hands.recording, playing: transport.playing || transport.counting > 0,
    view: taste.view, focus: field?.dataset?.testid ?? "", notes: selection.notes.size > 0, block: !!arrangement.block, whole: (studio.document?.tracks.reduce((sum, { notes }) => sum + notes, 0) ?? 0) > 300 && studio.document.title === "Waltz in C", removed: !!home.removed,
  };
});

/** Nothing lies over the window and nothing is under way. */
async function rest() {
  for (let turn = 0; turn < 12; turn++) {
    const { sheet, field, menu, steps, candidates, busy, stepping, piano, playing, recording } = await state();
    // A field keeps the keys to itself, space too: it is left first.
    if (field && !sheet) await window.press(Key.escape);
    else if (recording) await chord("R");
    else if (playing && !stepping) await window.press(Key.space);
    else if (sheet || menu || candidates || busy || stepping || steps) await window.press(Key.escape);
    // While the piano is open letters are its keys.
    else if (piano) await chord("Ctrl+Shift+K");
    else return;
    await settled();
  }
  assert.fail(`the window does not come to rest: ${JSON.stringify(await state())}`);
}

/** Every command that was begun has ended, and what it changed is shown. */
const settled = () => window.until("all is done", () => {
  const { studio } = window.__diabelli;
  return !window.__running.size && !studio.saving && (!studio.mirror || studio.mirror.checksum() === studio.document?.checksum);
}, 30);

/** From region to region to what the editor is about, or from there with Tab. */
async function focus(part) {
  const there = () => window.run((part) => document.activeElement?.dataset.testid === part, part);
  for (let turn = 0; turn < 12 && !(await there()); turn++) await chord("F6");
  for (let turn = 0; turn < 60 && !(await there()); turn++) await window.press(Key.tab);
  assert.ok(await there(), `${part} cannot be reached by keys`);
}

/** The view in which notes are written: its key, and its part of the window. */
let view = { key: "Ctrl+1", part: "roll" };

const roll = async () => {
  await chord(view.key);
  await window.until(`the ${view.part} is there`, (part) => !!document.querySelector(`[data-testid="${part}"]`), 20, view.part);
  await focus(view.part);
};
/** Three notes are chosen: what is done to them is drawn and engraved again. */
const notes = async () => {
  await roll();
  for (const key of ["ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"]) await chord(key);
};
const block = async () => {
  await chord("Ctrl+3");
  await window.until("the arrangement is there", () => !!document.querySelector('[data-testid="arrange"] canvas'));
  await focus("arrange");
  // Where there is music: an empty bar has nothing to be varied.
  await chord("Home");
  await chord("ArrowRight");
  await chord("ArrowRight");
  await window.press(Key.shift, Key.right);
};
const edit = async () => { await notes(); await chord("ArrowUp"); await settled(); };
const home = async () => {
  if ((await state()).view !== "home") await chord("Ctrl+Shift+O");
  await window.until("home is there", () => window.__diabelli.taste.view === "home" && !!document.querySelector('[data-testid="home"] [data-testid="piece"]'));
  for (let turn = 0; turn < 60 && !(await window.run(() => document.activeElement?.dataset.testid === "piece")); turn++) await window.press(Key.tab);
};

/** Stages, each with its way there, all of it keys. */
const STAGES = {
  roll,
  notes,
  edit,
  undone: async () => { await edit(); await chord("Ctrl+Z"); },
  copied: async () => { await notes(); await chord("Ctrl+C"); },
  block,
  copiedBars: async () => { await block(); await roll(); await chord("Ctrl+C"); },
  marked: async () => { await block(); await roll(); },
  lanes: async () => {
    await block();
    await chord("Ctrl+1");
    await focus("roll");
    if (!(await window.run(() => window.__diabelli.taste.lanes.length))) await window.call("lane-64");
  },
  chords: async () => {
    await roll();
    if (await window.run(() => !window.__diabelli.studio.document.chords.length)) await chord("Ctrl+Shift+H");
  },
  stepping: async () => { await roll(); await chord("Shift+I"); },
  entered: async () => { await roll(); await chord("Shift+I"); await window.press("c"); },
  played: async () => {
    await roll();
    await chord("Ctrl+Shift+K");
    await window.until("the piano is there", () => !!document.querySelector('[data-testid="piano"]'));
    await window.press("a");
    await window.until("the key is up again", () => !window.__diabelli.hands.down.size);
  },
  candidates: async () => {
    await block();
    await roll();
    await chord("G");
    await window.until("candidates", () => window.__diabelli.variations.candidates.length > 0, 40);
  },
  home,
  removed: async () => {
    if ((await state()).removed) return home();
    await home();
    // The piece that is open cannot go; the last one is another.
    await window.press(Key.end);
    await window.press(Key.delete);
    await window.until("it is asked", () => !!document.querySelector("dialog[open]"));
    for (let turn = 0; turn < 5 && !(await window.run(() => document.activeElement?.matches('dialog [data-testid="remove-confirm"]'))); turn++) await window.press(Key.tab);
    await window.press(Key.enter);
    await window.until("it is gone", () => !!window.__diabelli.home.removed);
  },
};

/** Onto a stage, from wherever one is. */
async function onto(stage) {
  await rest();
  // Bars that are marked would hide what is elsewhere.
  await window.press(Key.escape);
  await window.press(Key.escape);
  if (!(await state()).whole) {
    await window.call("demo");
    await window.until("the demo is open", () => window.__diabelli.studio.document?.title === "Waltz in C" && window.__diabelli.studio.mirror?.checksum() === window.__diabelli.studio.document.checksum, 20);
  }
  await STAGES[stage]();
  await settled();
}

/** The next command that can be done here. */
const next = (stage, ids) => window.run((stage, ids, only, last) => {
  const { commands, keymap, studio, entry } = window.__diabelli;
  const left = commands.filter(({ id, can }) => ids.includes(id) && !window.__ran.has(id) && (only[id] ?? stage) === stage && (!can || can()));
  const found = left.find(({ id }) => !new RegExp(last).test(id)) ?? left[0];
  studio.message = null;
  // Step input has keys of its own.
  return found && { id: found.id, key: keymap.of(found.id)[0] ?? (entry.on ? keymap.shown(found.id)[0] : undefined) };
}, stage, ids, ONLY, LAST.source);

async function called({ id, key }) {
  if (key) await chord(key);
  else await window.call(id);
  await window.until(`${id} was run ${key ? `by ${key}` : "through the palette"}`, (id) => window.__ran.has(id), 5, id);
  if (ASKING.includes(id)) {
    // The dialog may take its time to come.
    for (let turn = 0; turn < 40 && (await window.run((id) => window.__running.has(id), id)); turn++) {
      await new Promise((wake) => setTimeout(wake, 250));
      await run("xdotool", ["key", "Escape"]);
    }
  }
  await settled();
  const error = await window.run(() => (window.__diabelli.studio.message?.level === "error" ? window.__diabelli.studio.message.text : null));
  assert.equal(error, null, id);
}

/** Goes over all stages; answers what failed. */
async function session(ids) {
  const failed = [];
  const took = {};
  for (const stage of Object.keys(STAGES)) {
    const began = Date.now();
    let first = true;
    let here = "";
    for (;;) {
      // Whether anything is left for this stage is known only on it.
      if (first || JSON.stringify(await state()) !== here) {
        await onto(stage);
        here = JSON.stringify(await state());
        first = false;
      }
      const one = await next(stage, ids);
      if (!one) break;
      await called(one).catch((error) => {
        failed.push(`${one.id} (${stage}): ${error.message}`);
        console.log(failed.at(-1));
        return window.run((id) => void window.__ran.add(id), one.id);
      });
    }
    took[stage] = Math.round((Date.now() - began) / 100) / 10;
  }
  console.log(JSON.stringify(took));
  return failed;
}

async function language(tag) {
  await rest();
  await chord("Ctrl+,");
  await window.until("the settings are open", () => !!document.querySelector('[data-testid="settings"]'));
  // Tab goes from group to group, arrows from one language to the next; after the last one there is none.
  for (let turn = 0; turn < 20 && !(await window.run(() => document.activeElement?.name === "language")); turn++) await window.press(Key.tab);
  for (let turn = 0; turn < 3 && (await window.run(() => document.documentElement.lang)) !== tag; turn++) {
    await window.press(tag === "zh" ? Key.down : Key.up);
    await window.until("it is taken", () => document.activeElement.value === window.__diabelli.taste.language);
  }
  await window.until(`the language is ${tag}`, (tag) => document.documentElement.lang === tag, 10, tag);
  await window.press(Key.escape);
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.run(() => {
    window.__ran = new Set();
    window.__running = new Map();
    for (const command of window.__diabelli.commands) {
      const { id, run } = command;
      command.run = () => {
        window.__ran.add(id);
        window.__running.set(id, (window.__running.get(id) ?? 0) + 1);
        const over = () => (window.__running.get(id) > 1 ? window.__running.set(id, window.__running.get(id) - 1) : window.__running.delete(id));
        const done = run();
        // What is written or recorded goes on by itself: it is waited for where it matters.
        Promise.resolve(id === "generate" ? undefined : done).then(over, over);
        return done;
      };
    }
  });
});

after(async () => {
  await window?.close().catch(() => undefined);
});

const ROLL = { key: "Ctrl+1", part: "roll" };
const SCORE = { key: "Ctrl+2", part: "score" };
for (const [tag, where] of [["en", ROLL], ["zh", SCORE], ["en", SCORE], ["zh", ROLL]]) {
  test(`every command is called by keys, language ${tag}, before the ${where.part}`, async () => {
    view = where;
    await language(tag);
    await window.run(() => window.__ran.clear());
    const ids = await window.run(() => window.__diabelli.commands.map(({ id }) => id));
    const began = Date.now();
    const failed = await session(ids.filter((id) => !ELSEWHERE.includes(id)));
    writeFileSync(join(out, `session-${tag}-${where.part}.png`), await window.picture());
    assert.deepEqual(failed, []);
    const left = await window.run((ids) => ids.filter((id) => !window.__ran.has(id)), ids);
    assert.deepEqual(left.filter((id) => !ELSEWHERE.includes(id)), [], "each command of the registry was called");
    console.log(`${ids.length - left.length} commands in ${Math.round((Date.now() - began) / 1000)} s`);
  });
}
