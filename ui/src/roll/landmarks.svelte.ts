// What is chosen and edited in the lanes above the notes.

import type { Landmark } from "../bindings/Landmark";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
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
  /** The field that is open, and what is in it. */
  editing = $state.raw<(Place & { text: string; begun: string; fresh: boolean }) | null>(null);
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

  /** Where something put at `tick` stands: tempi on the grid, all else on bar lines. */
  placed(what: Landmark, tick: number, nearest: boolean): number {
    const { bars } = studio;
    if (!bars || tick <= 0) return 0;
    if (what !== "tempo") return Math.round(nearest ? bars.line(tick) : bars.start(bars.bar(tick)));
    const { step } = sheet;
    return Math.round(step ? Math.round(tick / step) * step : tick);
  }

  choose(place: Place | null) {
    this.chosen = place;
    const entry = place && this.entry(place);
    if (!place || !entry) return;
    const at = studio.bars?.place(place.tick);
    studio.speak(`${entry.text.replace("♩", m.landmarks_tempo_word())}${m.words_comma()}${m.words_place({ bar: at?.bar ?? 1, beat: at?.beat ?? 1 })}`);
    sheet.show(place.tick);
  }

  /** Opens a field for what stands at `tick`, or for something new there. */
  edit(what: Landmark, tick: number) {
    const { document } = studio;
    if (!document) return;
    const text = begun(document, what, tick);
    sheet.show(tick);
    this.editing = { what, tick, text, begun: text, fresh: !this.entry({ what, tick }) };
  }

  /** Carries out what is in the field; answers whether the field may close. */
  async enter(text: string): Promise<boolean> {
    const { editing } = this;
    if (!editing) return true;
    const { what, tick } = editing;
    if (text === editing.begun && !editing.fresh) return this.#closed();
    try {
      const command = typed(what, tick, text);
      this.#closed();
      if (await studio.apply(command)) this.chosen = { what, tick };
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      studio.say(error.message, "warning");
      return false;
    }
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

  /** Opens a field in the bar of the playhead, for tempi at the playhead. */
  here(what: Landmark) {
    this.edit(what, this.placed(what, transport.position.tick(performance.now()), false));
  }

  /** Goes to the marker after the playhead, or before it. */
  jump(step: 1 | -1) {
    const now = transport.position.tick(performance.now());
    const ticks = this.all("marker").map(({ tick }) => tick);
    const to = step > 0 ? ticks.find((tick) => tick > now + 1) : ticks.filter((tick) => tick < now - 1).at(-1);
    if (to === undefined) return studio.say(step > 0 ? m.landmarks_none_after() : m.landmarks_none_before());
    this.choose({ what: "marker", tick: to });
    return transport.seek(to);
  }
}

export const landmarks = new Landmarks();
