// The Transform pages' state, and quantizing and humanizing as they are set. What a page would do is worked out by the
// engine beforehand: roll and score show it, and it is heard, until it is applied or left.

import * as backend from "../backend/tauri";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import type { Command } from "../bindings/Command";
import { byTrack } from "../document/mirror";
import type { Preview } from "../roll/gesture";
import { HUMANIZE, humanize, QUANTIZE, quantize, restored, SEEDS, SPREADS } from "./settings";

export type Page = "quantize" | "humanize" | "shape";

/** More notes than these are not shown beforehand. */
const MOST_SHOWN = 20_000;

class Transform {
  /** The page that stands in the right column; null: the variations. */
  open = $state<Page | null>(null);
  /** The column shall take the focus. */
  called = $state(false);
  quantize = $state({ ...QUANTIZE });
  humanize = $state({ ...HUMANIZE });
  /** What the shape would do on whose button the pointer or the focus is. */
  tried = $state.raw<(() => Command | null) | null>(null);
  /** What is shown instead of the notes that would change. */
  foreseen = $state.raw<Preview | null>(null);

  #wish: Command | null = null;
  #asking = false;
  /** What has been applied is not shown a second time before something is set otherwise. */
  #applied = "";

  /** Takes up what was kept. */
  start() {
    const kept = taste.transform as { quantize?: unknown; humanize?: unknown } | null;
    this.quantize = restored(QUANTIZE, kept?.quantize);
    this.humanize = restored(HUMANIZE, kept?.humanize);
    if (!SPREADS.some(([, spread]) => spread === this.humanize.spread)) this.humanize.spread = HUMANIZE.spread;
  }

  /** Shows a page in the right column, where one goes on; if it is there already, the variations again. */
  show(page: Page | null) {
    this.open = this.open === page && taste.panel ? null : page;
    this.called = true;
    this.#applied = "";
    taste.panel = true;
    taste.keep();
  }

  #keep() {
    taste.transform = $state.snapshot({ quantize: this.quantize, humanize: this.humanize });
    taste.keep();
  }

  async applyQuantize() {
    const command = this.#command("quantize");
    if (!command) return;
    this.#keep();
    this.#applied = JSON.stringify(command);
    await studio.apply(command);
  }

  async applyHumanize() {
    const command = this.#command("humanize");
    if (!command) return;
    this.humanize.seed = (this.humanize.seed + 1) % SEEDS;
    this.#keep();
    this.#applied = JSON.stringify(this.#command("humanize"));
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

  /** What a page would do to the chosen notes. */
  #command(page: Page | null): Command | null {
    const { document } = studio;
    const ids = [...selection.notes];
    if (!document || !ids.length) return null;
    if (page === "quantize") return quantize(ids, $state.snapshot(this.quantize), document.tpq);
    if (page === "humanize") return humanize(ids, $state.snapshot(this.humanize), document.tpq);
    return page === "shape" ? (this.tried?.() ?? null) : null;
  }

  /** So many notes are chosen that nothing is shown beforehand. */
  get blind(): boolean {
    return selection.notes.size > MOST_SHOWN;
  }

  /** What is to be foreseen now; it reads all that this depends on. */
  get wish(): Command | null {
    const command = this.blind ? null : this.#command(this.open);
    return command && JSON.stringify(command) !== this.#applied ? command : null;
  }

  /** Has a command worked out, or none. Of many that are wished for while one is under way the last counts. */
  async foresee(wish: Command | null) {
    this.#wish = wish;
    if (this.#asking) return;
    this.#asking = true;
    let asked: Command | null;
    do {
      asked = this.#wish;
      this.foreseen = await this.#ask(asked);
    } while (asked !== this.#wish);
    this.#asking = false;
  }

  async #ask(command: Command | null): Promise<Preview | null> {
    if (!command && !this.foreseen) return null;
    try {
      const { notes, removed } = await backend.preview(command, studio.document?.revision ?? 0);
      const rows = [...byTrack(notes)].flatMap(([track, rows]) => rows.map((row) => ({ track, row })));
      return command && { rows, lifted: new Set([...notes.id, ...removed]) };
    } catch {
      // Whoever applies it hears why it cannot be done; and what came too late is asked for again.
      return null;
    }
  }
}

export const transform = new Transform();
