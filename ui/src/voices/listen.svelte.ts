// The same bars with the same seed by the base model and by a voice, side by side, and blind if one likes.

import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { transport } from "../transport/transport.svelte";
import { variations } from "../variations/variations.svelte";
import { m } from "../paraglide/messages";
import { voices } from "./voices.svelte";

/** How many bars are marked where none are. */
const BARS = 4;

class Listen {
  blind = $state(false);
  /** Whether the voice stands on the left. */
  turned = $state(false);
  /** Who wrote which is shown. */
  open = $state(true);
  /** How often the voice was preferred without knowing, of how many times. */
  tally = $state.raw({ voice: 0, of: 0 });
  /** The voice that was compared. */
  #voice = $state("");

  get busy(): boolean {
    return variations.busy;
  }

  /** Whether the two that are there are those of the voice that is looked at. */
  get there(): boolean {
    return variations.compared && variations.candidates.length === 2 && this.#voice === voices.at;
  }

  /** The candidates from left to right: 0 is the base model's, 1 the voice's. */
  get order(): readonly [number, number] {
    return this.turned ? [1, 0] : [0, 1];
  }

  /** Has both write. `chance` in 0..1 decides which stands where when one listens blind. */
  async write(chance = Math.random()) {
    const { entry } = voices;
    const { document, bars } = studio;
    if (!entry?.card || !document || !bars || variations.busy) return;
    if (!selection.span()) variations.mark(1, Math.min(BARS, Math.max(1, bars.place(Math.max(0, document.end - 1)).bar)));
    if (this.#voice !== entry.id) this.tally = { voice: 0, of: 0 };
    this.#voice = entry.id;
    await variations.generate({ voice: entry.id, strength: 1 });
    this.turned = this.blind && chance < 0.5;
    this.open = !this.blind;
    if (this.there) studio.speak(this.open ? m.listen_written() : m.listen_written_blind());
  }

  /** The other one of the two; it goes on sounding where it is. */
  async other() {
    if (!this.there) return;
    await variations.show(1 - Math.max(0, variations.shown));
    // The letters say who is who.
    if (!this.open) studio.speak(variations.shown === this.order[0] ? m.listen_left() : m.listen_right());
  }

  /** Hears one of them in its place, or stops. */
  async hear(candidate: number) {
    if (transport.playing && variations.shown !== candidate) await variations.show(candidate);
    else await variations.audition(candidate);
  }

  /** One likes this one better; now it is shown who wrote it. */
  prefer(candidate: number) {
    if (this.open || !this.there) return;
    this.tally = { voice: this.tally.voice + candidate, of: this.tally.of + 1 };
    this.open = true;
    studio.speak(candidate ? m.listen_chose({ voice: voices.named(this.#voice) }) : m.listen_chose_base());
  }
}

export const listen = new Listen();
