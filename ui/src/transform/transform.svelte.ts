// The Transform panel's state, and quantizing and humanizing as it is set.

import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import type { Preview } from "../roll/gesture";
import { quantized } from "./preview";
import { HUMANIZE, humanize, QUANTIZE, quantize, restored, SEEDS } from "./settings";

export type Page = "quantize" | "humanize" | "shape";

/** More notes than these are not shown beforehand. */
const MOST_SHOWN = 5_000;

class Transform {
  /** The page of the panel that is open. */
  open = $state<Page | null>(null);
  quantize = $state({ ...QUANTIZE });
  humanize = $state({ ...HUMANIZE });

  /** Takes up what was kept. */
  start() {
    const kept = taste.transform as { quantize?: unknown; humanize?: unknown } | null;
    this.quantize = restored(QUANTIZE, kept?.quantize);
    this.humanize = restored(HUMANIZE, kept?.humanize);
  }

  #keep() {
    taste.transform = $state.snapshot({ quantize: this.quantize, humanize: this.humanize });
    taste.keep();
  }

  async applyQuantize() {
    const { document } = studio;
    if (!document || !selection.notes.size) return;
    this.#keep();
    await studio.apply(quantize([...selection.notes], $state.snapshot(this.quantize), document.tpq));
  }

  async applyHumanize() {
    const { document } = studio;
    if (!document || !selection.notes.size) return;
    const command = humanize([...selection.notes], $state.snapshot(this.humanize), document.tpq);
    this.humanize.seed = (this.humanize.seed + 1) % SEEDS;
    this.#keep();
    await studio.apply(command);
  }

  /** Makes notes louder and softer by at most so much, as chance has it; each time otherwise. */
  async vary(ids: number[], most: number) {
    if (!ids.length || !most) return;
    const { seed } = this.humanize;
    this.humanize.seed = (seed + 1) % SEEDS;
    this.#keep();
    await studio.apply({ kind: "humanizeNotes", ids, timing: 0, length: 0, velocity: most, seed, together: true });
  }

  /** The chosen notes that quantizing would move, while its page is open. */
  preview(): Preview | null {
    const { bars } = studio;
    if (this.open !== "quantize" || !bars || !selection.notes.size || selection.notes.size > MOST_SHOWN) return null;
    const rows = [];
    for (const { track, row } of selection.rows()) {
      const moved = quantized(row, this.quantize, bars);
      if (moved.start !== row.start || moved.length !== row.length) rows.push({ track, row: moved });
    }
    return { rows, lifted: new Set(rows.map(({ row }) => row.id)) };
  }
}

export const transform = new Transform();
