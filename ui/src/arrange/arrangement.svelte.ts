// What is marked in the arrangement: a block of tracks and bars, and all notes in it.

import type { Command } from "../bindings/Command";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { trackName } from "../document/instruments";
import { along } from "../lanes/carried";
import { sheet } from "../roll/sheet.svelte";
import { variations } from "../variations/variations.svelte";
import { m } from "../paraglide/messages";
import { between, type Block, type Cell, shifted, stepped } from "./block";

class Arrangement {
  /** Where marking began, and where it has come to. */
  #anchor: Cell = { row: 0, bar: 1 };
  #head: Cell = { row: 0, bar: 1 };
  block = $state.raw<Block | null>(null);
  /** By how many rows and bars the block is being dragged. */
  dragged = $state.raw<Cell | null>(null);

  constructor() {
    studio.watchers.add((damage) => {
      if (!damage || this.#rows < (this.block?.rows.to ?? 0) + 1) this.block = null;
    });
    studio.returns.add(() => this.#return());
  }

  /** The block is where its bars and tracks are chosen again. */
  #return() {
    const { bars, together } = selection;
    const rows = (studio.document?.tracks ?? []).flatMap(({ id }, row) => (together.includes(id) ? [row] : []));
    if (!bars || !rows.length) return void (this.block = null);
    this.#anchor = { row: rows[0], bar: bars.from };
    this.#head = { row: rows[rows.length - 1], bar: bars.to };
    this.block = between(this.#anchor, this.#head);
  }

  get #rows(): number {
    return studio.document?.tracks.length ?? 0;
  }

  /** How many bars there are to go to. */
  get bars(): number {
    return Math.max(1, studio.bars?.count(sheet.end) ?? 1);
  }

  /** The tracks of the block. */
  get tracks(): number[] {
    const { rows } = this.block ?? { rows: { from: 0, to: -1 } };
    return (studio.document?.tracks ?? []).slice(rows.from, rows.to + 1).map(({ id }) => id);
  }

  /** The first tick of the block and the first one after it, `by` bars later. */
  ticks(by = 0): { from: number; to: number } | null {
    const { block } = this;
    const { bars } = studio;
    return block && bars ? { from: bars.start(block.bars.from - 1 + by), to: bars.end(block.bars.to - 1 + by) } : null;
  }

  /** Marks a cell, or all from where marking began. */
  mark(cell: Cell, extend = false) {
    if (!this.#rows) return;
    this.#head = cell;
    if (!extend || !this.block) this.#anchor = cell;
    this.block = between(this.#anchor, cell);
    this.#choose();
  }

  /** Goes on by so many rows and bars. */
  step(step: Cell, extend: boolean) {
    this.mark(this.block ? stepped(this.#head, step, this.#rows, this.bars) : this.#head, extend);
    const { bars } = studio;
    if (bars) sheet.show(bars.start(this.#head.bar - 1));
  }

  clear() {
    this.block = null;
    selection.clear();
    selection.bars = null;
  }

  /** Puts the block, or a copy of it, so many rows further down and so many bars later. */
  async move(by: Cell, copy: boolean) {
    const { block } = this;
    const { row, bar } = block ? shifted(block, by, this.#rows) : { row: 0, bar: 0 };
    const [old, now] = [this.ticks(), this.ticks(bar)];
    const ids = [...selection.notes];
    if (!block || !old || !now || (!row && !bar)) return;
    const ticks = now.from - old.from;
    const all = (studio.document?.tracks ?? []).map(({ id }) => id);
    const curves = along(this.tracks.map((id) => [id, all[all.indexOf(id) + row]]), old, now, copy);
    const command: Command = row || curves.length
      ? { kind: "carryNotes", ids, tracks: row, ticks, copy, ...(curves.length && { curves }) }
      : { kind: copy ? "duplicateNotes" : "moveNotes", ids, ticks, semitones: 0 };
    if (ids.length && !(await studio.apply(command))) return;
    const [anchor, head] = [this.#anchor, this.#head].map((cell) => ({ row: cell.row + row, bar: cell.bar + bar }));
    this.#anchor = anchor;
    this.mark(head, true);
  }

  /** A copy of the block right after it, so that once more goes on from there. */
  repeat() {
    const { block } = this;
    return block ? this.move({ row: 0, bar: block.bars.to - block.bars.from + 1 }, true) : undefined;
  }

  #choose() {
    const { document, mirror } = studio;
    const { block, tracks } = this;
    const ticks = this.ticks();
    if (!document || !mirror || !block || !ticks) return;
    variations.mark(block.bars.from, block.bars.to);
    selection.track = tracks[0];
    selection.together = tracks;
    const inside = ({ start }: { start: number }) => start >= ticks.from && start < ticks.to;
    const ids = tracks.flatMap((track) => [...mirror.notes(track).rows()].filter(inside).map(({ id }) => id));
    selection.choose(ids);
    const names = document.tracks.filter(({ id }) => tracks.includes(id)).map(trackName);
    studio.speak(m.arrange_marked({ tracks: names.length > 2 ? m.arrange_tracks({ count: names.length }) : names.join(", "), from: block.bars.from, to: block.bars.to, count: ids.length }));
  }
}

export const arrangement = new Arrangement();
