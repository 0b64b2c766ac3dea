// A voice of one's own in the real window: a folder is dropped, looked at, learnt from, heard beside the base, used for
// a variation, exported, deleted and taken in again.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { looked } from "./axe.mjs";
import { drop, Key, Window } from "./driver.mjs";

const run = promisify(execFile);
const out = process.env.DIABELLI_OUT;
const corpus = process.env.DIABELLI_CORPUS && join(process.env.DIABELLI_CORPUS, "valid", "cre_irish");
const there = corpus && existsSync(corpus);
const skip = there ? false : "DIABELLI_CORPUS is not set, or has no valid/cre_irish";
const folder = join(out, "session tunes");
const file = join(out, "tunes.safetensors");
let window;

/** What the page's own state says. */
const state = () =>
  window.run(function () {
    const { studio, voices, lesson, taste, variations, listen } = window.__diabelli;
    return {
      view: taste.view, at: voices.at, message: studio.message?.text ?? "", spoken: studio.spoken, running: lesson.running,
      names: voices.list.map(({ name }) => name), entry: voices.entry, singing: voices.singing, files: lesson.files,
      candidates: variations.candidates.map(({ writer }) => writer), shown: variations.shown, there: listen.there,
    };
  });

const text = (id) => window.run((id) => document.querySelector(`[data-testid="${id}"]`)?.textContent ?? "", id);
const seen = (id, seconds = 20) => window.until(`${id} is there`, (id) => !!document.querySelector(`[data-testid="${id}"]`), seconds, id);

/** In another language, as the settings set it. */
async function speak(language) {
  await window.run((language) => void (window.__diabelli.taste.language = language), language);
  await window.until(`it speaks ${language}`, (language) => document.documentElement.lang === language, 10, language);
}

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 250));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

/** Both themes, the dark one last. */
async function pictures(name) {
  for (const theme of ["light", "dark"]) {
    await window.run((theme) => (window.__diabelli.taste.theme = theme), theme);
    await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 5, theme);
    await picture(`${name}-${theme}`);
  }
}

before(async () => {
  if (!there) return;
  mkdirSync(out, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "others"), { recursive: true });
  // The shortest, so that what is kept aside is quickly foretold.
  const size = (name) => statSync(join(corpus, name)).size;
  const tunes = readdirSync(corpus).filter((name) => name.endsWith(".mid")).sort((a, b) => size(a) - size(b) || (a < b ? -1 : 1)).slice(0, 8);
  tunes.forEach((name, at) => copyFileSync(join(corpus, name), join(folder, at % 2 ? `tune ${at}.mid` : `others/tune ${at}.mid`)));
  tunes.forEach((name, at) => writeFileSync(join(folder, at % 2 ? `tune ${at}.txt` : `others/tune ${at}.txt`), at % 4 < 2 ? "A quick one for the dance" : "A slow one for the evening"));
  copyFileSync(join(corpus, tunes[0]), join(folder, "zz copy.mid"));
  writeFileSync(join(folder, "broken.mid"), "MThd and nothing else");
  writeFileSync(join(folder, "read me.txt"), "no music");
  window = await Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
  await window.click('[data-testid="open-demo"]');
  await window.until("the demo is open", () => window.__diabelli.studio.document?.title === "Waltz in C" && window.__diabelli.studio.mirror?.checksum() === window.__diabelli.studio.document.checksum, 30);
  await window.run(() => window.__diabelli.variations.mark(5, 8));
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("a folder that is dropped is looked at, file by file", { skip }, async () => {
  await drop(folder, { x: 700, y: 450 });
  await window.until("its files are known", () => !!window.__diabelli.lesson.files, 20);
  const { view, at, files } = await state();
  assert.deepEqual([view, at], ["voices", "+"]);
  assert.equal(await text("folder"), "session tunes");
  assert.equal(files.used + files.repaired, 8);
  assert.equal(files.rejected.length, 2);
  await window.run(() => { const filter = document.querySelector('[data-testid="report-filter"]'); filter.value = "rejected"; filter.dispatchEvent(new Event("change", { bubbles: true })); });
  await window.until("only those that are rejected are shown", () => document.querySelectorAll('[data-testid="file-rejected"]').length === 2 && !document.querySelector('[data-testid="file-used"], [data-testid="file-repaired"]'));
  assert.match(await text("report"), /Nearly the same as others\/tune 0\.mid/);
  await window.run(() => { const filter = document.querySelector('[data-testid="report-filter"]'); filter.value = "all"; filter.dispatchEvent(new Event("change", { bubbles: true })); });
  assert.match(await text("holds"), /major|minor/);
  assert.match(await text("warning"), /bars are few to learn from/);
  assert.match(await text("folder-words"), /quick/);
  assert.match(await text("beside"), /Bars of a piece.*Notes of a bar.*Parts/s);
  await pictures("voices-material");
  await looked(window, "voices-material");
});

test("every knob is there, and the defaults are the engine's", { skip }, async () => {
  await window.run(() => document.querySelector('[data-testid="run-panel"] details').setAttribute("open", ""));
  for (const [of, value] of [["epochs", "0.5"], ["patience", "2"], ["batchTokens", "512"], ["replay", "0"], ["passages", "2"], ["rank", "2"]]) {
    await window.run((of, value) => { const field = document.querySelector(`[data-testid="knob-${of}"]`); field.value = value; field.dispatchEvent(new Event("change", { bubbles: true })); }, of, value);
  }
  const knobs = await window.run(() => JSON.parse(JSON.stringify(window.__diabelli.lesson.knobs)));
  assert.deepEqual([knobs.epochs, knobs.batchTokens, knobs.replay, knobs.passages, knobs.rank], [1, 512, 0, 2, 2]);
  await window.run(() => (window.__diabelli.lesson.knobs.minutes = 0.15));
  await picture("voices-knobs");
});

test("it is learnt from while the window goes on, and the proof is shown", { skip }, async () => {
  // The longest that a frame had to wait while something was learnt.
  await window.run(() => {
    let last = performance.now();
    window.__longest = 0;
    const tick = (now) => {
      if (window.__diabelli.lesson.running) window.__longest = Math.max(window.__longest, now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await window.press(Key.control, Key.enter);
  await seen("training-status");
  assert.match((await state()).spoken, /Training of session tunes begins/);
  await window.until("the curve is drawn", () => document.querySelector('[data-testid="chart"]')?.dataset.held > 1 && document.querySelector('[data-testid="chart"] canvas'), 40);
  await pictures("voices-training");
  // Editing goes on meanwhile.
  await window.press(Key.control, "1");
  await window.press(Key.control, "a");
  await window.press(Key.up);
  await window.until("a note has moved", () => window.__diabelli.studio.document.history.done.length > 0);
  await window.press(Key.control, "z");
  await window.press(Key.control, "5");
  await window.until("it is trained", () => !window.__diabelli.lesson.running && window.__diabelli.voices.entry?.card, 60);
  const { entry, names, at, message } = await state();
  assert.deepEqual([names, at], [["session tunes"], "session-tunes"]);
  assert.match(message, /session tunes is trained: \d\.\d\d → \d\.\d\d bits per note/);
  assert.ok(entry.card.curve.length > 2 && entry.card.copies.passages > 0, JSON.stringify(entry.card.copies));
  assert.match(await text("proof"), /\d\.\d\d → \d\.\d\d/);
  assert.ok((await text("verdict")).includes(entry.gains ? "expects your music better" : "No gain"));
  const longest = await window.run(() => window.__longest);
  assert.ok(longest < 1000, `a frame waited ${Math.round(longest)} ms`);
});

test("base and voice write the same bars, and one hears the one and the other", { skip }, async () => {
  await window.press(Key.control, "g");
  await window.until("both have written", () => window.__diabelli.listen.there, 60);
  const { candidates } = await state();
  assert.equal(candidates.length, 2);
  assert.ok(!candidates[0].includes("session tunes") && candidates[1].includes("session tunes 100 %"), candidates.join("; "));
  await window.press("x");
  assert.equal((await state()).shown, 1);
  await window.press("x");
  assert.equal((await state()).shown, 0);
  await window.run(() => document.querySelector('[data-testid="pair"]').scrollIntoView({ block: "center" }));
  await pictures("voices-listen");
  await looked(window, "voices-listen");
  await window.click('[data-testid="blind"]');
  await window.click('[data-testid="another-seed"]');
  await window.until("who is who is hidden", () => window.__diabelli.listen.there && !window.__diabelli.listen.open && !document.querySelector('[data-testid="pair"]').textContent.includes("session tunes"), 60);
  await window.click('[data-testid="prefer-1"]');
  await window.until("it is shown who wrote it", () => document.querySelector('[data-testid="pair"]').textContent.includes("session tunes"));
  await window.press(Key.escape);
});

test("it is renamed, and writes a variation with the strength that was chosen", { skip }, async () => {
  await window.run(() => { const field = document.querySelector('[data-testid="voice-name"]'); field.value = "Tunes"; field.dispatchEvent(new Event("change", { bubbles: true })); });
  await window.until("it has its name", () => window.__diabelli.voices.entry?.name === "Tunes");
  await window.run(() => { const field = document.querySelector('[data-testid="voice-tags"]'); field.value = "irish, flute"; field.dispatchEvent(new Event("change", { bubbles: true })); });
  await window.until("it has its tags", () => document.querySelector('[data-testid="voice"]').textContent.includes("flute"));
  await window.click('[data-testid="sing"]');
  await window.press(Key.control, "1");
  await seen("singing-0");
  await window.run(() => { const slider = document.querySelector('[data-testid="singing-0"]'); slider.value = "120"; slider.dispatchEvent(new Event("input", { bubbles: true })); });
  assert.equal((await state()).singing[0].strength, 1.2);
  await seen("voice-words");
  const word = await window.run(() => { const first = document.querySelector('[data-testid="voice-words"] button'); first.click(); return first.textContent; });
  assert.deepEqual(await window.run(() => [...window.__diabelli.voices.told]), [word]);
  await window.press("g");
  await window.until("it has written", () => window.__diabelli.variations.candidates.length === 4 && !window.__diabelli.variations.busy, 60);
  assert.ok((await state()).candidates.every((writer) => writer.includes("Tunes 120 %") && writer.endsWith(word)));
  assert.match(await text("writer"), /Tunes 120 %/);
  await pictures("voices-variations");
  await window.press(Key.enter);
  await window.until("one is kept", () => window.__diabelli.studio.document.history.done.length > 0);
  await window.press(Key.control, "5");
  await window.run(() => void window.__diabelli.voices.load());
  await window.until("where it wrote is told", () => document.querySelector('[data-testid="used-in"]')?.textContent.includes("Waltz in C"));
});

for (const language of ["zh", "en"]) {
  test(`whatever is done with a voice or a base model is done by keys, in ${language}`, { skip }, async () => {
    await speak(language);
    await window.press(Key.control, "5");
    await window.run(() => window.__diabelli.voices.sing([]));
    await window.call("singVoice");
    await window.until("it writes", () => window.__diabelli.voices.singing[0]?.strength === 1);
    await window.call("describeVoice");
    await window.until("its name is in hand", () => document.activeElement?.id === "voice-name");
    await window.press(Key.escape);
    await window.call("compareVoices");
    await window.until("both have written", () => window.__diabelli.listen.there && !window.__diabelli.listen.busy, 60);
    const { shown } = await state();
    await window.call("otherVoice");
    await window.until("the other one is heard", (shown) => window.__diabelli.variations.shown !== shown, 10, shown);
    await window.press(Key.escape);
    // The system asks where to, which may take its time; it is left as it came.
    await window.run(() => {
      const command = window.__diabelli.commands.find(({ id }) => id === "exportVoice");
      const { run } = command;
      window.__asked = null;
      command.run = () => {
        window.__asked = true;
        command.run = run;
        const done = run();
        void Promise.resolve(done).finally(() => (window.__asked = false));
        return done;
      };
    });
    await window.call("exportVoice");
    await window.until("it was called", () => window.__asked !== null);
    for (let turn = 0; turn < 40 && (await window.run(() => window.__asked)); turn++) {
      await new Promise((wake) => setTimeout(wake, 250));
      await run("xdotool", ["key", "Escape"]);
    }
    assert.equal(await window.run(() => window.__asked), false);
    cpSync("models/base", join(process.env.DIABELLI_HOME, "models", "second"), { recursive: true });
    const voice = (await state()).at;
    await window.run(() => void (window.__diabelli.voices.at = ""));
    await window.until("another base model is there", () => document.querySelectorAll('[data-testid="base-model"] option').length === 2);
    await window.run(() => { const list = document.querySelector('[data-testid="base-model"]'); list.value = "second"; list.dispatchEvent(new Event("change", { bubbles: true })); });
    await seen("delete-model");
    await window.call("deleteModel");
    await window.until("the one that ships writes again", () => document.querySelectorAll('[data-testid="base-model"] option').length === 1 && !document.querySelector('[data-testid="delete-model"]'));
    assert.equal(existsSync(join(process.env.DIABELLI_HOME, "models", "second")), false);
    assert.equal((await state()).names.join(), "Tunes");
    await picture(`voices-${language}`);
    await window.run((voice) => void (window.__diabelli.voices.at = voice), voice);
  });
}

test("it is exported, deleted and taken in again; one that disappears leaves the base", { skip }, async () => {
  await window.press(Key.control, "5");
  await window.run((file) => void window.__diabelli.voices.export(window.__diabelli.voices.at, file), file);
  await window.until("it is written", (file) => window.__diabelli.studio.message?.text === `Wrote ${file}`, 20, file);
  assert.ok(statSync(file).size > 10_000);
  await window.run(() => document.querySelector('[data-testid="voice"]').focus());
  for (const [language, ask] of [["en", () => window.press(Key.delete)], ["zh", () => window.call("deleteVoice")]]) {
    await speak(language);
    await ask();
    await seen("delete-sheet");
    await picture(`voices-delete-${language}`);
    await looked(window, `voices-delete-${language}`);
    for (let turn = 0; turn < 5 && !(await window.run(() => document.activeElement?.matches('[data-testid="delete-confirm"]'))); turn++) await window.press(Key.tab);
    await window.press(Key.enter);
    await window.until("it is gone", () => window.__diabelli.voices.list.length === 0);
    assert.deepEqual((await state()).singing, []);
    await window.run((file) => void window.__diabelli.voices.import(file), file);
    await window.until("it is back", () => window.__diabelli.voices.entry?.name === "Tunes");
  }
  await speak("en");
  await window.click('[data-testid="sing"]');
  rmSync(join(process.env.DIABELLI_HOME, "voices"), { recursive: true, force: true });
  await window.press(Key.control, "1");
  await window.press("g");
  await window.until("the base has written", () => window.__diabelli.variations.candidates.length === 4 && !window.__diabelli.variations.busy, 60);
  const { candidates, message } = await state();
  assert.ok(candidates.every((writer) => !writer.includes("Tunes")));
  assert.equal(message, "The voice Tunes is not there any more. The base model writes instead.");
});

test("a training is stopped and gone on with, and closing the window ends it cleanly", { skip }, async () => {
  await window.run((folder) => void window.__diabelli.lesson.take(folder), folder);
  await window.until("its files are known", () => !!window.__diabelli.lesson.files, 20);
  await window.run(() => Object.assign(window.__diabelli.lesson.knobs, { epochs: 500, patience: 100, batchTokens: 512, replay: 0, passages: 0, rank: 2, minutes: 5 }));
  for (const language of ["zh", "en"]) {
    await speak(language);
    await window.call("train");
    await window.until("it learns", () => window.__diabelli.lesson.running && window.__diabelli.lesson.tokens > 0, 40);
    if (language === "en") await looked(window, "voices-training");
    await window.call("stopTraining");
    await window.until("it has stopped", () => !window.__diabelli.lesson.running && window.__diabelli.voices.entry?.unfinished, 20);
  }
  await window.press(Key.control, Key.enter);
  await window.until("it learns on", () => window.__diabelli.lesson.running && window.__diabelli.lesson.tokens > 0, 40);
  // As a person closes it.
  await run("xdotool", ["key", "alt+F4"]);
  const open = () => run("pgrep", ["-f", process.env.DIABELLI_STUDIO]).then(() => true, () => false);
  const end = Date.now() + 15_000;
  while (Date.now() < end && (await open())) await new Promise((wake) => setTimeout(wake, 100));
  assert.equal(await open(), false, "the program ends by itself");
  // The driver may wait for ever for a program that is gone.
  await Promise.race([window.close().catch(() => undefined), new Promise((wake) => setTimeout(wake, 2000))]);
  window = await Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  await window.until("the voice can be gone on with", () => window.__diabelli?.voices?.list[0]?.unfinished, 60);
});
