// The score view's state: which systems there are, and their ink. Systems are engraved when they come into sight, and
// again when the engine says that a bar of theirs is written otherwise.

import * as backend from "../backend/tauri";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import type { DrumPlace } from "../bindings/DrumPlace";
import type { PartSummary } from "../bindings/PartSummary";
import type { Damage } from "../document/mirror";
import { inForce } from "../document/names";
import { transform } from "../transform/transform.svelte";
import { variations } from "../variations/variations.svelte";
import { m } from "../paraglide/messages";
import { engraver } from "./engraver";
import type { Chord } from "../bindings/Chord";
import type { Ink, Symbol } from "./ink";
import { measure, MM, PAPERS, pages, type Placed, scroll } from "./place";
import type { Edition } from "./print";
import { type Line, lines, room, share } from "./systems";
import type { Anchor } from "./time";

/** How large a score is drawn, in percent; 0: a page as wide as the view. */
export const WIDTH = 0;
export const SIZES = [50, 60, 70, 80, 90, 100, 115, 130, 150, 175, 200];

/** Around the paper, in pixels. */
export const DESK = 20;

/** A system that has not been engraved yet is about so high: a staff with its notes, in pixels. */
const STAFF = 62;

/** A system that is drawn. */
export interface Drawn {
  element: HTMLElement;
  anchors: () => readonly Anchor[];
  /** Lights up what sounds at a tick; null: nothing. */
  sound: (tick: number | null) => void;
  /** Draws the chosen heads so many steps of the staff higher. */
  lift: (steps: number) => void;
}

export class System implements Line {
  ink = $state.raw<Ink | null>(null);
  /** The track of each staff of the ink. */
  staves: readonly number[] = [];
  /** The signature in each of its bars. */
  fifths: readonly number[] = [];
  #checksums: number[] = [];
  /** What its ink was made for, beside the music: width and tracks. */
  #shape = "";
  #running: Promise<void> | null = null;
  #again = false;

  constructor(readonly from: number, readonly to: number) {}

  /** Asks whether its bars are still written as they are drawn, and draws them anew where not. */
  refresh(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = (async () => {
      do {
        this.#again = false;
        await this.#draw();
      } while (this.#again);
    })().finally(() => (this.#running = null));
    return this.#running;
  }

  async #draw() {
    const { tracks, width } = score;
    const full = score.share(this);
    const shape = JSON.stringify([this.from, this.to, tracks, width, full]);
    const known = shape === this.#shape ? this.#checksums : [];
    try {
      const fragment = await backend.fragment({ fromBar: this.from, toBar: this.to, tracks, candidate: score.candidate, tried: !!transform.foreseen, known });
      if (fragment.text === null) return;
      const loose = { before: fragment.tiedBefore, after: fragment.tiedAfter };
      const order = { text: fragment.text, width: Math.round(width * full), loose };
      // What is seen already and has changed goes before what comes into sight.
      const ink = await engraver.engrave(order, () => score.holds(this), this.ink !== null);
      if (!ink) return;
      this.#shape = shape;
      this.staves = fragment.staves;
      this.fifths = fragment.fifths;
      this.#checksums = fragment.checksums;
      this.ink = ink;
    } catch (error) {
      // The candidate or the bars are gone meanwhile: whoever took them away asks again.
      if (backend.failure(error).code !== "stale" && score.holds(this)) studio.fail(error);
    }
  }
}

class Score {
  /** The width of the view, in pixels of the screen. */
  #across = $state(0);
  systems = $state.raw<System[]>([]);
  /** The room that each bar needs. */
  #rooms: number[] = [];
  #roomsOf = "";
  /** Systems that are in sight, with what finds its way about in them. */
  readonly mounted = new Map<System, Drawn>();
  /** Scrolls the view by a page on or back. */
  turn: (step: 1 | -1) => void = () => {};
  /** What is shown: tracks in full colour, all of them, or one part by its first track. */
  part = $state<"seen" | "all" | number>("seen");
  /** The parts of the piece. */
  parts = $state.raw<PartSummary[]>([]);
  /** Counts systems that come into sight and go. */
  mounts = $state(0);
  /** How long it took from the last edit's patch until its ink was there, in milliseconds. */
  spent = 0;

  constructor() {
    studio.watchers.add((damage) => this.#follow(damage));
  }

  get zoom(): number {
    if (taste.scoreZoom !== WIDTH) return taste.scoreZoom / 100;
    return this.paper ? Math.max(0.3, (this.#across - 2 * DESK) / (this.paper.width * MM)) : 1;
  }

  /** Whether a page is wider than the view. */
  get wide(): boolean {
    return !!this.paper && this.paper.width * MM * this.zoom > this.#across - 2 * DESK;
  }

  get paper() {
    return taste.pages ? PAPERS[taste.paper] : null;
  }

  /** The tracks that are written: those of the part that is shown, all, or those in full colour. */
  get tracks(): number[] {
    if (this.part === "all") return this.parts.flatMap(({ tracks }) => tracks);
    const part = this.parts.find(({ tracks }) => tracks[0] === this.part);
    return part?.tracks ?? this.#seen;
  }

  /** Tracks in full colour. */
  get #seen(): number[] {
    return (studio.document?.tracks ?? []).filter((track) => selection.seen(track.id)).map((track) => track.id);
  }

  /** Where drums stand. */
  drums: readonly DrumPlace[] = [];

  /** Asks which parts there are. */
  async list() {
    this.parts = studio.document ? await studio.ask(backend.parts(), this.parts) : [];
    // A part that is gone, or that a left hand has joined.
    if (typeof this.part === "number" && !this.parts.some(({ tracks }) => tracks[0] === this.part)) this.part = "seen";
  }

  show(part: Score["part"]) {
    this.part = part;
    // What is written into is in sight.
    const tracks = this.tracks;
    if (selection.track !== null && !tracks.includes(selection.track) && tracks.length) selection.track = tracks[0];
    studio.speak(this.partName);
  }

  /** What is shown, in words. */
  get partName(): string {
    if (this.part === "seen") return m.score_seen();
    return this.parts.find(({ tracks }) => tracks[0] === this.part)?.name ?? m.score_whole();
  }

  /** The next part, or the one before; after the last one the whole score. */
  turnPart(by: 1 | -1) {
    const all: Score["part"][] = ["all", ...this.parts.map(({ tracks }) => tracks[0])];
    const at = all.indexOf(this.part);
    this.show(all[(Math.max(0, at) + by + all.length) % all.length]);
  }

  /** The signature at a tick as it is written; undefined where that is not in sight. */
  signature(tick: number): number | undefined {
    const bar = (studio.bars?.bar(tick) ?? 0) + 1;
    const system = this.systems.find(({ from, to }) => from <= bar && bar <= to);
    return system?.fifths[bar - system.from];
  }

  /** What the view has for paper, in pixels at 100 %. */
  get #desk(): number {
    return (this.#across - 2 * DESK) / this.zoom;
  }

  /** How wide a system is, in pixels at 100 %. */
  get width(): number {
    return Math.round(measure(this.paper, this.#desk));
  }

  get candidate(): number | null {
    return variations.candidate?.id ?? null;
  }

  get fifths(): number {
    return inForce(studio.document?.keys ?? [], 0)?.fifths ?? 0;
  }

  /** How much of its width a system takes: all of it, but for a last one with little in it. */
  share(line: Line): number {
    return share(line, this.#rooms, this.width, this.fifths);
  }

  /** What is needed to print these tracks; those that are shown if none are named. `part`: what the player is called. */
  edition(paper: keyof typeof PAPERS, tracks = this.tracks, part = ""): Edition {
    const { bars, document, mirror } = studio;
    const notes = tracks.flatMap((track) => mirror?.notes(track) ?? []);
    const rooms = bars && document ? Array.from({ length: bars.count(document.written) }, (_, bar) => room(notes, bars, bar)) : [];
    return { title: studio.document?.title ?? "", part, tracks, rooms, fifths: this.fifths, paper: PAPERS[paper] };
  }

  /** The chord of the document that a symbol shows. */
  chord(system: System, { measure, number }: Symbol): Chord | undefined {
    const { bars, document } = studio;
    if (!bars || !document) return undefined;
    const bar = system.from - 1 + measure;
    const [from, to] = [Math.round(bars.start(bar)), Math.round(bars.end(bar))];
    return document.chords.filter(({ tick }) => tick >= from && tick < to)[number];
  }

  holds(system: System): boolean {
    return this.systems.includes(system);
  }

  /** The view is so wide now. */
  resize(across: number) {
    this.#across = across;
  }

  /** How high each system is, or will about be. */
  get heights(): number[] {
    const known = this.systems.flatMap(({ ink }) => (ink ? [ink.height] : []));
    const mean = known.length ? known.reduce((sum, height) => sum + height, 0) / known.length : STAFF * (this.tracks.length + 0.5);
    return this.systems.map(({ ink }) => ink?.height ?? mean);
  }

  placed(heights: readonly number[]): Placed {
    return this.paper ? pages(heights, this.paper) : scroll(heights, this.#desk);
  }

  /** Measures how much room each bar needs, where that is not known; answers whether all of it was new. */
  #measure(): boolean {
    const { bars, document, mirror } = studio;
    if (!bars || !document || !mirror) return false;
    const { tracks } = this;
    const of = JSON.stringify([document.project, tracks, document.meters]);
    const fresh = of !== this.#roomsOf;
    if (fresh) this.#rooms = [];
    this.#roomsOf = of;
    const count = bars.count(document.written);
    const notes = tracks.map((track) => mirror.notes(track));
    this.#rooms.length = Math.min(this.#rooms.length, count);
    for (let bar = this.#rooms.length; bar < count; bar++) this.#rooms.push(room(notes, bars, bar));
    return fresh;
  }

  /** Divides the piece into systems; those that stay keep their ink. */
  arrange() {
    if (!studio.mirror || this.#across < 50) return;
    const old = this.#measure() ? [] : this.systems;
    const before = new Map(old.map((system) => [`${system.from}-${system.to}`, system]));
    const found = lines(this.#rooms, this.width, this.fifths, old).map((line) => before.get(`${line.from}-${line.to}`) ?? new System(line.from, line.to));
    if (found.length !== this.systems.length || found.some((system, at) => system !== this.systems[at])) this.systems = found;
  }

  #follow(damage: Damage | null) {
    const { bars } = studio;
    if (!damage || !bars) {
      this.#roomsOf = "";
      this.part = "seen";
      return;
    }
    if (damage.to >= damage.from) {
      // Only the bars that were touched are measured again.
      const { mirror } = studio;
      const notes = this.tracks.map((track) => mirror?.notes(track)).filter((each) => each !== undefined);
      const last = Math.min(bars.bar(Math.max(0, damage.to)), this.#rooms.length - 1);
      for (let bar = bars.bar(Math.max(0, damage.from)); bar <= last; bar++) this.#rooms[bar] = room(notes, bars, bar);
    }
    if (!this.mounted.size) return;
    this.arrange();
    const from = performance.now();
    const middle = damage.to >= damage.from ? bars.bar(Math.max(0, damage.from)) + 1 : 1;
    const distance = ({ from, to }: Line) => Math.max(0, from - middle, middle - to);
    const near = [...this.mounted.keys()].sort((a, b) => distance(a) - distance(b));
    void Promise.all(near.map((system) => system.refresh())).then(() => (this.spent = performance.now() - from));
  }

  /** Everything that is in sight once more. */
  refresh() {
    for (const system of this.mounted.keys()) void system.refresh();
  }

  /** Larger or smaller by a step. */
  resizeBy(step: 1 | -1) {
    const now = Math.round(this.zoom * 100);
    const next = step > 0 ? SIZES.find((size) => size > now) : [...SIZES].reverse().find((size) => size < now);
    taste.scoreZoom = next ?? Math.min(SIZES[SIZES.length - 1], Math.max(SIZES[0], now));
    taste.keep();
  }
}

export const score = new Score();
