// Home in the real window, from the first start of all: the first steps, new pieces, the list of pieces, versions.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { heard, Key, Window } from "./driver.mjs";

const run = promisify(execFile);
const out = process.env.DIABELLI_OUT;
let window;

const open = () => Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
const ready = () => window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
const rest = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));
const there = (id) => window.until(`${id} is there`, (id) => !!document.querySelector(`[data-testid="${id}"]`), 20, id);
const gone = (id) => window.until(`${id} is gone`, (id) => !document.querySelector(`[data-testid="${id}"]`), 20, id);
const words = (selector) => window.run((selector) => document.querySelector(selector)?.textContent ?? "", selector);

const state = () => window.run(() => {
  const { studio, selection, taste, home } = window.__diabelli;
  const { document } = studio;
  return {
    project: document?.project, title: document?.title, checksum: document?.checksum, tracks: document?.tracks.map(({ header }) => header.name), done: document?.history.done ?? [],
    bars: selection.bars, view: taste.view, found: home.found.map(({ id, title, pinned }) => ({ id, title, pinned })), message: studio.message?.text ?? "",
  };
});

async function picture(name) {
  for (const theme of ["dark", "light"]) {
    await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
    await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 10, theme);
    await rest(300);
    writeFileSync(join(out, `${name}-${theme}.png`), await window.picture());
  }
  await window.run(() => void (window.__diabelli.taste.theme = "dark"));
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await open();
  await ready();
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("the first start asks whether a piano is heard, opens the waltz, and has four bars varied", async () => {
  await there("steps");
  await picture("first-hear");
  const peak = await heard(1.5, () => window.click('[data-testid="steps-play"]'));
  assert.ok(peak > 0.01, `the sound device heard a peak of ${peak}`);
  await window.click('[data-testid="steps-no"]');
  await window.until("what was found is said", () => /test|output|device|Null/i.test(document.querySelector('[data-testid="steps"] p').textContent.split(":").slice(1).join(":")));
  await window.click('[data-testid="steps-next"]');
  await window.until("the waltz is open", () => window.__diabelli.studio.document?.title === "Waltz in C", 30);
  await picture("first-theme");
  await window.click('[data-testid="steps-next"]');
  assert.deepEqual((await state()).bars, { from: 5, to: 8 });
  await window.run(() => document.activeElement?.blur());
  await window.press("g");
  await window.until("four candidates", () => window.__diabelli.variations.candidates.length === 4, 60);
  await window.until("what can be done is said", () => document.querySelector('[data-testid="steps"] p').textContent.includes("Enter"));
  await picture("first-try");
  await window.click('[data-testid="steps-next"]');
  await gone("steps");
});

test("an accepted variation has left a version of what was before", async () => {
  const before = (await state()).checksum;
  await window.press(Key.enter);
  await window.until("it is accepted", (checksum) => window.__diabelli.studio.document.checksum !== checksum, 10, before);
  await window.press(Key.control, Key.shift, "S");
  await there("versions");
  await window.until("one is listed", () => document.querySelectorAll('[data-testid="version"]').length === 1);
  assert.match(await words('[data-testid="version"]'), /Before variation.*since then: .*notes? (came|went)/s);
  for (const sign of "Bold") await window.press(sign);
  await window.press(Key.enter);
  await window.until("two are", () => document.querySelectorAll('[data-testid="version"]').length === 2);
  assert.match(await words('[data-testid="version"]'), /Bold.*as it stands now/s);
  await picture("versions");
  // The older one is below.
  await window.run(() => [...document.querySelectorAll('[data-testid="version-back"]')].at(-1).click());
  await gone("versions");
  await window.until("it is as it was before", (checksum) => window.__diabelli.studio.document.checksum === checksum, 10, before);
  assert.match((await state()).done.at(-1), /Go back to/);
  await window.press(Key.control, "z");
  await window.until("going back is undone", (checksum) => window.__diabelli.studio.document.checksum !== checksum, 10, before);
});

test("versions survive a kill; one becomes a piece of its own, one is deleted after a question", async () => {
  const before = await state();
  await run("pkill", ["-KILL", "-f", `^${process.env.DIABELLI_STUDIO}`]).catch(() => undefined);
  await window.close().catch(() => undefined);
  await rest(500);
  window = await open();
  await ready();
  assert.equal(await window.run(() => !!document.querySelector('[data-testid="steps"]')), false, "the first steps are not shown again");
  await there("piece");
  await window.click('[data-testid="piece"]');
  await window.until("the waltz is open", (checksum) => window.__diabelli.studio.document?.checksum === checksum, 30, before.checksum);
  await window.press(Key.control, Key.shift, "S");
  await window.until("both are there", () => document.querySelectorAll('[data-testid="version"]').length === 2);
  await window.run(() => [...document.querySelectorAll('[data-testid="version-delete"]')].at(-1).click());
  await there("version-delete-confirm");
  await window.click('[data-testid="version-delete-confirm"]');
  await window.until("one is left", () => document.querySelectorAll('[data-testid="version"]').length === 1);
  await window.click('[data-testid="version-copy"]');
  await window.until("the copy is open", () => window.__diabelli.studio.document.title === "Waltz in C – Bold", 20);
  const copy = await state();
  assert.notEqual(copy.project, before.project);
  assert.equal(copy.checksum, before.checksum);
});

test("a piece is begun for each ensemble", async () => {
  for (const [template, tracks] of [["piano", 1], ["satb", 4], ["band", 5], ["orchestra", 14], ["leadSheet", 3], ["empty", 0], ["quartet", 4]]) {
    await window.press(Key.control, Key.shift, "O");
    await there("home");
    if (template === "piano") await picture("home");
    const before = (await state()).project;
    await window.click(`[data-testid="template-${template}"]`);
    await window.until(`${template} is open`, (before) => window.__diabelli.studio.document.project !== before, 20, before);
    await gone("home");
    assert.equal((await state()).tracks.length, tracks, template);
    if (template === "empty") assert.equal(await window.run(() => document.querySelectorAll('[data-testid="track"]').length), 0);
    if (template === "orchestra") await picture("orchestra");
  }
  assert.deepEqual((await state()).tracks, ["Violin I", "Violin II", "Viola", "Cello"]);
  await window.press(Key.shift, Key.f2);
  await there("title-field");
  for (const sign of "Night") await window.press(sign);
  await window.press(Key.enter);
  await window.until("the piece has a name", () => document.querySelector('[data-testid="title"]').textContent === "Night" && window.__diabelli.studio.projects[0].title === "Night");
});

test("pieces are shown, found, pinned, removed after a question, and brought back", async () => {
  await window.press(Key.control, Key.shift, "O");
  await there("home");
  await window.until("pictures are drawn", () => [...document.querySelectorAll('[data-testid="piece"] canvas')].some((canvas) => Number(canvas.dataset.marks) > 200));
  assert.equal((await state()).found.length, 9);
  await window.click('[data-testid="home-search"]');
  for (const sign of "waltz") await window.press(sign);
  await window.until("two are found", () => document.querySelectorAll('[data-testid="piece"]').length === 2);
  await picture("home-search");
  await window.press(Key.control, "a");
  await window.press(Key.delete);
  await window.until("all are there", () => document.querySelectorAll('[data-testid="piece"]').length === 9);
  await window.press(Key.down);
  await window.press(Key.right);
  const { id } = await window.run(() => ({ id: Number(document.activeElement.dataset.piece) }));
  assert.equal(await window.run(() => window.__diabelli.home.at), id);
  const second = (await state()).found[1];
  assert.equal(second.id, id, "arrow keys go from card to card");
  await window.run((id) => document.querySelector(`[data-piece="${id}"]`).parentElement.querySelector('[data-testid="piece-menu"]').click(), id);
  await there("menu-pinPiece");
  await window.click('[data-testid="menu-pinPiece"]');
  await window.until("it stands first", (id) => window.__diabelli.home.found[0].id === id && window.__diabelli.home.found[0].pinned, 10, id);
  await window.run((id) => document.querySelector(`[data-piece="${id}"]`).focus(), id);
  await window.press(Key.delete);
  await there("remove-sheet");
  await picture("home-remove");
  await window.click('[data-testid="remove-confirm"]');
  await window.until("it is gone", (id) => !window.__diabelli.home.found.some((piece) => piece.id === id), 10, id);
  assert.match((await state()).message, /30 days/);
  // After a restart, from the palette.
  await window.close();
  await rest(500);
  window = await open();
  await ready();
  await window.until("the pieces are listed", () => window.__diabelli.home.found.length === 8);
  await window.press(Key.control, "k");
  await window.until("the palette is open", () => !!document.querySelector("dialog[open]"));
  for (const sign of "bring back") await window.press(sign === " " ? Key.space : sign);
  await window.press(Key.enter);
  await window.until("it is back", (id) => window.__diabelli.home.found.some((piece) => piece.id === id), 10, id);
  await picture("home-pinned");
});

test("the first steps come again when they are asked for, and can be skipped", async () => {
  await window.press(Key.control, "k");
  await window.until("the palette is open", () => !!document.querySelector("dialog[open]"));
  for (const sign of "first steps") await window.press(sign === " " ? Key.space : sign);
  await window.press(Key.enter);
  await there("steps");
  await window.click('[data-testid="steps-skip"]');
  await gone("steps");
  await window.run(() => window.__diabelli.steps.begin());
  await there("steps");
  assert.equal(await window.run(() => document.querySelector('[data-testid="steps-skip"]').title), "Skip (Esc)");
  await window.press(Key.escape);
  await gone("steps");
});

test("Home speaks Chinese", async () => {
  await window.run(() => void (window.__diabelli.taste.language = "zh"));
  await window.until("it does", () => document.documentElement.lang === "zh" && document.querySelector("#home-new").textContent === "新建作品");
  await picture("zh-home");
  await window.run(() => window.__diabelli.steps.begin());
  await there("steps");
  await picture("zh-first");
  await window.click('[data-testid="steps-skip"]');
  await window.press(Key.escape);
});
