// What is chosen: notes, bars, and the track that is worked on.

import { type Row } from "../document/notes";
import { Trail } from "../history/trail";
import { studio } from "./studio.svelte";

export interface BarRange {
  /** First and last bar from 1, both included. */
  from: number;
  to: number;
}

/** A note and the track that it is in. */
export interface Placed {
  track: number;
  row: Row;
}

/** What is chosen, as the history remembers it. */
type Chosen = Pick<Selection, "notes" | "bars" | "track" | "together">;

class Selection {
  notes = $state.raw<ReadonlySet<number>>(new Set());
  bars = $state.raw<BarRange | null>(null);
  /** The track that is drawn into and varied. */
  track = $state<number | null>(null);
  /** Tracks that are varied together, that one among them. */
  together = $state.raw<readonly number[]>([]);
  /** Tracks in full colour beside it; the others are ghosts. */
  eyes = $state.raw<ReadonlySet<number>>(new Set());
  /** Tracks that are not even ghosts. */
  hidden = $state.raw<ReadonlySet<number>>(new Set());

  readonly #trail = new Trail<Chosen>();

  constructor() {
    studio.watchers.add((damage) => {
      if (!damage) return this.#begin();
      const { notes, bars, track, together } = this;
      this.#trail.go(studio.way, { notes, bars, track, together });
      this.#prune();
    });
    studio.returns.add((touched) => this.#trail.arrive() && this.#return(touched));
  }

  /** What was chosen at this place of the history is chosen again; if nobody knows or nothing was, what came back is. */
  #return(touched: readonly number[]) {
    const { here } = this.#trail;
    if (here) Object.assign(this, here);
    if (here?.notes.size || here?.bars) this.#prune();
    else if (touched.length) this.choose(touched);
  }

  /** A piece begins with its first melodic track, and the neighbours that share its instrument: a piano's two hands. */
  #begin() {
    const tracks = studio.document?.tracks ?? [];
    this.#trail.forget();
    const first = tracks.find((track) => track.header.channel !== 9 && track.notes > 0) ?? tracks[0];
    this.notes = new Set();
    this.bars = null;
    this.together = [];
    this.hidden = new Set();
    this.track = first?.id ?? null;
    const alike = tracks.filter((track) => track.header.program === first?.header.program && track.header.channel !== 9);
    this.eyes = new Set(alike.slice(0, 4).map((track) => track.id));
  }

  #prune() {
    const { mirror, document } = studio;
    if (!mirror || !document) return;
    if (!document.tracks.some((track) => track.id === this.track)) this.track = document.tracks[0]?.id ?? null;
    if (!this.notes.size) return;
    const left = new Set<number>();
    for (const track of document.tracks) {
      const { id } = mirror.notes(track.id);
      for (let at = 0; at < id.length; at++) if (this.notes.has(id[at])) left.add(id[at]);
    }
    if (left.size !== this.notes.size) this.notes = left;
  }

  /** The tracks that are varied. */
  get varied(): number[] {
    if (this.track === null) return [];
    return this.together.includes(this.track) ? [...this.together] : [this.track];
  }

  /** Whether a track is drawn in full colour. */
  seen(track: number): boolean {
    return track === this.track || (this.eyes.has(track) && !this.hidden.has(track));
  }

  /** Whether a track is drawn at all, as a ghost or in full colour. */
  shown(track: number): boolean {
    return track === this.track || !this.hidden.has(track);
  }

  /** Draws a track in full colour, or as a ghost again. */
  toggleEye(track: number) {
    const eyes = new Set(this.eyes);
    if (this.hidden.has(track)) this.toggleHidden(track);
    else if (eyes.delete(track)) return void (this.eyes = eyes);
    this.eyes = eyes.add(track);
  }

  /** Draws a track or leaves it out; the one that is worked on is always drawn. */
  toggleHidden(track: number) {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(track)) hidden.add(track);
    this.hidden = hidden;
  }

  choose(notes: Iterable<number>) {
    this.notes = new Set(notes);
  }

  clear() {
    if (this.notes.size) this.notes = new Set();
  }

  /** All notes of the tracks in full colour, inside the marked bars if there are any. */
  chooseAll() {
    this.chooseWhere(() => true);
  }

  /** Those of all these notes that fit. */
  chooseWhere(fits: (placed: Placed) => boolean) {
    const { mirror, document, bars } = studio;
    if (!mirror || !document || !bars) return;
    const { from, to } = this.bars ? bars.ticks(this.bars) : { from: 0, to: Infinity };
    const ids: number[] = [];
    for (const track of document.tracks) {
      if (!this.seen(track.id)) continue;
      for (const row of mirror.notes(track.id).rows()) {
        if (row.start >= from && row.start < to && fits({ track: track.id, row })) ids.push(row.id);
      }
    }
    this.choose(ids);
  }

  /** The chosen notes with their tracks. */
  rows(): Placed[] {
    const { mirror, document } = studio;
    const found: Placed[] = [];
    if (!mirror || !document || !this.notes.size) return found;
    for (const track of document.tracks) {
      const notes = mirror.notes(track.id);
      for (let at = 0; at < notes.count; at++) {
        if (this.notes.has(notes.id[at])) found.push({ track: track.id, row: notes.row(at) });
      }
    }
    return found;
  }

  /** The marked bars, or those of the chosen notes. */
  span(): BarRange | null {
    if (this.bars) return this.bars;
    const { bars } = studio;
    const rows = this.rows();
    if (!bars || !rows.length) return null;
    const at = rows.map(({ row }) => bars.bar(row.start) + 1);
    return { from: Math.min(...at), to: Math.max(...at) };
  }
}

export const selection = new Selection();
