// The window in Chinese: chosen in the settings, at once and without losing anything, and kept after a restart.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { drop, Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
let window;

const open = () => Window.open(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 300));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

const theme = async (theme) => {
  await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
  await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 10, theme);
};

async function choose(tag) {
  await window.press(Key.control, ",");
  await window.until("the settings are open", () => !!document.querySelector('[data-testid="settings"]'));
  await window.run((tag) => document.querySelector(`[data-testid="language-${tag}"]`).click(), tag);
  await window.until("the language is another", (tag) => document.documentElement.lang === tag, 10, tag);
}

const closed = () => window.until("no sheet is open", () => !document.querySelector("dialog"));

const state = () => window.run(() => {
  const { studio, selection, taste, sheet } = window.__diabelli;
  return { project: studio.document.project, checksum: studio.document.checksum, bars: selection.bars, notes: [...selection.notes], view: taste.view, left: sheet.view.left };
});

/** Words of Latin letters that are read or spoken somewhere in the page, without names of music and of the program. */
const latin = () => window.run(function () {
  const found = new Set();
  const look = (text) => {
    // A model has a name and a fingerprint.
    for (const word of text.replace(/\bbase [0-9a-f]{12}\b/g, "").match(/[A-Za-z][A-Za-z’'-]*[A-Za-z]/g) ?? []) found.add(word);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // What the piece is called, what the engine says, what devices are called, and what stands on key caps is in its own
    // language.
    if (node.parentElement.closest("kbd, style, script, [lang=en], [translate=no], .title, .piece, [data-testid=title], [data-testid=history], [data-testid=status], [data-testid=spoken], [data-testid=keyboards], .keys, .paper svg, .staves")) continue;
    look(node.data);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [aria-valuetext]")) {
    if (element.closest("[data-testid=undo], [data-testid=redo], [data-testid=status], [data-testid=keyboards], svg, .paper")) continue;
    for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"]) look(element.getAttribute(name) ?? "");
  }
  // Pieces and their tracks are called as their files call them; home shows pieces that are not open.
  const { document: piece, projects } = window.__diabelli.studio;
  for (const name of [piece?.title ?? "", ...projects.map(({ title }) => title), ...(piece?.tracks ?? []).map(({ header }) => header.name)]) for (const word of name.split(" ")) found.delete(word);
  return [...found];
});

/** What is cut off: words that are wider than the button, label or heading that shows them. */
const cut = () => window.run(function () {
  const all = [...document.querySelectorAll("button, label, h1, h2, h3, dt, dd, legend, .words, .hint, option, summary, th, span")];
  const narrow = all.filter((element) => {
    const style = getComputedStyle(element);
    if (!element.checkVisibility() || element.closest(".hidden, [data-testid=status], .piece")) return false;
    return element.children.length === 0 && element.textContent.trim() && style.overflowX !== "visible" && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
  });
  return narrow.map((element) => element.textContent.trim());
});

/** Latin words that belong to music and programs in every language. */
const SAME = /^(MIDI|MusicXML|ABC|Diabelli|Ctrl|Alt|Shift|Esc|Insert|Delete|Enter|Page|Up|Down|Home|End|Del|Backspace|Space|BPM|dB|CC|PDF|SVG|PNG|WAV|FLAC|LoRA|AdamW|SGD|tick|English|Ableton|MuseScore|kHz|Letter|Aa|Do|Si)$/;
const strange = async () => (await latin()).filter((word) => !SAME.test(word));

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await open();
  await window.until("the page is there", () => !!window.__diabelli && !!document.querySelector('[data-testid="open-demo"]'), 60);
  await window.click('[data-testid="open-demo"]');
  await window.until("the demo is open", () => window.__diabelli.studio.document?.title === "Waltz in C" && window.__diabelli.studio.mirror?.checksum() === window.__diabelli.studio.document.checksum, 30);
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("the language is another at once, and nothing else is", async () => {
  await theme("dark");
  await window.run(() => {
    const { selection, studio } = window.__diabelli;
    selection.bars = { from: 5, to: 8 };
    selection.choose([studio.mirror.notes(selection.track).row(3).id]);
  });
  const before = await state();
  assert.match(await window.run(() => document.querySelector('[data-testid="view-roll"]').textContent), /^Roll$/);
  await choose("zh");
  assert.equal(await window.run(() => document.querySelector('[data-testid="view-roll"]').textContent), "卷帘");
  await picture("zh-settings-dark");
  assert.deepEqual(await strange(), []);
  assert.deepEqual(await cut(), []);
  await window.press(Key.escape);
  await closed();
  assert.deepEqual(await state(), before);
});

test("the roll speaks and shows Chinese, with a font that has its signs", async () => {
  await window.press(Key.right);
  await window.until("the note is spoken", () => /第 \d+ 小节第 \d+ 拍.*力度 \d+.*已选择/.test(document.querySelector("#spoken").textContent));
  await window.press(Key.control, "a");
  await window.until("several are", () => /\d+ 个音符，/.test(document.querySelector("#spoken").textContent));
  assert.deepEqual(await strange(), []);
  assert.deepEqual(await cut(), []);
  await picture("zh-roll-dark");
  await theme("light");
  await picture("zh-roll-light");
  // A font without Chinese draws the same box for every sign.
  const drawn = await window.run(() => {
    const pixels = (sign) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 40 });
      const context = canvas.getContext("2d");
      context.font = `30px ${getComputedStyle(document.body).fontFamily}`;
      context.fillText(sign, 2, 32);
      return context.getImageData(0, 0, 40, 40).data.join("");
    };
    return new Set([..."钢琴卷帘力度"].map(pixels)).size;
  });
  assert.equal(drawn, 6);
});

test("so do the mixer, the event list, the piano and the lanes", async () => {
  await window.run(() => Object.assign(window.__diabelli.taste, { mixer: true, events: true, lanes: [1, 64] }));
  await window.run(() => void (window.__diabelli.hands.keyboard = true));
  await window.until("the mixer is there", () => !!document.querySelector('[data-testid="mixer"]') && !!document.querySelector('[data-testid="piano"]'));
  await picture("zh-panels-light");
  assert.deepEqual(await strange(), []);
  assert.deepEqual(await cut(), []);
  await theme("dark");
  await picture("zh-panels-dark");
  await window.run(() => { Object.assign(window.__diabelli.taste, { mixer: false, events: false, lanes: [] }); window.__diabelli.hands.keyboard = false; });
});

test("so do variations, score, voices, the transform panel and every sheet", async () => {
  await window.press("g");
  await window.until("four candidates", () => window.__diabelli.variations.candidates.length === 4, 60);
  await picture("zh-variations-dark");
  assert.deepEqual(await strange(), []);
  assert.deepEqual(await cut(), []);
  await window.press(Key.escape);
  for (const page of ["quantize", "humanize", "shape"]) {
    await window.run((page) => void (window.__diabelli.transform.open = page), page);
    await window.until("the page is there", () => !!document.querySelector('[data-testid="transform"]'));
    assert.deepEqual(await strange(), [], page);
    assert.deepEqual(await cut(), [], page);
    await picture(`zh-${page}-dark`);
  }
  await window.run(() => void (window.__diabelli.transform.open = null));
  for (const view of ["score", "voices"]) {
    await window.click(`[data-testid="view-${view}"]`);
    await new Promise((wake) => setTimeout(wake, 1500));
    await picture(`zh-${view}-dark`);
    assert.deepEqual(await strange(), [], view);
    assert.deepEqual(await cut(), [], view);
  }
  await window.click('[data-testid="view-roll"]');
  for (const [keys, name] of [[[Key.control, "e"], "export"], [[Key.control, "p"], "print"], [[Key.control, "k"], "palette"], [["?"], "keys"], [[Key.control, "/"], "keymap"], [["i"], "instruments"], [[Key.control, Key.shift, "S"], "versions"]]) {
    await window.press(...keys);
    await window.until(`${name} is open`, () => !!document.querySelector("dialog[open]"));
    await picture(`zh-${name}-dark`);
    assert.deepEqual(await strange(), [], name);
    assert.deepEqual(await cut(), [], name);
    await window.press(Key.escape);
    await closed();
  }
});

test("so is what had to be repaired in a file, and what another one cannot hold", async () => {
  await window.press(Key.control, "e");
  await window.until("the sheet is open", () => !!document.querySelector('[data-testid="export-sheet"]'));
  await window.click('[data-testid="export-musicxml"]');
  await window.run((file) => void window.__diabelli.write(file), join(out, "zh.musicxml"));
  await window.until("what is lost is listed", () => document.querySelectorAll('[data-testid="losses"] li').length > 0, 20);
  assert.deepEqual(await strange(), []);
  await window.until("it is spoken", () => /\d+ 个音符：/.test(document.querySelector("#spoken").textContent));
  assert.doesNotMatch((await window.run(() => document.querySelector("#spoken").textContent)).replace("MusicXML", ""), /[a-z]{3}/);
  await picture("zh-losses-dark");
  await window.press(Key.escape);
  await closed();
  const waltz = readFileSync(resolve("datasets/demo/waltz.mid"));
  const tune = "X:1\nT:Tune\nM:4/4\nL:1/4\nK:G\n!fermata!GAB ? c|defg|\n";
  for (const [name, word, bytes] of [["cut.mid", "字节", waltz.subarray(0, waltz.length - 40)], ["tune.abc", "延长号", tune]]) {
    const file = join(out, name);
    writeFileSync(file, bytes);
    await drop(file, { x: 700, y: 70 });
    await window.until("it is said what was repaired", (word) => document.querySelector('[data-testid="status"]').textContent.includes(word), 20, word);
    assert.doesNotMatch(await window.run(() => document.querySelector('[data-testid="status"]').textContent), /[a-z]{3}/);
    await picture(`zh-${name}-dark`);
  }
});

test("the language is there after a restart, and English comes back as quickly", async () => {
  await window.close();
  await new Promise((wake) => setTimeout(wake, 500));
  window = await open();
  await window.until("the page is there", () => !!window.__diabelli && document.documentElement.lang === "zh", 60);
  await window.until("the welcome is", () => document.querySelector('[data-testid="open-demo"]')?.textContent.includes("圆舞曲"));
  assert.deepEqual(await strange(), []);
  await picture("zh-welcome-dark");
  await choose("en");
  await window.press(Key.escape);
  await closed();
  assert.equal(await window.run(() => document.querySelector('[data-testid="view-roll"]').textContent), "Roll");
});
