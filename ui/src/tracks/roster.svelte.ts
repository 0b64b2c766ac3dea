// What is being done to the list of tracks: a name that is written, an instrument that is looked for, a row that is dragged.

import * as backend from "../backend/tauri";
import { transport } from "../transport/transport.svelte";
import { allWords } from "../app/failures";
import { overlays } from "../app/overlays.svelte";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import type { Instrument } from "../bindings/Instrument";
import { called, trackName } from "../document/instruments";
import { m } from "../paraglide/messages";

class Roster {
  /** The track whose name is in a field. */
  renaming = $state<number | null>(null);
  /** Whose instrument is looked for; "new" for a track that is to be added. */
  seeking = $state<number | "new" | null>(null);
  /** The stretch in which that track is to have it; none: throughout. */
  stretch = $state.raw<{ from: number; to: number } | null>(null);
  /** The track that is dragged, and the place that it would have. */
  dragged = $state.raw<{ track: number; to: number } | null>(null);

  get all() {
    return studio.document?.tracks ?? [];
  }

  get current() {
    return this.all.find(({ id }) => id === selection.track);
  }

  seek(whose: number | "new", stretch: { from: number; to: number } | null = null) {
    this.seeking = whose;
    this.stretch = stretch;
    overlays.open = "instrument";
  }

  /** Gives the track that was asked for this instrument, or adds one that has it. */
  async give(instrument: Instrument) {
    const { program, drums } = instrument;
    const { seeking: whose, stretch } = this;
    if (whose === "new") {
      if (await studio.apply({ kind: "addTrack", name: "", program, drums })) selection.track = this.all.at(-1)?.id ?? null;
    } else if (whose !== null && stretch) await this.#turn(whose, stretch, program);
    else if (whose !== null) await studio.apply({ kind: "setProgram", track: whose, program, drums });
    studio.speak(called(instrument));
  }

  /** Has another instrument play a stretch of a track's line; if the track itself keeps nothing, the other one is worked on. */
  async #turn(track: number, { from, to }: { from: number; to: number }, program: number) {
    const old = this.all.find(({ id }) => id === track);
    if (!old || !(await studio.apply({ kind: "changeProgram", track, from: Math.round(from), to: Math.round(to), program }))) return;
    if (this.all.some(({ id }) => id === track)) return;
    selection.track = this.all.find(({ header }) => header.lane === old.header.lane && header.channel === old.header.channel && header.program === program)?.id ?? null;
  }

  /** Asks for a file whose tracks come into the piece. */
  async chooseFile() {
    const path = await studio.ask(backend.chooseFile(), null);
    if (path) await this.addFiles([path]);
  }

  /** Puts the tracks of files after the others, one step for all; they begin with this bar, else with the marked ones or that of the playhead. */
  async addFiles(paths: string[], at?: number) {
    const { bars } = studio;
    if (!bars) return;
    const bar = at ?? (selection.bars ? selection.bars.from - 1 : bars.bar(transport.position.tick(performance.now())));
    const before = this.all.length;
    const readings = await studio.addFiles(paths, Math.round(bars.start(bar)));
    if (!readings) return;
    const count = this.all.length - before;
    selection.track = this.all[before]?.id ?? selection.track;
    const files = paths.length;
    const added = files > 1 ? m.tracks_files_added({ count, files, bar: bar + 1 }) : m.tracks_file_added({ count, bar: bar + 1, file: paths[0].replace(/^.*[\\/]/, "") });
    const remarks = readings.map(({ file, remarks }) => (files > 1 ? m.tracks_reading({ file, remarks: allWords(remarks) }) : allWords(remarks)));
    const said = remarks.length ? m.tracks_repaired({ added, remarks: remarks.join(m.words_semicolon()) }) : added;
    studio.say(said);
    studio.speak(said);
  }

  async rename(track: number, name: string) {
    this.renaming = null;
    const old = this.all.find(({ id }) => id === track)?.header.name;
    if (name.trim() !== old) await studio.apply({ kind: "renameTrack", track, name: name.trim() });
  }

  /** Works on the track above or below. */
  step(by: 1 | -1) {
    const at = this.all.findIndex(({ id }) => id === selection.track);
    const next = this.all[Math.min(this.all.length - 1, Math.max(0, at + by))];
    if (!next) return;
    selection.track = next.id;
    studio.speak(trackName(next));
  }

  /** Moves the track up or down in the list. */
  async carry(by: 1 | -1) {
    const at = this.all.findIndex(({ id }) => id === selection.track);
    const to = at + by;
    if (at < 0 || to < 0 || to >= this.all.length) return;
    await this.place(this.all[at].id, to);
  }

  async place(track: number, to: number) {
    if (this.all.findIndex(({ id }) => id === track) === to) return;
    if (await studio.apply({ kind: "moveTrack", track, to })) studio.speak(m.tracks_placed({ at: to + 1, of: this.all.length }));
  }

  async duplicate() {
    const { current } = this;
    if (!current) return;
    const at = this.all.findIndex(({ id }) => id === current.id);
    if (await studio.apply({ kind: "duplicateTrack", track: current.id })) selection.track = this.all[at + 1]?.id ?? current.id;
  }

  async remove() {
    const { current } = this;
    if (!current) return;
    const at = this.all.findIndex(({ id }) => id === current.id);
    if (!(await studio.apply({ kind: "removeTrack", track: current.id }))) return;
    selection.track = this.all[Math.min(at, this.all.length - 1)]?.id ?? null;
    studio.speak(m.tracks_removed());
  }

  colour(track: number, hue: number) {
    return studio.apply({ kind: "setHue", track, hue: hue % 12 });
  }
}

export const roster = new Roster();
