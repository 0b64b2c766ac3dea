// A track's notes in columns, sorted by onset, then pitch, length and id: 100,000 notes in 1.6 MB.

/** One note as the mirror knows it. */
export interface Row {
  id: number;
  start: number;
  length: number;
  pitch: number;
  velocity: number;
  /** 1 locked, 2 muted. */
  flags: number;
  /** Release velocity, where it is another than the plain one. */
  release?: number;
}

export const LOCKED = 1;
export const MUTED = 2;

/** The release velocity of a note for which nobody chose one (score::Note::PLAIN_RELEASE). */
const PLAIN_RELEASE = 64;

/** Notes share a block's reach, so that one note under a long pedal does not make every search start at bar 1. */
const BLOCK = 256;

export class Notes {
  readonly count: number;
  readonly id: Uint32Array;
  readonly start: Uint32Array;
  readonly length: Uint32Array;
  readonly pitch: Uint8Array;
  readonly velocity: Uint8Array;
  readonly flags: Uint8Array;
  readonly release: Uint8Array;
  /** For each block, where the last note of it and of all blocks before it has ended. */
  readonly #reach: Float64Array;

  private constructor(count: number) {
    this.count = count;
    this.id = new Uint32Array(count);
    this.start = new Uint32Array(count);
    this.length = new Uint32Array(count);
    this.pitch = new Uint8Array(count);
    this.velocity = new Uint8Array(count);
    this.flags = new Uint8Array(count);
    this.release = new Uint8Array(count);
    this.#reach = new Float64Array(Math.ceil(count / BLOCK));
  }

  /** From records of 16 bytes, little-endian: start, length, id as u32; pitch, velocity, flags, release velocity as u8. */
  static read(bytes: ArrayBuffer): Notes {
    const data = new DataView(bytes);
    const notes = new Notes(Math.floor(bytes.byteLength / 16));
    for (let at = 0; at < notes.count; at++) {
      const offset = at * 16;
      notes.start[at] = data.getUint32(offset, true);
      notes.length[at] = data.getUint32(offset + 4, true);
      notes.id[at] = data.getUint32(offset + 8, true);
      notes.pitch[at] = data.getUint8(offset + 12);
      notes.velocity[at] = data.getUint8(offset + 13);
      notes.flags[at] = data.getUint8(offset + 14);
      notes.release[at] = data.getUint8(offset + 15);
    }
    return notes.#measured();
  }

  /** From rows in any order. */
  static of(rows: Iterable<Row>): Notes {
    const sorted = [...rows].sort(order);
    const notes = new Notes(sorted.length);
    sorted.forEach((row, at) => notes.#put(at, row));
    return notes.#measured();
  }

  #put(at: number, row: Row) {
    this.id[at] = row.id;
    this.start[at] = row.start;
    this.length[at] = row.length;
    this.pitch[at] = row.pitch;
    this.velocity[at] = row.velocity;
    this.flags[at] = row.flags;
    this.release[at] = row.release ?? PLAIN_RELEASE;
  }

  #measured(): Notes {
    let reach = 0;
    for (let at = 0; at < this.count; at++) {
      reach = Math.max(reach, this.start[at] + this.length[at]);
      this.#reach[Math.floor(at / BLOCK)] = reach;
    }
    return this;
  }

  row(at: number): Row {
    const row: Row = {
      id: this.id[at], start: this.start[at], length: this.length[at],
      pitch: this.pitch[at], velocity: this.velocity[at], flags: this.flags[at],
    };
    if (this.release[at] !== PLAIN_RELEASE) row.release = this.release[at];
    return row;
  }

  *rows(): Generator<Row> {
    for (let at = 0; at < this.count; at++) yield this.row(at);
  }

  /** Where the note with this id is, or -1. */
  find(id: number): number {
    return this.id.indexOf(id);
  }

  /** The same notes without those in `gone`, with `come` put in. */
  changed(gone: ReadonlySet<number>, come: Row[]): Notes {
    const arriving = [...come].sort(order);
    let kept = 0;
    for (let at = 0; at < this.count; at++) if (!gone.has(this.id[at])) kept++;
    const notes = new Notes(kept + arriving.length);
    let next = 0;
    let to = 0;
    for (let at = 0; at < this.count; at++) {
      if (gone.has(this.id[at])) continue;
      const row = this.row(at);
      while (next < arriving.length && order(arriving[next], row) < 0) notes.#put(to++, arriving[next++]);
      notes.#put(to++, row);
    }
    while (next < arriving.length) notes.#put(to++, arriving[next++]);
    return notes.#measured();
  }

  /** The first index that can matter to whoever looks at ticks from `from` on; a few before it may have ended. */
  first(from: number): number {
    let low = 0;
    let high = this.#reach.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#reach[middle] > from) high = middle;
      else low = middle + 1;
    }
    return low * BLOCK;
  }

  /** The first index whose onset is at `to` or later. */
  after(to: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.start[middle] < to) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls `look` with each index that sounds in `from..to`. */
  within(from: number, to: number, look: (at: number) => void) {
    const end = this.after(to);
    for (let at = Math.min(this.first(from), end); at < end; at++) {
      if (this.start[at] + this.length[at] > from || this.start[at] >= from) look(at);
    }
  }

  /** The part of the document's checksum that these notes of track `track` have (`score::Score::checksum`). */
  checksum(track: number): number {
    let sum = 0;
    for (let at = 0; at < this.count; at++) {
      const rest = this.pitch[at] | (this.velocity[at] << 8) | (this.flags[at] << 16);
      let hash = 0x811c9dc5;
      hash = Math.imul(hash ^ this.id[at], 0x01000193);
      hash = Math.imul(hash ^ track, 0x01000193);
      hash = Math.imul(hash ^ this.start[at], 0x01000193);
      hash = Math.imul(hash ^ this.length[at], 0x01000193);
      hash = Math.imul(hash ^ rest, 0x01000193);
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      sum = (sum + (hash ^ (hash >>> 16))) | 0;
    }
    return sum >>> 0;
  }
}

function order(a: Row, b: Row): number {
  return a.start - b.start || a.pitch - b.pitch || a.length - b.length || a.id - b.id;
}
