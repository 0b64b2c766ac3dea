// Play, stop, seek, loop: asks the engine, and follows what it says.

import * as backend from "../backend/tauri";
import type { Anchor } from "../bindings/Anchor";
import type { Range } from "../bindings/Range";
import { Position } from "./position";

class Transport {
  playing = $state(false);
  loop = $state.raw<Range | null>(null);
  /** Where playback is, for painters; never read in markup. */
  readonly position = new Position();
  /** Called whenever the engine says where it is. */
  readonly watchers = new Set<() => void>();

  hear(anchor: Anchor) {
    this.position.hear(anchor, performance.now());
    if (this.playing !== anchor.playing) this.playing = anchor.playing;
    for (const watcher of this.watchers) watcher();
  }

  play() {
    return backend.play();
  }

  stop() {
    return backend.stop();
  }

  toggle() {
    return this.playing ? this.stop() : this.play();
  }

  seek(tick: number) {
    return backend.seek(Math.max(0, Math.round(tick)));
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
