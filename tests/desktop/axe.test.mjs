// axe-core over every view, panel and sheet of the real window, in every theme: nothing serious, nothing critical.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import * as axe from "./axe.mjs";
import { Key, Window } from "./driver.mjs";

let window;

const closed = () => window.until("no sheet is open", () => !document.querySelector("dialog"));
const there = (id) => window.until(`${id} is there`, (id) => !!document.querySelector(`[data-testid="${id}"]`), 20, id);
const click = (id) => window.click(`[data-testid="${id}"]`);
const looked = (name) => axe.looked(window, name);

before(async () => {
  mkdirSync(process.env.DIABELLI_OUT, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("axe finds what is wrong", async () => {
  await window.run(() => document.body.append(Object.assign(document.createElement("button"), { id: "nameless" })));
  assert.ok((await axe.findings(window)).some((finding) => finding.startsWith("button-name")));
  await window.run(() => document.querySelector("#nameless").remove());
});

for (const view of ["roll", "score", "arrange", "voices", "home"]) {
  test(`the ${view} view`, async () => {
    await window.run((view) => {
      const { taste } = window.__diabelli;
      taste.view = view;
      if (view !== "voices" && view !== "home") taste.editor = view;
    }, view);
    if (view === "score") {
      await window.engraved();
      await there("lane-tempo");
    }
    await looked(view);
  });
}

test("every panel", async () => {
  await window.run(() => {
    const { taste, hands } = window.__diabelli;
    Object.assign(taste, { view: "roll", mixer: true, events: true, lanes: [128, 1, 64, 130] });
    hands.keyboard = true;
  });
  await window.until("they are there", () => ["mixer", "events", "piano", "lane-130"].every((id) => document.querySelector(`[data-testid="${id}"]`)));
  await looked("panels");
  await window.run(() => {
    Object.assign(window.__diabelli.taste, { mixer: false, events: false, lanes: [] });
    window.__diabelli.hands.keyboard = false;
  });
});

test("candidates, step input and the transform panel", async () => {
  await window.run(() => void (window.__diabelli.selection.bars = { from: 5, to: 6 }));
  await window.press("g");
  await window.until("four candidates", () => window.__diabelli.variations.candidates.length === 4, 60);
  await looked("candidates");
  await window.press(Key.escape);
  await window.until("they are gone", () => !window.__diabelli.variations.candidates.length);
  await window.press(Key.shift, "I");
  await window.until("step input is on", () => window.__diabelli.entry.on);
  await looked("entry");
  await window.press(Key.escape);
  for (const page of ["quantize", "humanize", "shape"]) {
    await window.run((page) => void (window.__diabelli.transform.open = page), page);
    await looked(page);
  }
  await window.run(() => void (window.__diabelli.transform.open = null));
});

for (const [name, ...keys] of [["export", Key.control, "e"], ["print", Key.control, "p"], ["palette", Key.control, "k"], ["keys", "?"], ["keymap", Key.control, "/"], ["settings", Key.control, ","], ["instruments", "i"], ["outputs", Key.shift, "O"], ["versions", Key.control, Key.shift, "S"], ["history", Key.control, Key.alt, "z"]]) {
  test(`the sheet of ${name}`, async () => {
    await window.press(...keys);
    await window.until(`${name} is open`, () => !!document.querySelector("dialog[open]"));
    try {
      await looked(name);
    } finally {
      await window.press(Key.escape);
      await closed();
    }
  });
}

test("what an accepted variation leaves: versions, the question before one goes, and what a step was asked for", async () => {
  await window.press(Key.control, "1");
  await window.run(() => window.__diabelli.variations.mark(5, 6));
  await window.press("g");
  await window.until("four candidates", () => window.__diabelli.variations.candidates.length === 4, 60);
  await window.press(Key.enter);
  await window.until("one is taken", () => !window.__diabelli.variations.candidates.length && window.__diabelli.studio.document.history.done.length === 1 && !window.__diabelli.studio.saving);
  await window.press(Key.control, Key.shift, "S");
  await window.until("a name can be given", () => document.activeElement?.dataset.testid === "version-name");
  await window.type("Bold");
  await window.press(Key.enter);
  await window.until("one was kept by itself, one by name", () => document.querySelectorAll('[data-testid="version"]').length === 2);
  await looked("versions-kept");
  await click("version-delete");
  await there("version-delete-confirm");
  await looked("versions-question");
  await window.press(Key.escape);
  await closed();
  await window.press(Key.control, Key.alt, "z");
  await there("history-asked");
  await looked("history-asked");
  // What was taken back looks otherwise.
  await window.press(Key.up);
  await window.press(Key.enter);
  await window.until("it is taken back", () => !window.__diabelli.studio.document.history.done.length && document.activeElement?.getAttribute("aria-current") === "step");
  await there("history-asked");
  await looked("history-undone");
  await window.press(Key.escape);
  await closed();
});

test("the sheet of tags", async () => {
  await window.press(Key.control, Key.shift, "O");
  await window.until("home is there", () => !!document.querySelector('[data-testid="piece"]'));
  await window.run(() => document.querySelector('[data-testid="piece"]').focus());
  await window.run(() => void window.__diabelli.commands.find(({ id }) => id === "tagPiece").run());
  await window.until("the sheet is open", () => !!document.querySelector('dialog [data-testid="tags-sheet"]'));
  await looked("tags");
  await window.press(Key.escape);
  await closed();
});

test("an open menu", async () => {
  await window.press(Key.control, "1");
  await click("track-menu");
  await there("menu");
  await looked("menu");
  await window.press(Key.escape);
});

test("what an export loses, and what an opened file has lost", async () => {
  await window.press(Key.control, "e");
  await there("export-sheet");
  await click("export-musicxml");
  await window.run((file) => void window.__diabelli.write(file), resolve(process.env.DIABELLI_OUT, "axe.musicxml"));
  await there("losses");
  await looked("losses");
  await window.press(Key.escape);
  await closed();
  const file = resolve(process.env.DIABELLI_OUT, "axe.abc");
  writeFileSync(file, "X:1\nT:Tune\nM:4/4\nL:1/4\nK:G\n!fermata!GAB ? c|defg|\n");
  await window.run((file) => void window.__diabelli.studio.open(file), file);
  await window.until("it is said", () => document.querySelector('[data-testid="status"]').textContent.includes("fermata"));
  await looked("repaired");
});

test("the question before a piece goes", async () => {
  await window.press(Key.control, Key.shift, "O");
  await window.until("two pieces are there", () => document.querySelectorAll('[data-testid="piece"]').length === 2);
  // The waltz: the tune is open.
  await window.run(() => document.querySelectorAll('[data-testid="piece"]')[1].focus());
  await window.press(Key.delete);
  await there("remove-sheet");
  await looked("remove");
  await window.press(Key.escape);
  await closed();
});

test("the first steps", async () => {
  await window.run(() => window.__diabelli.steps.begin());
  await there("steps-no");
  await click("steps-no");
  await window.until("it is said what was found", () => window.__diabelli.steps.found);
  await looked("steps-hear");
  await click("steps-next");
  await window.until("the waltz is open", () => window.__diabelli.steps.at === "theme" && window.__diabelli.studio.document?.title === "Waltz in C", 30);
  await looked("steps-theme");
  await click("steps-next");
  await window.until("bars are marked", () => window.__diabelli.selection.bars?.from === 5);
  await looked("steps-try");
  await click("steps-skip");
});
