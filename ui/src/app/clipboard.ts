// Notes that were copied or cut: kept by this window, so that they can be put into another piece too.

import type { Command } from "../bindings/Command";
import type { NewNote } from "../bindings/NewNote";
import type { Range } from "../bindings/Range";
import { LOCKED, MUTED } from "../document/notes";
import { type Carried, come, steered } from "../lanes/carried";
import { m } from "../paraglide/messages";
import { sheet } from "../roll/sheet.svelte";
import { transport } from "../transport/transport.svelte";
import { type BarRange, selection } from "./selection.svelte";
import { studio } from "./studio.svelte";

interface Clip {
  project: number;
  tpq: number;
  /** Ticks from the grid place where the first note begins to the one where the last has ended. */
  ticks: number;
  /** Notes by track, their onsets counted from the clip's beginning; the topmost track first. */
  parts: { track: number; notes: NewNote[]; curves: Carried[] }[];
}

class Clipboard {
  #clip: Clip | null = null;
  /** The bars that were marked when it was last used: only others say where to paste. */
  #bars: BarRange | null = null;
  /** The bars that were copied, and where they began and ended then. */
  #whole: (BarRange & { project: number; ticks: Range }) | null = null;

  get full(): boolean {
    return !!this.#clip;
  }

  /** Whether bars were copied that can be put in as a whole. */
  get bars(): boolean {
    return !!this.#whole && this.#whole.project === studio.document?.project;
  }

  /** Takes up the chosen notes; without any, all that is seen in the marked bars, and the bars themselves. Answers how many notes. */
  copy(): number {
    const { bars, document } = studio;
    if (!document || !bars) return 0;
    if (!selection.notes.size && selection.bars) selection.chooseAll();
    this.#whole = selection.bars && { ...selection.bars, project: document.project, ticks: bars.ticks(selection.bars) };
    const rows = selection.rows();
    if (!rows.length) return 0;
    const { from, to } = framed(Math.min(...rows.map(({ row }) => row.start)), Math.max(...rows.map(({ row }) => row.start + row.length)));
    const parts = document.tracks.map(({ id }) => ({
      track: id,
      notes: rows.filter(({ track }) => track === id).map(({ row: { start, length, pitch, velocity, flags, release } }) => ({
        start: start - from, length, pitch, velocity, ...(flags & LOCKED && { locked: true }), ...(flags & MUTED && { muted: true }), ...(release !== undefined && { release }),
      })),
      // Whoever marks bars means all that is in them.
      curves: selection.bars ? steered(id, from, to) : [],
    }));
    this.#clip = { project: document.project, tpq: document.tpq, ticks: to - from, parts: parts.filter(({ notes }) => notes.length) };
    this.#bars = selection.bars;
    return rows.length;
  }

  /** Puts a copy of the bars in, over all tracks with all that they have, before a bar. Answers how many there are. */
  async insert(before: number): Promise<number> {
    const { bars } = studio;
    const whole = this.#whole;
    if (!bars || !whole) return 0;
    const { from, to, ticks } = whole;
    const now = bars.ticks(whole);
    if (now.from !== ticks.from || now.to !== ticks.to) {
      studio.say(m.clipboard_bars_moved(), "warning");
      return 0;
    }
    if (!(await studio.apply({ kind: "copyBars", from, to, before })) || !studio.bars) return 0;
    const count = to - from + 1;
    // The originals may have gone on to the right, or lie apart now.
    const by = before <= from ? count : 0;
    const moved = { from: from + by, to: to + by };
    this.#whole = before > from && before <= to ? null : { ...whole, ...moved, ticks: studio.bars.ticks(moved) };
    return count;
  }

  /** Puts the notes in at the playhead, or at bars that were marked since; `over`: in the place of what begins there. */
  async paste(over: boolean) {
    const { document, bars } = studio;
    const clip = this.#clip;
    if (!document || !bars || !clip) return;
    const places = placed(clip, document);
    if (!places) return studio.say(m.clipboard_no_tracks({ count: clip.parts.length }), "warning");
    const marked = selection.bars && (selection.bars.from !== this.#bars?.from || selection.bars.to !== this.#bars.to) ? selection.bars : null;
    const { step } = sheet;
    const now = transport.position.tick(performance.now());
    const at = Math.round(marked ? bars.start(marked.from - 1) : step ? Math.round(now / step) * step : now);
    const scale = (ticks: number) => Math.round((ticks * document.tpq) / clip.tpq);
    const notes = clip.parts.map((part, index) => ({
      track: places[index],
      notes: part.notes.map((note) => ({ ...note, start: at + scale(note.start), length: Math.max(1, scale(note.length)) })),
    }));
    const to = at + Math.max(1, scale(clip.ticks));
    const curves = clip.parts.flatMap((part, index) => part.curves.flatMap(({ code, points }) => come(places[index], code, points.map(({ tick, value }) => ({ tick: at + scale(tick), value })), { from: at, to })));
    const all = { notes, ...(curves.length && { curves }) };
    const command: Command = over ? { kind: "replaceRange", tracks: places, from: at, to, ...all } : { kind: "replaceNotes", ids: [], ...all };
    const last = newest();
    if (!(await studio.apply(command))) return;
    this.#bars = selection.bars;
    selection.choose(since(last, places));
    studio.speak(m.clipboard_pasted({ notes: m.words_notes({ count: selection.notes.size }) }));
    sheet.show(at);
    // The next one follows it.
    if (!transport.playing) await transport.seek(to);
  }
}

/** The stretch of the grid around two ticks. */
function framed(from: number, to: number) {
  const { step } = sheet;
  return step ? { from: Math.floor(from / step + 1e-6) * step, to: Math.ceil(to / step - 1e-6) * step } : { from, to };
}

/** The tracks that the parts of a clip go to: one part to the track that is worked on, several to their own, or from that track on downwards. */
function placed({ project, parts }: Clip, document: NonNullable<typeof studio.document>): number[] | null {
  const ids = document.tracks.map(({ id }) => id);
  const worked = selection.track;
  const own = parts.map(({ track }) => track);
  if (project === document.project && own.every((track) => ids.includes(track)) && (parts.length > 1 ? worked === null || own.includes(worked) : worked === null)) return own;
  const first = ids.indexOf(worked ?? ids[0]);
  // As far apart as they were, where they come from this piece.
  const at = parts.map(({ track }, index) => first + (project === document.project && ids.includes(track) && ids.includes(own[0]) ? ids.indexOf(track) - ids.indexOf(own[0]) : index));
  const places = at.map((row) => ids[row]);
  return places.includes(undefined as never) ? null : places;
}

/** The highest id of a note; those that come are higher. */
function newest(): number {
  const { document, mirror } = studio;
  return Math.max(-1, ...(document?.tracks ?? []).map(({ id }) => mirror?.notes(id).id.reduce((most, each) => Math.max(most, each), -1) ?? -1));
}

function since(last: number, tracks: readonly number[]): number[] {
  return tracks.flatMap((track) => [...(studio.mirror?.notes(track).id ?? [])].filter((id) => id > last));
}

export const clipboard = new Clipboard();

const chosen = () => selection.notes.size > 0 || !!selection.bars;

function copy(): number {
  const count = clipboard.copy();
  const { bars } = selection;
  // Bars in which nothing sounds are bars all the same.
  studio.speak(m.words_copied({ notes: count || !bars ? m.words_notes({ count }) : m.label_bars({ count: bars.to - bars.from + 1 }) }));
  return count;
}

async function cut() {
  if (copy()) await studio.apply({ kind: "deleteNotes", ids: [...selection.notes] });
}

export const exchange = [
  { id: "cut", name: m.commands_cut, keys: ["Ctrl+X"], can: chosen, run: cut },
  { id: "copy", name: m.commands_copy, keys: ["Ctrl+C"], can: chosen, run: copy },
  { id: "paste", name: m.commands_paste, keys: ["Ctrl+V"], can: () => !!studio.document && clipboard.full, run: () => clipboard.paste(false) },
  { id: "pasteOver", name: m.commands_paste_over, keys: ["Ctrl+Shift+V"], can: () => !!studio.document && clipboard.full, run: () => clipboard.paste(true) },
];
