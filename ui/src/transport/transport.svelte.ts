// Play, stop, seek, loop: asks the engine, and follows what it says.

import * as backend from "../backend/tauri";
import type { Anchor } from "../bindings/Anchor";
import type { Range } from "../bindings/Range";
import { Position } from "./position";

class Transport {
  playing = $state(false);
  /** Beats of a count-in that are left. */
  counting = $state(0);
  loop = $state.raw<Range | null>(null);
  /** What was looped last. */
  #looped: Range | null = null;
  /** Somebody looks elsewhere while it plays: views stay there until it begins anew or is sent somewhere. */
  away = $state(false);
  /** How often the window has had it play, so that one knows whose playing it is. */
  starts = $state(0);
  /** Where playback is, for painters; never read in markup. */
  readonly position = new Position();
  /** Called whenever the engine says where it is. */
  readonly watchers = new Set<() => void>();
  /** Where playing began, or was sent since: there it goes back to. */
  #began = 0;
  /** Where it was stopped last and went back from; null once somebody has gone elsewhere. */
  #left: number | null = null;
  /** The engine has not said yet that it is where it was sent. */
  #sent = false;
  /** The window itself has asked it to play. */
  #asked = false;

  hear(anchor: Anchor) {
    this.position.hear(anchor, performance.now());
    this.#sent = false;
    const runs = anchor.playing || anchor.counting > 0;
    if (runs && !this.playing && !this.counting) {
      this.away = false;
      // A recording begins to play by itself.
      if (!this.#asked) this.#began = anchor.tick;
    }
    if (!runs) this.#asked = false;
    if (this.playing !== anchor.playing) this.playing = anchor.playing;
    if (this.counting !== anchor.counting) this.counting = anchor.counting;
    for (const watcher of this.watchers) watcher();
  }

  play() {
    if (!this.#sent) this.#began = this.#now;
    this.#left = null;
    this.#asked = true;
    this.starts++;
    return backend.play();
  }

  stop() {
    return backend.stop();
  }

  /** Plays; or stops, and goes back to where it began if `back`. */
  async toggle(back: boolean) {
    if (!this.playing && !this.counting) return this.play();
    const left = Math.max(0, Math.round(this.#now));
    await this.stop();
    if (!back) return;
    await this.seek(this.#began);
    this.#left = left;
  }

  /** Stops where it is; or plays on from where it was stopped, however it went back since. */
  async playOn() {
    if (this.playing || this.counting) return this.stop();
    if (this.#left !== null) await this.seek(this.#left);
    return this.play();
  }

  seek(tick: number) {
    const to = Math.max(0, Math.round(tick));
    this.#began = to;
    this.#left = null;
    this.#sent = true;
    this.away = false;
    return backend.seek(to);
  }

  get #now(): number {
    return this.position.tick(performance.now());
  }

  /** Goes to a tick and waits until the engine is there; for half a second at most. */
  async reach(tick: number) {
    const there = new Promise<void>((wake) => {
      const done = () => {
        clearTimeout(late);
        this.watchers.delete(look);
        wake();
      };
      const late = setTimeout(done, 500);
      const look = () => void (Math.abs(this.position.tick(performance.now()) - tick) < 1 && done());
      this.watchers.add(look);
    });
    await this.seek(tick);
    await there;
  }

  /** Stops; at rest, back to the beginning. */
  async rewind() {
    if (this.playing) await this.stop();
    await this.seek(0);
  }

  setLoop(range: Range | null) {
    this.#looped = range ?? this.loop ?? this.#looped;
    this.loop = range;
    return backend.setLoop(range);
  }

  /** Ends the loop; without one, loops this, or what was looped last. */
  toggleLoop(range: Range | null) {
    return this.setLoop(this.loop ? null : (range ?? this.#looped));
  }

  /** Another piece has no loop, and the engine plays it without one. */
  forget() {
    this.loop = this.#looped = null;
  }

  /** Somebody scrolls. */
  leave() {
    this.away = this.playing;
  }
}

export const transport = new Transport();
