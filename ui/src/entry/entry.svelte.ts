// Entering notes step by step: a cursor of its own, the length of the next note, and what was entered last.

import * as backend from "../backend/tauri";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { noteWords } from "../app/words";
import { inForce, isLength, lengthAmount, lengthName, pitchName } from "../document/names";
import type { Row } from "../document/notes";
import { hands } from "../hands/hands.svelte";
import { sheet } from "../roll/sheet.svelte";
import { transport } from "../transport/transport.svelte";
import { m } from "../paraglide/messages";
import { above, type Letter, nearest } from "./pitch";
import { type Length, lengthOf, quartersOf } from "./values";

/** What was entered at once: a note or a chord. Until the engine has it, it has no ids. */
interface Step {
  track: number;
  start: number;
  length: number;
  pitches: number[];
  ids: number[];
}

/** Where the first letter of an empty track goes: middle C. */
const MIDDLE = 60;

class Entry {
  on = $state(false);
  /** Where the next note goes. */
  tick = $state(0);
  /** How long it will be. */
  length = $state.raw<Length>({ quarters: 1, dotted: false, triplet: false });

  /** Somebody has chosen a length; until then it is the grid's. */
  #chosen = false;
  #steps: Step[] = [];
  /** Keys of a keyboard that are down or were, since all were up. */
  #chord = new Map<number, number>();
  #edits: Promise<unknown> = Promise.resolve();

  constructor() {
    hands.watchers.add((struck) => this.#hear(struck.pitch, struck.velocity));
    studio.watchers.add((damage) => (damage ? this.#follow() : this.#forget()));
  }

  get track(): number | null {
    return selection.track;
  }

  /** Ticks of the next note. */
  get ticks(): number {
    return Math.max(1, Math.round(quartersOf(this.length) * this.#tpq));
  }

  /** The next note's length in words. */
  get words(): string {
    return lengthWords(this.length);
  }

  get #tpq(): number {
    return studio.document?.tpq ?? 960;
  }

  get #last(): Step | undefined {
    return this.#steps.at(-1);
  }

  toggle() {
    if (this.on) this.end();
    else this.begin();
  }

  /** Begins after the notes that are chosen, which count as entered last; without any, at the playhead. */
  begin() {
    const { track } = this;
    if (track === null || !studio.bars) return;
    const rows = selection.rows().filter((placed) => placed.track === track).map(({ row }) => row);
    this.#chord = new Map();
    this.#steps = [];
    this.on = true;
    if (!this.#chosen) this.#takeGrid();
    if (rows.length) {
      const start = Math.max(...rows.map((row) => row.start));
      const last = rows.filter((row) => row.start === start);
      const length = Math.max(...last.map((row) => row.length));
      this.#steps = [{ track, start, length, pitches: last.map(({ pitch }) => pitch), ids: last.map(({ id }) => id) }];
      this.tick = start + length;
    } else this.tick = this.#near(transport.position.tick(performance.now()));
    this.#show();
    studio.speak(m.entry_begun({ length: this.words, place: this.#place() }));
  }

  end() {
    this.on = false;
    this.#chord = new Map();
    this.#steps = [];
    studio.speak(m.entry_ended());
  }

  /** The place of the grid that is nearest. */
  #near(tick: number): number {
    const { bars } = studio;
    const { step } = sheet;
    if (!bars || !step) return Math.round(tick);
    const from = bars.start(bars.bar(tick));
    return Math.round(Math.min(bars.end(bars.bar(tick)), from + Math.round((tick - from) / step) * step));
  }

  /** A grid of bars or none has no length of its own. */
  #takeGrid() {
    this.length = lengthOf(sheet.step / this.#tpq) ?? { quarters: 1, dotted: false, triplet: false };
  }

  /** The next note is so long; outside step input the chosen notes are. */
  choose(change: Partial<Length>) {
    if (!this.on) return this.#stretch(change);
    const next = { ...this.length, ...change };
    // A triplet of dotted notes is written without either.
    if (change.dotted) next.triplet = false;
    if (change.triplet) next.dotted = false;
    if (change.quarters) next.dotted = next.triplet = false;
    this.length = next;
    this.#chosen = true;
    studio.speak(this.words);
  }

  /** Gives the chosen notes a length. A dot or a triplet changes what the first of them has. */
  #stretch(change: Partial<Length>) {
    const rows = selection.rows();
    if (!rows.length) return;
    const now = lengthOf(rows[0].row.length / this.#tpq) ?? { quarters: 1, dotted: false, triplet: false };
    const length = change.quarters ? { quarters: change.quarters, dotted: false, triplet: false } : { ...now, dotted: false, triplet: false, ...change };
    const ticks = Math.max(1, Math.round(quartersOf(length) * this.#tpq));
    return studio.apply({ kind: "setLength", ids: rows.map(({ row }) => row.id), ticks });
  }

  /** A dot more, or none any more. */
  dot() {
    this.choose({ dotted: !(this.on ? this.length.dotted : this.#written?.dotted) });
  }

  triplet() {
    this.choose({ triplet: !(this.on ? this.length.triplet : this.#written?.triplet) });
  }

  /** How the first of the chosen notes is written. */
  get #written(): Length | undefined {
    const [first] = selection.rows();
    return first && lengthOf(first.row.length / this.#tpq);
  }

  /** Which value is on: the next note's, or that of the chosen notes. */
  get shown(): Length | undefined {
    return this.on ? this.length : this.#written;
  }

  /** The signature at a tick as the score writes it, where it does: a piece may be in a key that it does not state. */
  signature: ((tick: number) => number | undefined) | null = null;

  get #fifths(): number {
    return this.signature?.(this.tick) ?? inForce(studio.document?.keys ?? [], this.tick)?.fifths ?? 0;
  }

  /** What the next letter is near to: what was entered last, else what the track plays before the cursor. */
  #before(): number {
    const pitches = this.#pitches(this.#last);
    if (pitches.length) return pitches[0];
    const { track } = this;
    const notes = track === null ? undefined : studio.mirror?.notes(track);
    if (!notes?.count) return MIDDLE;
    const at = notes.after(this.tick);
    return notes.pitch[Math.max(0, at - 1)];
  }

  /** The pitches that a step has now, from the lowest; arrows may have moved them. */
  #pitches(step: Step | undefined): number[] {
    if (!step) return [];
    const now = step.ids.flatMap((id) => studio.mirror?.find(id)?.row.pitch ?? []);
    return [...(now.length ? now : step.pitches)].sort((a, b) => a - b);
  }

  /** Enters the nearest note of a letter. */
  enter(letter: Letter) {
    const pitch = nearest(letter, this.#fifths, this.#before());
    if (pitch !== undefined) return this.put([[pitch, hands.velocity]], true);
  }

  /** Adds the next note of a letter above to what was entered last. */
  add(letter: Letter) {
    const last = this.#last;
    const top = this.#pitches(last).at(-1);
    if (!last || top === undefined) return this.enter(letter);
    const pitch = above(letter, this.#fifths, top);
    if (pitch === undefined) return;
    last.pitches = [...last.pitches, pitch];
    return this.#write(last, [[pitch, hands.velocity]], true);
  }

  /** Enters keys with their velocities at the cursor, which goes on by their length. */
  put(keys: [number, number][], sounds: boolean) {
    const { track, tick: start, ticks: length } = this;
    if (track === null) return;
    const step = { track, start, length, pitches: keys.map(([pitch]) => pitch), ids: [] };
    this.#steps.push(step);
    this.tick = start + length;
    this.#show();
    return this.#write(step, keys, sounds);
  }

  /** Enters a note at a place, which the cursor goes to. */
  putAt(track: number, tick: number, pitch: number) {
    selection.track = track;
    this.tick = Math.max(0, Math.round(tick));
    return this.put([[pitch, hands.velocity]], true);
  }

  /** Puts the cursor where a note is, which counts as entered last. */
  takeUp(track: number, row: Row) {
    selection.track = track;
    this.#steps = [{ track, start: row.start, length: row.length, pitches: [row.pitch], ids: [row.id] }];
    this.tick = row.start + row.length;
    selection.choose([row.id]);
    this.#tell(this.#steps);
  }

  /** Has the engine write a step's notes; each is an edit of its own. A note that is there already gets its length. */
  #write(step: Step, keys: [number, number][], sounds: boolean) {
    const { track, start, length } = step;
    if (sounds && !transport.playing) for (const [pitch, velocity] of keys) void backend.soundNote(track, pitch, velocity).catch(() => undefined);
    return this.#after(async () => {
      const there = this.#starting(track, start);
      const known = there.filter((row) => keys.some(([pitch]) => pitch === row.pitch));
      const notes = keys.filter(([pitch]) => !known.some((row) => row.pitch === pitch)).map(([pitch, velocity]) => ({ start, length, pitch, velocity }));
      const ids = known.filter((row) => row.length !== length).map(({ id }) => id);
      if (notes.length ? !(await studio.apply({ kind: "addNotes", track, notes })) : ids.length && !(await studio.apply({ kind: "setLength", ids, ticks: length }))) return this.#lose(step, keys);
      const fresh = this.#starting(track, start).filter((row) => keys.some(([pitch]) => pitch === row.pitch));
      step.ids = [...new Set([...step.ids, ...fresh.map(({ id }) => id)])];
      selection.choose(step.ids);
      if (this.on) this.#tell([step]);
    });
  }

  /** It could not be written: the cursor is back, if nothing came after it. */
  #lose(step: Step, keys: [number, number][]) {
    if (step.ids.length) {
      step.pitches = step.pitches.filter((pitch) => !keys.some(([key]) => key === pitch));
      return;
    }
    if (this.#last === step) this.tick = step.start;
    this.#steps = this.#steps.filter((each) => each !== step);
  }

  #starting(track: number, start: number): Row[] {
    const notes = studio.mirror?.notes(track);
    const found: Row[] = [];
    if (notes) for (let at = notes.after(start); at < notes.count && notes.start[at] === start; at++) found.push(notes.row(at));
    return found;
  }

  /** Goes on by the length, without a note. */
  rest() {
    this.tick += this.ticks;
    this.#show();
    studio.speak(m.entry_rest({ length: this.words, place: this.#place() }));
  }

  /** Goes back: to the beginning of what was entered last if the cursor is after it, else by the length. */
  back() {
    const last = this.#last;
    const from = last && last.start + last.length === this.tick ? last.start : Math.max(0, this.tick - this.ticks);
    if (last && from <= last.start) this.#steps.pop();
    this.tick = from;
    this.#show();
    studio.speak(this.#place());
  }

  /** Makes what was entered last longer by the length; in the score it is tied where it must be. */
  tie() {
    return this.#after(() => this.#tie());
  }

  /** Does something when everything before it is written. */
  #after(work: () => Promise<unknown>) {
    const done = this.#edits.then(work);
    this.#edits = done;
    return done;
  }

  async #tie() {
    const last = this.#last;
    if (!last?.ids.length) return;
    const ticks = this.ticks;
    if (!(await studio.apply({ kind: "resizeNotes", ids: last.ids, ticks, edge: "end" }))) return;
    last.length += ticks;
    this.tick = last.start + last.length;
    this.#show();
    studio.speak(m.entry_tied({ amount: isLength(last.length / this.#tpq) ? lengthAmount(last.length / this.#tpq) : m.words_ticks({ count: last.length }) }));
  }

  /** Deletes what was entered last, or else what begins last before the cursor; the cursor goes there. */
  remove() {
    return this.#after(() => this.#remove());
  }

  async #remove() {
    const { track } = this;
    if (track === null) return;
    let { ids = [], start } = this.#last ?? { start: 0 };
    if (!ids.length) {
      const notes = studio.mirror?.notes(track);
      const at = (notes?.after(this.tick) ?? 0) - 1;
      if (!notes || at < 0) return studio.speak(m.entry_nothing());
      start = notes.start[at];
      ids = this.#starting(track, start).map(({ id }) => id);
    }
    if (!(await studio.apply({ kind: "deleteNotes", ids }))) return;
    this.tick = start;
    this.#show();
    const before = this.#last?.ids ?? [];
    selection.choose(before);
  }

  /** A key of a keyboard: a chord is entered when its last key is up. */
  #hear(pitch: number, velocity: number) {
    if (!this.on || hands.recording || transport.playing) return;
    if (velocity) this.#chord.set(pitch, velocity);
    else if (!hands.down.size && this.#chord.size) {
      const keys = [...this.#chord];
      this.#chord = new Map();
      void this.put(keys, false);
    }
  }

  /** What was entered and is gone by undo or by hand has not been entered; the cursor goes back with it. */
  #follow() {
    while (this.#last?.ids.length) {
      const last = this.#last;
      const left = last.ids.filter((id) => studio.mirror?.find(id));
      if (left.length) return void (last.ids = left);
      this.#steps.pop();
      if (this.tick === last.start + last.length) this.tick = last.start;
    }
  }

  #forget() {
    this.on = false;
    this.#steps = [];
    this.#chord = new Map();
  }

  /** Brings the cursor into sight in the roll; the score follows by itself. */
  #show() {
    sheet.show(this.tick);
  }

  #place(): string {
    const { bar = 1, beat = 1 } = studio.bars?.place(this.tick) ?? {};
    return m.words_place({ bar, beat });
  }

  /** Says what was entered: a note in full, a chord by its names. */
  #tell(steps: Step[]) {
    const { bars } = studio;
    const rows = steps.flatMap(({ ids }) => ids.flatMap((id) => studio.mirror?.find(id)?.row ?? [])).sort((a, b) => a.pitch - b.pitch);
    if (!bars || !rows.length) return;
    const speaker = {
      tpq: this.#tpq,
      pitch: (pitch: number, tick: number) => pitchName(pitch, inForce(studio.document?.keys ?? [], tick)?.fifths, taste.naming),
      place: (tick: number) => bars.place(tick),
    };
    if (rows.length === 1) return studio.speak(noteWords(rows[0], speaker));
    const names = rows.map((row) => speaker.pitch(row.pitch, row.start));
    studio.speak([names.join(" "), m.words_place(speaker.place(rows[0].start)), lengthName(rows[0].length / this.#tpq)].join(m.words_comma()));
  }
}

/** "dotted quarter". */
export function lengthWords(length: Length): string {
  const quarters = quartersOf(length);
  const name = isLength(quarters) ? lengthName(quarters) : lengthName(length.quarters);
  if (isLength(quarters)) return name;
  return length.dotted ? m.entry_dotted({ length: name }) : m.entry_triplet({ length: name });
}

export const entry = new Entry();
