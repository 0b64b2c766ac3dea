// axe-core over every view, panel and sheet of the real window, in dark and in light: nothing serious, nothing critical.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
const axe = readFileSync("ui/node_modules/axe-core/axe.min.js", "utf8");
let window;

/** Serious and critical findings: rule, how serious, where. */
async function findings() {
  // What fades in has its own colours only when it is there.
  await new Promise((wake) => setTimeout(wake, 250));
  await window.run(() => {
    window.__found = null;
    window.axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => (window.__found = violations), (error) => (window.__found = [{ id: String(error), impact: "critical", nodes: [] }]));
  });
  await window.until("axe has looked", () => window.__found, 60);
  return window.run(() => window.__found.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, impact, nodes }) =>
    nodes.length ? nodes.map(({ html, any }) => `${id} (${impact}): ${html.slice(0, 160)} ${any[0]?.message ?? ""}`) : [`${id} (${impact})`]));
}

async function theme(theme) {
  await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
  await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 10, theme);
}

const closed = () => window.until("no sheet is open", () => !document.querySelector("dialog"));
const THEMES = ["dark", "light", "contrast-dark", "contrast-light"];

/** Looks at what is shown now in each theme; the first findings are printed. */
async function looked(name) {
  const found = [];
  for (const each of THEMES) {
    await theme(each);
    found.push(...(await findings()).map((finding) => `${each}: ${finding}`));
  }
  if (found.length) writeFileSync(join(out, `axe-${name}.txt`), found.join("\n"));
  assert.deepEqual(found, [], name);
}

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  // As the driver's own script: the page itself runs nothing that comes as text.
  await window.run(`function () { ${axe} }`);
  assert.equal(await window.run(() => typeof window.axe?.run), "function");
});

after(async () => {
  await window?.close().catch(() => undefined);
});

test("axe finds what is wrong", async () => {
  await window.run(() => document.body.append(Object.assign(document.createElement("button"), { id: "nameless" })));
  assert.ok((await findings()).some((finding) => finding.startsWith("button-name")));
  await window.run(() => document.querySelector("#nameless").remove());
});

for (const view of ["roll", "score", "arrange", "voices", "home"]) {
  test(`the ${view} view`, async () => {
    await window.run((view) => {
      const { taste } = window.__diabelli;
      taste.view = view;
      if (view !== "voices" && view !== "home") taste.editor = view;
    }, view);
    if (view === "score") await window.engraved();
    await looked(view);
  });
}

test("every panel", async () => {
  await window.run(() => {
    const { taste, hands } = window.__diabelli;
    Object.assign(taste, { view: "roll", mixer: true, events: true, lanes: [128, 1, 64] });
    hands.keyboard = true;
  });
  await window.until("they are there", () => !!document.querySelector('[data-testid="mixer"]') && !!document.querySelector('[data-testid="piano"]'));
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
