// The score view in the real window: engraved, chosen in, edited, marked, played, shown with a candidate, exported.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key, Window } from "./driver.mjs";

const out = process.env.DIABELLI_OUT;
let window;

async function picture(name) {
  await new Promise((wake) => setTimeout(wake, 400));
  writeFileSync(join(out, `${name}.png`), await window.picture());
}

/** The heads in sight: id of the note, its place in the window, and the system it stands in. */
const heads = () =>
  window.run(() =>
    [...document.querySelectorAll('[data-testid="system"] g.note')].map((head) => {
      const box = head.querySelector("g.notehead").getBoundingClientRect();
      const system = head.closest('[data-testid="system"]');
      return { id: head.id, classes: head.getAttribute("class"), x: box.left + box.width / 2, y: box.top + box.height / 2, above: box.top - head.closest("g.staff").querySelector("path").getBoundingClientRect().top, from: Number(system.dataset.from), label: head.getAttribute("aria-label") };
    }),
  );

/** The system that begins with a bar, as it is drawn. */
const drawing = (from) => window.run((from) => document.querySelector(`[data-testid="system"][data-from="${from}"] svg`)?.outerHTML, from);

before(async () => {
  mkdirSync(out, { recursive: true });
  window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
});
after(() => window?.close().catch(() => undefined));

test("Ctrl+2 shows the score of the tracks in full colour", async () => {
  await window.press(Key.control, "2");
  await window.engraved();
  assert.equal(await window.run(() => document.querySelector('[data-testid="view-score"]').getAttribute("aria-checked")), "true");
  const found = await heads();
  assert.ok(found.length > 40, `${found.length} heads`);
  const known = await window.run((ids) => ids.every((id) => window.__diabelli.studio.mirror.find(Number(/^n(\d+)/.exec(id)[1]))), found.map(({ id }) => id));
  assert.ok(known, "every head is a note of the document");
  assert.match(found[0].label, /^[A-G].*, bar \d+ beat \d+, .*velocity \d+/);
  await picture("score-dark");
  await window.run(() => { window.__diabelli.taste.theme = "light"; });
  await picture("score-light");
  await window.run(() => { window.__diabelli.taste.theme = "dark"; });
});

test("a head is clicked, its note is chosen, and another one with Shift", async () => {
  const found = (await heads()).filter(({ id }) => !id.includes("-"));
  const [one, other] = [found[3], found[8]];
  await window.drag(one, one);
  assert.deepEqual(await window.run(() => [...window.__diabelli.selection.notes]), [Number(one.id.slice(1))]);
  await window.drag(other, other, Key.shift);
  assert.deepEqual(await window.run(() => [...window.__diabelli.selection.notes]), [one, other].map(({ id }) => Number(id.slice(1))));
  const chosen = (await heads()).filter(({ classes }) => classes.includes("chosen")).map(({ id }) => id);
  assert.deepEqual(chosen.sort(), [one.id, other.id].sort());
  await picture("score-chosen");
});

test("what is transposed is engraved again, and only that", async () => {
  const found = (await heads()).filter(({ id }) => !id.includes("-"));
  const one = found[3];
  await window.drag(one, one);
  const last = Math.max(...found.map(({ from }) => from));
  const far = await drawing(last);
  await window.press(Key.shift, Key.up);
  // The staff may move to make room; the head does so by seven steps of it, of 3.6 pixels each.
  await window.until("the head is an octave higher", (id, above) => {
    const head = document.getElementById(id);
    const lines = head?.closest("g.staff").querySelector("path").getBoundingClientRect().top;
    return head && head.querySelector("g.notehead").getBoundingClientRect().top - lines < above - 20;
  }, 10, one.id, one.above);
  const higher = (await heads()).find(({ id }) => id === one.id);
  assert.ok(higher.classes.includes("chosen"), "it is chosen still");
  assert.equal(await drawing(last), far, "what the edit does not reach keeps its ink");
  await window.press(Key.right);
  assert.notEqual(await window.run(() => [...window.__diabelli.selection.notes][0]), Number(one.id.slice(1)), "arrows go from note to note");
  await window.press(Key.control, "z");
  await window.until("it is where it was", (id, above) => {
    const head = document.getElementById(id);
    const lines = head?.closest("g.staff").querySelector("path").getBoundingClientRect().top;
    return head && Math.abs(head.querySelector("g.notehead").getBoundingClientRect().top - lines - above) < 1;
  }, 10, one.id, one.above);
});

test("from an edit to its ink it takes less than a second", async () => {
  const found = (await heads()).filter(({ id }) => !id.includes("-"));
  await window.drag(found[5], found[5]);
  const times = [];
  for (let edit = 0; edit < 7; edit++) {
    await window.run(() => { window.__diabelli.score.spent = 0; });
    await window.press(Key.up);
    times.push(await window.until("the ink is there", () => window.__diabelli.score.spent, 10));
  }
  for (const _ of times) await window.press(Key.control, "z");
  await window.until("all of it is undone", () => window.__diabelli.studio.document.history.done.length === 0, 10);
  const [best, median] = [Math.min(...times), times.sort((a, b) => a - b)[3]].map(Math.round);
  console.log(`edit to ink: ${best} ms at best, ${median} ms in the middle of ${times.length}`);
  assert.ok(best < 1_000, `edit to ink took ${best} ms at best`);
});

test("bars are marked by a drag, and a click moves the playhead", async () => {
  const bars = await window.run(() => {
    const { score } = window.__diabelli;
    const [system, { element }] = [...score.mounted].find(([system]) => system.from > 1 && system.ink);
    const box = element.getBoundingClientRect();
    const { left, right } = system.ink.measures[1];
    const y = box.top + (system.ink.staves[0].bottom + 12) * score.zoom;
    return { from: system.from, first: { x: box.left + (left + 4) * score.zoom, y }, last: { x: box.left + (right - 5) * score.zoom, y } };
  });
  await window.drag(bars.first, bars.last);
  assert.deepEqual(await window.run(() => window.__diabelli.selection.bars), { from: bars.from + 1, to: bars.from + 1 });
  // Two clicks at one place within half a second would mark the bar.
  await new Promise((wake) => setTimeout(wake, 700));
  await window.drag(bars.first, bars.first);
  const bar = await window.until("the playhead is there", () => {
    const bar = Number(document.querySelector('[data-testid="readout"]').textContent.split(".")[0]);
    return bar > 1 && bar;
  }, 10);
  assert.equal(bar, bars.from + 1);
  await picture("score-marked");
});

test("what sounds is lit while it plays", async () => {
  await window.press(Key.space);
  await window.until("a head is lit", () => document.querySelector('[data-testid="score"] g.note.sounding'), 20);
  await window.press(Key.space);
  await window.until("it is dark again", () => !window.__diabelli.transport.playing && !document.querySelector("g.note.sounding"), 10);
});

test("who drags the scroll bar while it plays is not taken back, and is after another start", async () => {
  await window.run(() => { window.__diabelli.taste.scoreZoom = 200; });
  await window.engraved();
  const bar = await window.run(() => {
    const desk = document.querySelector('[data-testid="score"]');
    desk.scrollTop = 0;
    void window.__diabelli.transport.rewind();
    const { right, top } = desk.getBoundingClientRect();
    return { x: Math.round(right - 4), top: Math.round(top + 20), bottom: Math.round(top + 220), done: window.__diabelli.studio.document.history.done.length };
  });
  await window.until("the playhead is at the beginning", () => window.__diabelli.transport.position.tick(performance.now()) === 0, 10);
  await window.press(Key.space);
  await window.until("it plays", () => window.__diabelli.transport.playing, 10);
  await window.drag({ x: bar.x, y: bar.top }, { x: bar.x, y: bar.bottom });
  const state = () => window.run(() => ({ top: document.querySelector('[data-testid="score"]').scrollTop, away: window.__diabelli.transport.away, done: window.__diabelli.studio.document.history.done.length }));
  const dragged = await state();
  assert.ok(dragged.top > 100, `the score was scrolled to ${dragged.top}`);
  assert.deepEqual([dragged.away, dragged.done], [true, bar.done]);
  await new Promise((wake) => setTimeout(wake, 700));
  assert.equal((await state()).top, dragged.top);
  await window.press(Key.space);
  await window.until("it is silent", () => !window.__diabelli.transport.playing, 10);
  await window.press(Key.space);
  await window.until("it is followed again", (top) => window.__diabelli.transport.playing && !window.__diabelli.transport.away && document.querySelector('[data-testid="score"]').scrollTop < top - 50, 10, dragged.top);
  await window.press(Key.space);
  await window.until("it is silent", () => !window.__diabelli.transport.playing, 10);
  await window.run(() => { window.__diabelli.taste.scoreZoom = 100; });
  await window.engraved();
});

test("candidates are shown in the score before one is taken", async () => {
  await window.run(() => { window.__diabelli.selection.bars = { from: 5, to: 6 }; });
  await window.press("g");
  await window.until("four candidates", () => window.__diabelli.variations.candidates.length === 4, 90);
  // Its bars may lie in two systems, which are engraved one after the other.
  await window.until("its notes are engraved", () => window.__diabelli.variations.candidate.notes.every(({ notes }) => notes.every(({ id }) => document.querySelector(`g.note.proposed[id="n${id}"]`))), 20);
  const proposed = (await heads()).filter(({ classes }) => classes.includes("proposed"));
  const wanted = await window.run(() => window.__diabelli.variations.candidate.notes.flatMap(({ notes }) => notes.map(({ id }) => id)));
  assert.deepEqual([...new Set(proposed.map(({ id }) => Number(/^n(\d+)/.exec(id)[1])))].sort((a, b) => a - b), wanted.sort((a, b) => a - b));
  await picture("score-candidate-dark");
  await window.press(Key.escape);
  await window.until("the document's own notes are back", () => document.querySelectorAll("g.note.proposed").length === 0 && window.__diabelli.variations.candidates.length === 0, 20);
});

test("what a transform would do is engraved and marked while it is tried, and gone with Escape", async () => {
  /** Where the heads of the first system stand in its ink. */
  const signs = () => window.run(() => JSON.stringify(window.__diabelli.score.systems[0].ink.signs.map(({ id, x, y }) => [id, x, y])));
  const sum = () => window.run(() => window.__diabelli.studio.document.checksum);
  const [written, first] = [await signs(), await sum()];
  await window.run(() => { const { score, selection } = window.__diabelli; selection.choose([...new Set(score.systems[0].ink.signs.map(({ note }) => note))]); });
  await window.click('[data-testid="score-transform"]');
  await window.click('[data-testid="page-quantize"]');
  const tried = async (grid, strength, old) => {
    await window.run((grid, strength) => void Object.assign(window.__diabelli.transform.quantize, { grid, strength, ends: false }), grid, strength);
    await window.until(`a grid of ${grid} with ${strength} % is engraved, and what it changes is marked`, (old) => {
      const { score, transform } = window.__diabelli;
      const { signs } = score.systems[0].ink;
      if (!transform.foreseen || JSON.stringify(signs.map(({ id, x, y }) => [id, x, y])) === old) return false;
      const changed = new Set(transform.foreseen.rows.map(({ row }) => row.id));
      const wanted = signs.filter(({ note }) => changed.has(note)).map(({ id }) => id);
      const marked = [...document.querySelectorAll('[data-testid="system"][data-from="1"] g.note.proposed')].map(({ id }) => id);
      return wanted.length > 0 && wanted.length < signs.length && marked.sort().join() === wanted.sort().join();
    }, 20, old);
    return signs();
  };
  const halves = await tried(2, 100, written);
  await tried(2, 50, halves);
  const [marked, plain] = await window.run(() => ["g.note.proposed", "g.note.chosen:not(.proposed)"].map((heads) => getComputedStyle(document.querySelector(heads)).color));
  assert.notEqual(marked, plain, "what is tried is told from what is only chosen");
  for (const theme of ["light", "dark"]) {
    await window.run((theme) => void (window.__diabelli.taste.theme = theme), theme);
    await picture(`score-tried-${theme}`);
  }
  assert.equal(await sum(), first, "nothing is written yet");
  await window.press(Key.escape);
  await window.until("the document's own notes are back", (written) => !document.querySelector("g.note.proposed") && JSON.stringify(window.__diabelli.score.systems[0].ink.signs.map(({ id, x, y }) => [id, x, y])) === written, 20, written);
  assert.equal(await sum(), first);

  // Applied, it is what was shown.
  await window.click('[data-testid="score-transform"]');
  await window.click('[data-testid="page-quantize"]');
  const shown = await tried(2, 100, written);
  assert.equal(shown, halves);
  await window.click('[data-testid="quantize"]');
  await window.until("it is written", (sum) => window.__diabelli.studio.document.checksum !== sum && !window.__diabelli.transform.foreseen && !document.querySelector("g.note.proposed"), 20, first);
  assert.equal(await signs(), shown);
  await window.press(Key.escape);
  await window.press(Key.control, "z");
  await window.until("it is undone", (written, sum) => window.__diabelli.studio.document.checksum === sum && JSON.stringify(window.__diabelli.score.systems[0].ink.signs.map(({ id, x, y }) => [id, x, y])) === written, 20, written, first);
  await window.run(() => window.__diabelli.selection.clear());
});

test("the roll lies below, and pages are divided as they are printed", async () => {
  await window.click('[data-testid="under"]');
  await window.until("both are there", () => document.querySelector('[data-testid="roll"]') && document.querySelector('[data-testid="score"]'));
  await window.engraved();
  await picture("score-under");
  await window.click('[data-testid="under"]');
  await window.click('[data-testid="pages"]');
  await window.engraved();
  await picture("score-pages");
  await window.click('[data-testid="pages"]');
});

test("the lanes stand above the score, go along with it, and can be hidden", async () => {
  await window.run(() => {
    const { landmarks, selection, taste } = window.__diabelli;
    selection.clear();
    landmarks.choose(null);
    taste.scoreZoom = 200;
  });
  await window.engraved();
  const lanes = await window.run(() => {
    const bottom = document.querySelector('[data-testid="score"]').getBoundingClientRect().top;
    return ["marker", "tempo", "meter", "key", "chord"].map((what) => {
      const box = document.querySelector(`[data-testid="lane-${what}"]`).getBoundingClientRect();
      return box.width > 200 && box.height > 10 && box.bottom <= bottom;
    });
  });
  assert.deepEqual(lanes, [true, true, true, true, true]);
  assert.ok(await window.run(() => Math.abs(window.__diabelli.sheet.view.width - document.querySelector('[data-testid="lane-tempo"]').getBoundingClientRect().width) <= 1), "they know how wide they are");
  // A tempo by key, at the playhead.
  const [tick, done] = await window.run(() => [window.__diabelli.studio.bars.start(2), window.__diabelli.studio.document.history.done.length]);
  await window.run((tick) => void window.__diabelli.transport.seek(tick), tick);
  await window.until("the playhead is there", (tick) => window.__diabelli.transport.position.tick(performance.now()) === tick, 10, tick);
  await window.run(() => document.querySelector('[data-testid="lane-tempo"]').focus());
  await window.press(Key.enter);
  await window.until("a field is open", () => document.activeElement?.matches('[data-testid="lane-tempo"] input'));
  await window.type("96");
  await window.press(Key.enter);
  await window.until("the tempo is there", (tick) => window.__diabelli.studio.document.tempos.some((tempo) => tempo.tick === tick && tempo.micros === 625_000), 10, tick);
  await picture("score-lanes");
  await window.press(Key.control, "z");
  await window.until("it is undone", (done) => window.__diabelli.studio.document.history.done.length === done, 10, done);
  // A chord's field opens in the lane, not above the staff.
  await window.run(() => document.querySelector('[data-testid="lane-chord"]').focus());
  await window.press(Key.enter);
  await window.until("a field is open", () => document.activeElement?.matches('[data-testid="lane-chord"] input'));
  await window.press(Key.escape);
  await window.engraved();
  // They begin with what is seen of the score.
  await window.run(() => { const desk = document.querySelector('[data-testid="score"]'); desk.scrollTop = desk.scrollHeight; });
  await window.until("the lanes have gone along", () => window.__diabelli.sheet.view.left > 0, 10);
  await window.run(() => { document.querySelector('[data-testid="score"]').scrollTop = 0; });
  await window.until("they are back", () => window.__diabelli.sheet.view.left === 0, 10);
  // Who scrolls while systems move is not taken back to what was seen before.
  await window.run(() => { const desk = document.querySelector('[data-testid="score"]'); desk.scrollTop = desk.scrollHeight; });
  await window.until("the end is seen", () => window.__diabelli.sheet.view.left > 0, 10);
  await window.run(() => {
    window.__diabelli.taste.scoreZoom = 180;
    document.querySelector('[data-testid="score"]').scrollTop = 0;
  });
  await window.until("the beginning is seen", () => window.__diabelli.sheet.view.left === 0, 10);
  await window.run(() => { window.__diabelli.taste.scoreZoom = 200; });
  await window.engraved();
  // Who chooses everything stays where some of it is seen; one note that is not seen comes into sight.
  const top = () => document.querySelector('[data-testid="score"]').scrollTop;
  await window.run(() => { window.__diabelli.selection.bars = null; });
  await window.press(Key.control, "a");
  await window.until("all is chosen", () => window.__diabelli.selection.notes.size > 40);
  await new Promise((wake) => setTimeout(wake, 500));
  assert.equal(await window.run(top), 0);
  await window.run(() => {
    const { selection } = window.__diabelli;
    selection.choose([[...selection.notes].at(-1)]);
  });
  await window.until("the last note is in sight", () => document.querySelector('[data-testid="score"]').scrollTop > 0, 10);
  await window.run(() => window.__diabelli.selection.clear());
  // It may be on its way still.
  await window.until("it is at its beginning again", () => {
    document.querySelector('[data-testid="score"]').scrollTop = 0;
    return window.__diabelli.sheet.view.left === 0;
  }, 10);
  await window.click('[data-testid="score-lanes"]');
  await window.until("they are hidden", () => !document.querySelector('[data-testid="lane-tempo"]'));
  await window.click('[data-testid="score-lanes"]');
  await window.until("they are there again", () => document.querySelector('[data-testid="lane-tempo"]') && document.querySelector('[data-testid="score-lanes"]').getAttribute("aria-pressed") === "true");
  await window.run(() => { window.__diabelli.taste.scoreZoom = 100; });
  await window.engraved();
});

test("MusicXML is written, with what it does not hold", async () => {
  await window.press(Key.control, "e");
  await window.until("the sheet is open", () => !!document.querySelector('[data-testid="export-sheet"]'));
  await window.click('[data-testid="export-musicxml"]');
  const file = join(out, "waltz.musicxml");
  await window.run((file) => void window.__diabelli.write(file), file);
  await window.until("it is written", (file) => window.__diabelli.studio.message?.text === `Wrote ${file}`, 20, file);
  await window.until("what is lost is listed", () => document.querySelectorAll('[data-testid="losses"] li').length > 0, 10);
  await picture("export-losses");
  assert.match(readFileSync(file, "utf8"), /<score-partwise version="4.0">[\s\S]*<work-title>Waltz in C<\/work-title>/);
  await window.press(Key.escape);
});

test("PDF and SVG are printed", async () => {
  const print = async (form, file) => {
    await window.press(Key.control, "p");
    await window.until("the sheet is open", () => !!document.querySelector('[data-testid="print-sheet"]'));
    await window.click(`[data-testid="print-${form}"]`);
    await picture(`print-${form}`);
    await window.run((file) => void window.__diabelli.write(file), file);
    await window.until("it is written", (start) => window.__diabelli.studio.message?.text.startsWith(start), 120, `Wrote ${file.slice(0, -4)}`);
    assert.match(await window.run(() => window.__diabelli.studio.message.text), / pages?$/);
  };
  await print("pdf", join(out, "printed.pdf"));
  const pdf = readFileSync(join(out, "printed.pdf"));
  assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  assert.match(pdf.toString("latin1"), /Tinos/, "text is text");
  await print("svg", join(out, "drawn.svg"));
  const svg = readFileSync(/(\S+\.svg)/.exec(await window.run(() => window.__diabelli.studio.message.text))[1], "utf8");
  assert.match(svg, /class="system"/);
});

test("Ctrl+1 shows the roll again", async () => {
  await window.press(Key.control, "1");
  await window.until("the roll is there", () => document.querySelector('[data-testid="roll"]') && !document.querySelector('[data-testid="score"]'));
});
