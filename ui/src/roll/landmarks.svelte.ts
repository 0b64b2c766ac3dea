// What is chosen and edited in the lanes above the notes.

import type { Command } from "../bindings/Command";
import type { Landmark } from "../bindings/Landmark";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { chordName, chordWords } from "../chords/names";
import { Refused } from "../events/entry";
import { transport } from "../transport/transport.svelte";
import { m } from "../paraglide/messages";
import { begun, type Entry, entries, LANES, typed } from "./landmarks";
import { sheet } from "./sheet.svelte";

export interface Place {
  what: Landmark;
  tick: number;
}

class Landmarks {
  chosen = $state.raw<Place | null>(null);
  /** The field that is open, and what is in it. A chord's may stand above the staff of the score, and a chord may be meant for a track, up to a tick, instead of the chord track. */
  editing = $state.raw<(Place & { text: string; begun: string; fresh: boolean; staff: boolean; stamp?: { track: number; to: number } }) | null>(null);
  /** While something is dragged: where it would be put. */
  dragged = $state.raw<(Place & { to: number }) | null>(null);

  constructor() {
    studio.watchers.add((damage) => {
      if (!damage) this.chosen = this.editing = this.dragged = null;
      else if (this.chosen && !this.entry(this.chosen)) this.chosen = null;
    });
  }

  all(what: Landmark): Entry[] {
    return studio.document ? entries(studio.document, what, taste.naming) : [];
  }

  entry({ what, tick }: Place): Entry | undefined {
    return this.all(what).find((entry) => entry.tick === tick);
  }

  /** Where something put at `tick` stands: tempi on the grid, chords on beats, all else on bar lines. */
  placed(what: Landmark, tick: number, nearest: boolean): number {
    const { bars } = studio;
    if (!bars || tick <= 0) return 0;
    if (what === "chord") {
      const beat = bars.beat(tick);
      const from = bars.start(bars.bar(tick));
      const beats = (tick - from) / beat;
      return Math.round(Math.min(from + (nearest ? Math.round(beats) : Math.floor(beats)) * beat, bars.end(bars.bar(tick))));
    }
    if (what !== "tempo") return Math.round(nearest ? bars.line(tick) : bars.start(bars.bar(tick)));
    const { step } = sheet;
    return Math.round(step ? Math.round(tick / step) * step : tick);
  }

  choose(place: Place | null) {
    this.chosen = place;
    const entry = place && this.entry(place);
    if (!place || !entry) return;
    const at = studio.bars?.place(place.tick);
    studio.speak(`${this.#words(place, entry)}${m.words_comma()}${m.words_place({ bar: at?.bar ?? 1, beat: at?.beat ?? 1 })}`);
    sheet.show(place.tick);
  }

  /** What was said of a chord that is none. */
  #refused = "";

  #words({ what, tick }: Place, { text }: Entry): string {
    const chord = what === "chord" && studio.document?.chords.filter((chord) => chord.tick === tick).at(-1);
    return chord ? chordWords(chord.symbol) + (chord.detected ? m.words_comma() + m.chords_heard() : "") : text.replace("♩", m.landmarks_tempo_word());
  }

  /** Opens a field for what stands at `tick`, or for something new there; for chords in the score above its staff. */
  edit(what: Landmark, tick: number, staff = what === "chord" && taste.view === "score") {
    const { document } = studio;
    if (!document) return;
    const text = begun(document, what, tick);
    this.#open({ what, tick, text, begun: text, fresh: !this.entry({ what, tick }), staff });
  }

  #open(field: NonNullable<Landmarks["editing"]>) {
    // A field of a lane can only be seen where its lane is.
    if (taste.view === "score" && !taste.under && !field.staff) taste.scoreLanes = true;
    sheet.show(field.tick);
    this.editing = field;
  }

  /** Carries out what is in the field; answers whether the field may close. */
  async enter(text: string): Promise<boolean> {
    const { editing } = this;
    if (!editing) return true;
    const { what, tick } = editing;
    if (text === editing.begun && !editing.fresh) return this.#closed();
    if (what === "chord") return this.#enterChord(editing, text.trim());
    try {
      const command = typed(what, tick, text, this.#stretch(tick));
      this.#closed();
      if (await studio.apply(command)) this.chosen = { what, tick };
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      studio.say(error.message, "warning");
      return false;
    }
  }

  /** A field that is emptied takes its chord away; what is no chord stays in it. */
  async #enterChord({ tick, fresh, stamp }: NonNullable<Landmarks["editing"]>, text: string): Promise<boolean> {
    if (!text) {
      this.#closed();
      if (!fresh) await this.remove({ what: "chord", tick });
      return true;
    }
    const command: Command = stamp ? { kind: "stampChords", track: stamp.track, from: tick, to: stamp.to, chord: text } : typed("chord", tick, text);
    const { editing } = this;
    const { message } = studio;
    if (await studio.apply(command)) {
      if (this.editing === editing) this.#closed();
      if (studio.message?.text === this.#refused) studio.message = null;
      if (!stamp) this.choose({ what: "chord", tick });
      return true;
    }
    // Whatever else went wrong has been said.
    if (studio.message === message) studio.say((this.#refused = m.landmarks_no_chord({ text: chordName(text) })), "warning");
    return false;
  }

  /** Where something that leads on from `tick` ends: with the marked bars if it begins in them, else with its bar. */
  #stretch(tick: number): number {
    const { bars } = studio;
    const { marked } = sheet;
    if (marked && tick >= marked.from && tick < marked.to) return marked.to;
    return bars ? bars.end(bars.bar(tick)) : tick;
  }

  /** Opens a field for a tempo that leads to another one over the marked bars; a fifth slower as it begins. */
  ramp() {
    const { document } = studio;
    const { marked } = sheet;
    if (!document || !marked) return;
    const tick = Math.round(marked.from);
    const now = begun(document, "tempo", tick);
    this.#open({ what: "tempo", tick, text: `${now}–${Math.round(Number(now) * 8) / 10}`, begun: "", fresh: true, staff: false });
  }

  /** Opens a field for a chord that becomes notes of the track, in the marked bars or in the rest of the playhead's. */
  stamp() {
    const { bars } = studio;
    const { track } = selection;
    if (!bars || track === null) return;
    const now = this.placed("chord", transport.position.tick(performance.now()), false);
    const { from, to } = sheet.marked ?? { from: now, to: bars.end(bars.bar(now)) };
    sheet.show(from);
    this.editing = { what: "chord", tick: Math.round(from), text: "", begun: "", fresh: true, staff: taste.view === "score", stamp: { track, to: Math.round(to) } };
  }

  /** One place earlier or later: tempi a step of the grid, chords a beat, all else a bar. */
  beside({ what, tick }: Place, step: 1 | -1): number {
    const { bars } = studio;
    if (!bars) return tick;
    const to = what === "tempo" ? tick + step * (sheet.step || sheet.view.tpq / 4) : what === "chord" ? this.#beats(tick, step) : bars.start(Math.max(0, bars.bar(tick) + step));
    return Math.max(0, Math.round(to));
  }

  #beats(tick: number, by: number): number {
    return tick + by * (studio.bars?.beat(Math.max(0, by < 0 ? tick - 1 : tick)) ?? 0);
  }

  /** Keys on what is chosen in a lane, or above the staff; answers whether this was one. `staff` as for `edit`. */
  press(what: Landmark, event: KeyboardEvent, staff?: boolean): boolean {
    const chosen = this.chosen?.what === what ? this.chosen : null;
    const all = this.all(what);
    const at = all.findIndex(({ tick }) => tick === chosen?.tick);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step && event.altKey && chosen) void this.move(chosen, this.beside(chosen, step));
    else if (step && !event.altKey && all.length) {
      const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
      this.choose({ what, tick: all[next].tick });
    } else if (event.key === "Enter" && chosen) this.edit(what, chosen.tick, staff);
    else if ((event.key === "Delete" || event.key === "Backspace") && chosen) void this.remove(chosen);
    else if (event.key === "Escape" && chosen) this.choose(null);
    else return false;
    return true;
  }

  /** Opens the field of the chord so many beats or bars from a place. */
  go(from: number, by: number, unit: "beat" | "bar", staff: boolean) {
    const { bars } = studio;
    if (!bars) return;
    const to = unit === "bar" ? bars.start(Math.max(0, bars.bar(from) + by)) : this.#beats(from, by);
    this.edit("chord", Math.max(0, Math.round(to)), staff);
  }

  #closed(): true {
    this.editing = null;
    return true;
  }

  close() {
    this.editing = null;
  }

  async move(place: Place, to: number) {
    if (to === place.tick) return;
    const { what } = place;
    if (await studio.apply({ kind: "moveLandmark", what, from: place.tick, to })) this.choose({ what, tick: to });
  }

  async remove(place: Place) {
    const { what, tick } = place;
    const lane = LANES.find((lane) => lane.what === what);
    if (await studio.apply({ kind: "removeLandmark", what, tick })) studio.speak(lane?.removed() ?? "");
  }

  /** Opens a field in the bar of the playhead, for tempi at the playhead, for chords on its beat or on that of the chosen note. */
  here(what: Landmark, staff?: boolean) {
    const note = what === "chord" ? selection.rows()[0]?.row.start : undefined;
    this.edit(what, this.placed(what, note ?? transport.position.tick(performance.now()), false), staff);
  }

  /** Goes to the marker or chord after the playhead, or before it. */
  jump(step: 1 | -1, what: "marker" | "chord" = "marker") {
    const now = transport.position.tick(performance.now());
    const ticks = this.all(what).map(({ tick }) => tick);
    const to = step > 0 ? ticks.find((tick) => tick > now + 1) : ticks.filter((tick) => tick < now - 1).at(-1);
    const none = what === "chord" ? [m.chords_none_after, m.chords_none_before] : [m.landmarks_none_after, m.landmarks_none_before];
    if (to === undefined) return studio.say(none[step > 0 ? 0 : 1]());
    this.choose({ what, tick: to });
    return transport.seek(to);
  }
}

export const landmarks = new Landmarks();
