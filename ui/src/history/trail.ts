// What was chosen at the places of the history, so that who goes along it finds it chosen again.

import type { HistoryState } from "../bindings/HistoryState";

/** How a change goes along the history: a new step, more of the last one, a step taken back, one taken again. */
export type Way = "new" | "more" | "back" | "on";

/** What there is to choose at a place. */
export interface Choice {
  readonly notes: ReadonlySet<number>;
}

/** A key that is held writes one step, however often it is heard. */
export function wayOf(old: HistoryState, now: HistoryState): Way {
  const grown = !old.undone.length && old.done.length === now.done.length && old.done.slice(0, -1).every((label, at) => label === now.done[at]);
  return grown && now.done.length ? "more" : "new";
}

/** So many places are remembered, and so many chosen notes at all of them together: a piece may have 10,000 chosen at each. */
const PLACES = 1000;
const NOTES = 100_000;

export class Trail<Chosen extends Choice> {
  #places: (Chosen | undefined)[] = [undefined];
  #at = 0;
  #walking = false;

  /** What was chosen when this place was left last; none where nobody remembers. */
  get here(): Chosen | undefined {
    return this.#places[this.#at];
  }

  /** Leaves a place, where something is chosen. Those that a walk only passes keep what was chosen there. */
  go(way: Way, chosen: Chosen) {
    if (way === "more") return;
    if (!this.#walking) this.#places[this.#at] = chosen;
    this.#walking = way !== "new";
    if (way === "new") this.#places.length = this.#at + 1;
    // The history is older than this memory, and longer.
    if (way === "back" && !this.#at) this.#places.unshift(undefined);
    else this.#at += way === "back" ? -1 : 1;
    if (this.#at === this.#places.length) this.#places.push(undefined);
    this.#spare();
  }

  /** Ends a walk; answers whether there was one. */
  arrive(): boolean {
    const walked = this.#walking;
    this.#walking = false;
    return walked;
  }

  forget() {
    this.#places = [undefined];
    this.#at = 0;
    this.#walking = false;
  }

  /** What is furthest away is forgotten first. */
  #spare() {
    while (this.#places.length > 1 && (this.#places.length > PLACES || this.#notes() > NOTES)) {
      if (this.#at * 2 < this.#places.length) this.#places.pop();
      else {
        this.#places.shift();
        this.#at--;
      }
    }
  }

  /** Notes that stay chosen from place to place are there once. */
  #notes(): number {
    let notes = 0;
    this.#places.forEach((chosen, at) => {
      if (chosen && chosen.notes !== this.#places[at - 1]?.notes) notes += chosen.notes.size;
    });
    return notes;
  }
}
