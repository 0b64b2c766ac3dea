// Things in a row of which one is chosen: one tab stop, and arrow keys choose the next or the one before, round and round.

import { onward } from "./language.svelte";

/** Chooses what an arrow key leads to from `now`; the focus follows the choice. */
export function along<T>(event: KeyboardEvent, all: readonly T[], now: T, choose: (next: T) => void) {
  const step = onward(event);
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  choose(all[(all.indexOf(now) + step + all.length) % all.length]);
  const row = event.currentTarget as HTMLElement;
  // What is chosen shows it with the next frame.
  requestAnimationFrame(() => row.querySelector<HTMLElement>('[aria-checked="true"], [aria-selected="true"]')?.focus());
}
