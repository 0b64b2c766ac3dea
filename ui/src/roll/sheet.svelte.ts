// What the roll, its ruler, its lanes and the mini-map share: the view, and what is under a gesture.

import { look } from "../app/look.svelte";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { SIGHTS, taste } from "../app/taste.svelte";
import { variations } from "../variations/variations.svelte";
import { type Colours, colours } from "./colours";
import type { Layer } from "./paint";
import { inScale, scaleOfAll } from "../document/scale";
import { fitted, folded, moved, ROWS, type View, y } from "./view";

class Sheet {
  view = $state.raw<View>({ left: 0, top: 0, quarter: 29, row: 14, width: 1, height: 1, tpq: 960 });
  /** Counts changes of the notes, so that painters know. */
  drawn = $state(0);
  colours = $state.raw<Colours | null>(null);
  /** Where the pointer is, in words. */
  pointer = $state("");

  /** A gesture is under way: the page does not turn. */
  held = false;

  /** What of an opened piece is not yet shown where it was left: its time, and its rows, for which there has to be room. */
  #fresh = { time: true, rows: true };

  constructor() {
    studio.watchers.add((damage) => {
      this.drawn++;
      if (!damage) this.#fresh = { time: true, rows: true };
      this.#frame();
    });
  }

  /** The lanes have this width now, or what is below them this height. */
  resize(size: Partial<Pick<View, "width" | "height">>) {
    this.set(size);
    this.#frame();
  }

  /** Shows a piece where it was left; a fresh one from its beginning, with its notes in the middle. */
  #frame() {
    const { document, mirror } = studio;
    if (!document || !mirror || !this.#fresh.rows) return;
    const kept = taste.views.find(({ project, row }) => project === document.project && ROWS.includes(row));
    if (this.#fresh.time) this.set({ tpq: document.tpq, left: kept?.left ?? 0, quarter: kept?.quarter ?? this.view.quarter });
    this.#fresh.time = false;
    if (this.view.height < 50) return;
    this.#fresh.rows = false;
    if (kept) return this.set({ top: kept.top, row: kept.row });
    this.fold();
    let [low, high] = [127, 0];
    for (const track of document.tracks) {
      if (!selection.seen(track.id)) continue;
      for (const pitch of mirror.notes(track.id).pitch) {
        low = Math.min(low, pitch);
        high = Math.max(high, pitch);
      }
    }
    if (low > high) low = high = 64;
    const { row, height } = this.view;
    const middle = (y({ ...this.view, top: 0 }, low) + y({ ...this.view, top: 0 }, high)) / 2;
    this.set({ top: middle + (row - height) / 2 });
  }

  /** Gives rows to those keys that are wanted. Notes that are worked on always have one. */
  fold() {
    const { document, mirror } = studio;
    if (this.held || !document || !mirror) return;
    const keys = taste.fold === "none" ? undefined : this.#keys(document.keys);
    if (String(keys) !== String(this.view.keys)) this.view = folded(this.view, keys, this.end);
  }

  #keys(signatures: NonNullable<typeof studio.document>["keys"]): number[] | undefined {
    const { document, mirror } = studio;
    const used = new Uint8Array(128);
    for (const track of document?.tracks ?? []) {
      if (selection.seen(track.id)) for (const pitch of mirror?.notes(track.id).pitch ?? []) used[pitch] = 1;
    }
    for (const { notes } of variations.candidate?.notes ?? []) for (const { pitch } of notes) used[pitch] = 1;
    const scale = taste.fold === "scale" ? scaleOfAll(signatures) : 0;
    const keys = Array.from(used.keys()).filter((pitch) => used[pitch] || inScale(scale, pitch));
    // Nobody could draw where there are no rows.
    return keys.length ? keys : undefined;
  }

  retheme() {
    this.colours = colours(look.dark);
  }

  /** Where the last bar ends that is written, in ticks. */
  get end(): number {
    return studio.document?.written ?? 0;
  }

  set(change: Partial<View>) {
    this.view = moved(this.view, change, this.end);
  }

  /** Turns the page where a tick is not in sight. */
  show(tick: number) {
    const { left, quarter, tpq, width } = this.view;
    const px = ((tick - left) * quarter) / tpq;
    if (px < 0 || px > width - 40) this.set({ left: tick - tpq });
  }

  /** Remembers where this piece is looked at. */
  remember() {
    const { document } = studio;
    const { left, top, quarter, row } = this.view;
    if (!document || this.#fresh.rows) return;
    const sight = { project: document.project, left: Math.round(left), top, quarter, row };
    taste.views = [...taste.views.filter(({ project }) => project !== document.project), sight].slice(-SIGHTS);
    taste.keep();
  }

  /** Shows all of a stretch and of its notes in full colour; without one, of the piece. */
  fit(ids: ReadonlySet<number> | null, from = 0, to = this.end) {
    let [low, high] = [127, 0];
    for (const { notes, ghost } of this.layers()) {
      if (ghost) continue;
      notes.within(from, to, (at) => {
        if (ids && !ids.has(notes.id[at])) return;
        low = Math.min(low, notes.pitch[at]);
        high = Math.max(high, notes.pitch[at]);
      });
    }
    this.view = fitted(this.view, { from, to }, low <= high ? { low, high } : null, this.end);
  }

  /** The grid step in ticks; 0 = free. */
  get step(): number {
    const { tpq } = this.view;
    if (taste.snap < 0) return studio.bars ? studio.bars.end(0) : tpq * 4;
    return taste.snap * tpq;
  }

  /** All tracks in their own order. */
  tracks(): Layer[] {
    const { document, mirror } = studio;
    const { colours } = this;
    if (!document || !mirror || !colours) return [];
    const solo = document.tracks.some((track) => track.header.mix.solo);
    return document.tracks.map((track) => ({
      track: track.id,
      notes: mirror.notes(track.id),
      hue: colours.hues[track.header.hue % 12],
      ghost: !selection.seen(track.id),
      muted: track.header.mix.mute || (solo && !track.header.mix.solo),
      drums: track.header.channel === 9,
    }));
  }

  /** Tracks in the order in which they are drawn, the one that is worked on last. */
  layers(): Layer[] {
    const drawn = this.tracks().filter((layer) => selection.shown(layer.track) && (!layer.ghost || taste.ghosts));
    const last = drawn.findIndex((layer) => layer.track === selection.track);
    if (last >= 0) drawn.push(...drawn.splice(last, 1));
    return drawn;
  }

  /** The marked bars in ticks; while candidates are there, the bars that they speak of. */
  get marked(): { from: number; to: number } | null {
    const { bars } = studio;
    const range = variations.subject ?? selection.bars;
    return bars && range ? bars.ticks(range) : null;
  }
}

export const sheet = new Sheet();
