// The lanes above the score, which go along with it: their time is even, that of the score is not.

import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { entry } from "../entry/entry.svelte";
import { sheet } from "../roll/sheet.svelte";
import { right, type View } from "../roll/view";
import { following } from "../transport/follow";
import { transport } from "../transport/transport.svelte";
import type { Line } from "./systems";

/** Whether they stand there; those of a roll below go with the roll. */
export const laned = () => taste.scoreLanes && !taste.under;

/** Brings what was chosen in the score into their sight. */
export function reveal(tick: number) {
  if (laned()) sheet.show(tick);
}

/** What somebody looks at: where the next note goes, what sounds, or what was chosen last. */
export function attention(): number | null {
  if (entry.on) return entry.tick;
  if (transport.playing && following()) return transport.position.tick(performance.now());
  const last = [...selection.notes].at(-1);
  return last === undefined ? null : (studio.mirror?.find(last)?.row.start ?? null);
}

/**
 * The tick that lanes begin with above a score that shows the ticks from `from` to before `to`: its first, unless both
 * show what somebody looks at. Stepping from note to note would turn them to and fro otherwise.
 */
export function beginning(view: View, { from, to }: { from: number; to: number }, looked: number | null): number {
  const seen = looked !== null && looked >= from && looked < to && looked >= view.left && looked < right(view);
  return seen ? view.left : from;
}

export class Lead {
  /** The first bar that was read last. */
  #first = 0;

  /** What comes next is read afresh: then the lanes stay where they are if that is in sight. */
  forget() {
    this.#first = 0;
  }

  /** The score shows these bars now. The lanes go along when it begins with another one. */
  follow({ from, to }: Line) {
    const { bars } = studio;
    if (!laned()) return this.forget();
    if (!bars || from === this.#first) return;
    const looked = this.#first ? attention() : sheet.view.left;
    this.#first = from;
    sheet.set({ left: beginning(sheet.view, bars.ticks({ from, to }), looked) });
  }
}
