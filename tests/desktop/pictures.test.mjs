// The real window beside pictures of how it should look, view by view, in dark and light
// and one in high contrast, with some tolerance.
//
//   DIABELLI_PICTURES=keep DIABELLI_TESTS=tests/desktop/pictures.test.mjs tests/desktop/run.sh    keeps what is shown now
//
// Only what is the same on every day and machine is compared: meters, dates and speeds stand outside. Text is drawn with
// the fonts that come with the page.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Window } from "./driver.mjs";

const run = promisify(execFile);
const { DIABELLI_DRIVER: driver, DIABELLI_STUDIO: studio, DIABELLI_OUT: out } = process.env;
const keeps = process.env.DIABELLI_PICTURES === "keep";
const references = "tests/desktop/pictures";

/** How far a colour may be off, in percent of its range, before a pixel counts as another one. */
const FUZZ = 12;
/** The part of the pixels that may be others: edges of letters, a caret. */
const OTHERS = 0.004;

let window;

/** The window's own pixels, whatever frame stands around it. */
async function photograph(file) {
  const { stdout } = await run("xdotool", ["search", "--onlyvisible", "--name", "Diabelli"]);
  await run("import", ["-window", stdout.trim().split("\n")[0], file]);
}

/** The box of an element in the window, as ImageMagick writes it. */
async function place(selector) {
  const box = await window.run((selector) => {
    const { left, top, width, height } = document.querySelector(selector).getBoundingClientRect();
    return { left, top, width, height };
  }, selector);
  return `${Math.floor(box.width)}x${Math.floor(box.height)}+${Math.ceil(box.left)}+${Math.ceil(box.top)}`;
}

async function theme(theme) {
  await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
  await window.until(theme, (theme) => document.documentElement.dataset.theme === theme, 10, theme);
}

/** Compares a part of the window with its picture, or keeps it as such. */
async function compared(name, selector) {
  // What fades in is there, and nothing is hovered.
  await run("xdotool", ["mousemove", "1439", "899"]);
  await new Promise((wake) => setTimeout(wake, 400));
  const whole = join(out, `${name}-whole.png`);
  await photograph(whole);
  const [shown, reference] = [join(out, `${name}.png`), join(references, `${name}.png`)];
  await run("convert", [whole, "-crop", await place(selector), "+repage", "-strip", "+dither", "-colors", "255", `PNG8:${keeps ? reference : shown}`]);
  rmSync(whole);
  if (keeps) return;
  assert.ok(existsSync(reference), `there is no ${reference}: look at ${shown}, and keep it with DIABELLI_PICTURES=keep`);
  const size = async (file) => (await run("identify", ["-format", "%w %h", file])).stdout.split(" ").map(Number);
  const [[width, height], expected] = [await size(shown), await size(reference)];
  assert.deepEqual([width, height], expected, `${name} has another size`);
  // `compare` ends with 1 where pictures differ, and says how many pixels on its other stream.
  const { stderr } = await run("compare", ["-metric", "AE", "-fuzz", `${FUZZ}%`, reference, shown, join(out, `${name}-differs.png`)]).catch((error) => error);
  const part = Number.parseFloat(stderr) / (width * height);
  assert.ok(part <= OTHERS, `${(100 * part).toFixed(2)} % of ${shown} is not as in ${reference} (at most ${100 * OTHERS} %): see ${name}-differs.png`);
}

before(async () => {
  mkdirSync(out, { recursive: true });
  if (keeps) mkdirSync(references, { recursive: true });
  window = await Window.demo(driver, studio);
  await window.run(() => {
    window.__diabelli.taste.welcomed = true;
    window.__diabelli.variations.mark(5, 8);
  });
});

after(async () => {
  await window?.close().catch(() => undefined);
});

const show = (view) =>
  window.run((view) => {
    const { taste } = window.__diabelli;
    taste.view = view;
    if (view !== "voices" && view !== "home") taste.editor = view;
  }, view);

/** Something for the lanes to show: modulation that comes and goes. */
const modulate = () =>
  window.run(() => {
    const { studio, selection } = window.__diabelli;
    const beat = studio.document.tpq;
    return studio.apply({ kind: "drawController", track: selection.track, controller: { control: 1 }, from: 0, to: 24 * beat, ticks: [0, 3, 6, 9, 12, 15, 18].map((at) => at * beat), values: [0, 24, 64, 127, 90, 40, 0] });
  });

/** Panels beside the roll, what opens each, and what it is compared by. */
const PANELS = [["mixer", { mixer: true }, '[data-testid="mixer"]'], ["lanes", { lanes: [1, 64, 130] }, ".drawer:has(.lanes)"], ["many-lanes", { lanes: [1, 128, 7, 10, 11, 64, 91, 93, 130] }, ".drawer:has(.lanes)"], ["events", { events: true }, "aside:has([data-testid=events])"]];

for (const each of ["dark", "light"]) {
  for (const [view, selector] of [["roll", "main"], ["score", "main"], ["arrange", "main"], ["voices", '[data-testid="voices-view"]']]) {
    test(`the ${view} view in ${each}`, async () => {
      await theme(each);
      await show(view);
      if (view === "score") await window.engraved();
      await compared(`${view}-${each}`, selector);
    });
  }

  test(`home in ${each}`, async () => {
    await theme(each);
    await show("home");
    await window.until("the waltz is drawn", () => document.querySelector('[data-testid="piece"] canvas')?.dataset.marks > 0);
    // When a piece was changed last is another time on every day.
    await window.run(() => void (document.querySelector('[data-testid="piece"] .facts').style.visibility = "hidden"));
    await compared(`home-${each}`, '[data-testid="home"]');
  });

  for (const [panel, open, selector] of PANELS) {
    test(`the ${panel} in ${each}`, async () => {
      await theme(each);
      await show("roll");
      if (panel === "lanes") await modulate();
      const before = await window.run((open) => {
        const { taste } = window.__diabelli;
        const before = Object.fromEntries(Object.keys(open).map((name) => [name, taste[name]]));
        Object.assign(taste, open);
        return before;
      }, open);
      await window.until("it is there", (selector) => !!document.querySelector(selector), 20, selector);
      await compared(`${panel}-${each}`, selector);
      await window.run((before) => void Object.assign(window.__diabelli.taste, before), before);
      if (panel === "lanes") await window.run(() => window.__diabelli.studio.undo());
    });
  }

  test(`the panel of variations in ${each}`, async () => {
    await theme(each);
    await show("roll");
    await compared(`variations-${each}`, "aside.panel .body");
  });

  test(`the page that humanizes in ${each}`, async () => {
    await window.run(() => window.__diabelli.transform.show("humanize"));
    await window.until("it is there", () => !!document.querySelector('[data-testid="transform"]'));
    await compared(`humanize-${each}`, '[data-testid="transform"]');
    await window.run(() => window.__diabelli.transform.show(null));
  });
}

test("the roll in high contrast", async () => {
  await theme("contrast-dark");
  await show("roll");
  await compared("roll-contrast-dark", "main");
});

test("a picture that is not as it should be is found", async () => {
  await theme("dark");
  await show("roll");
  const reference = join(references, "roll-dark.png");
  const painted = join(out, "roll-painted.png");
  await run("convert", [reference, "-fill", "#ff0000", "-draw", "rectangle 100,100 220,160", painted]);
  const { stderr } = await run("compare", ["-metric", "AE", "-fuzz", `${FUZZ}%`, reference, painted, "null:"]).catch((error) => error);
  assert.ok(Number.parseFloat(stderr) > 5000, stderr);
});
