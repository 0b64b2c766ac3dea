// A recording as it is played, for the eye: the piece has it when it ends, to the millisecond.

import type { Struck } from "../bindings/Struck";
import type { Row } from "../document/notes";

/** A note that is being recorded. */
interface Taken {
  pitch: number;
  velocity: number;
  start: number;
  /** Null while the key is down. */
  end: number | null;
}

export class Taking {
  #notes: Taken[] = [];

  /** Whether there is anything to be seen. */
  get some(): boolean {
    return this.#notes.length > 0;
  }

  /** Whether a key is down, so that its note grows. */
  get growing(): boolean {
    return this.#notes.some(({ end }) => end === null);
  }

  hear({ pitch, velocity, tick }: Struck) {
    const held = this.#notes.find((note) => note.pitch === pitch && note.end === null);
    // A loop may have turned in between; then the note ends where it began.
    if (held) held.end = Math.max(held.start, tick ?? held.start);
    if (velocity && tick !== null) this.#notes.push({ pitch, velocity, start: tick, end: null });
  }

  clear() {
    this.#notes = [];
  }

  /** The notes so far, those that are held up to `tick`. Ids below 0: the document has none of them. */
  rows(tick: number): Row[] {
    return this.#notes.map(({ pitch, velocity, start, end }, at) => {
      const until = end ?? Math.max(start, tick);
      return { id: -1 - at, start, length: Math.max(1, until - start), pitch, velocity, flags: 0 };
    });
  }
}
