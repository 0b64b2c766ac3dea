// The first run: hear something, hear the theme, have four bars of it varied. Never shown twice by itself.

import * as backend from "../backend/tauri";
import { selection } from "../app/selection.svelte";
import { sheet } from "../roll/sheet.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";
import { variations } from "../variations/variations.svelte";

export const STEPS = ["hear", "theme", "try"] as const;
type Step = (typeof STEPS)[number];

/** The bars of the demo that are marked. */
const BARS = { from: 5, to: 8 };

class Steps {
  /** Where one is; null: they are not shown. */
  at = $state<Step | null>(null);
  /** What the studio found when nothing was heard. */
  found = $state("");
  /** The demo that these steps opened. */
  #opened: number | null = null;

  #opening = false;

  constructor() {
    // Who opens something else needs no guide.
    studio.watchers.add((damage) => {
      if (!damage && this.at && studio.document?.project !== this.#opened && !this.#opening) this.end();
    });
  }

  /** At the first start of all. */
  start() {
    if (!taste.welcomed && !studio.document && !studio.projects.length) this.at = "hear";
  }

  begin() {
    this.#opened = null;
    this.found = "";
    this.at = "hear";
  }

  play() {
    return studio.ask(backend.soundPhrase(0, false), undefined);
  }

  /** Nothing was heard: says what the studio knows of its sound. */
  async unheard() {
    const doctor = await studio.ask(backend.doctor(), null);
    const lines = doctor?.lines.filter(({ what }) => /sound/i.test(what)) ?? [];
    this.found = m.steps_no_words({ found: lines.map(({ finding, advice }) => [finding, advice].filter(Boolean).join("; ")).join(". ") });
  }

  async next() {
    if (this.at === "hear") {
      this.at = "theme";
      if (this.#opened === null) await this.#open();
    } else if (this.at === "theme") {
      this.at = "try";
      this.#mark();
    } else this.end();
  }

  async #open() {
    this.#opening = true;
    const before = studio.document?.project;
    try {
      await studio.openDemo();
      // The piece arrives by the events of the studio, in their order.
      for (let wait = 0; wait < 100 && studio.document?.project === before; wait++) await new Promise((wake) => setTimeout(wake, 50));
      this.#opened = studio.document?.project ?? null;
    } finally {
      this.#opening = false;
    }
  }

  #mark() {
    if (taste.view !== "roll") taste.view = taste.editor = "roll";
    taste.panel = true;
    selection.clear();
    variations.mark(BARS.from, BARS.to);
    if (studio.bars) sheet.show(studio.bars.start(BARS.from - 1));
  }

  end() {
    this.at = null;
    taste.welcomed = true;
    taste.keep();
  }
}

export const steps = new Steps();
