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
  /** Where playback is, for painters; never read in markup. */
  readonly position = new Position();
  /** Called whenever the engine says where it is. */
  readonly watchers = new Set<() => void>();

  hear(anchor: Anchor) {
    this.position.hear(anchor, performance.now());
    if (this.playing !== anchor.playing) this.playing = anchor.playing;
    if (this.counting !== anchor.counting) this.counting = anchor.counting;
    for (const watcher of this.watchers) watcher();
  }

  play() {
    return backend.play();
  }

  stop() {
    return backend.stop();
  }

  toggle() {
    return this.playing || this.counting ? this.stop() : this.play();
  }

  seek(tick: number) {
    return backend.seek(Math.max(0, Math.round(tick)));
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
    this.loop = range;
    return backend.setLoop(range);
  }
}

export const transport = new Transport();
