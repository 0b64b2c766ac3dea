// What hands play: armed tracks, the letter keys, recording.

import * as backend from "../backend/tauri";
import type { Ports } from "../bindings/Ports";
import type { Recording } from "../bindings/Recording";
import type { Struck } from "../bindings/Struck";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { sheet } from "../roll/sheet.svelte";
import { m } from "../paraglide/messages";
import { clampOctave, clampVelocity, pitchOf } from "./letters";
import { Taking } from "./taking";

/** Milliseconds that a recording which has ended stays in sight if the piece does not change. */
const LEFT = 500;

/** What is kept of how somebody records. */
interface Kept {
  countIn: number;
  replace: boolean;
  quantize: boolean;
  latency: number | null;
}

class Hands {
  /** Tracks that are armed; without any, keys play the one that is worked on. */
  armed = $state.raw<ReadonlySet<number>>(new Set());
  recording = $state(false);
  /** Bars of clicks before a recording. */
  countIn = $state(1);
  /** What is recorded takes the place of what is there. */
  replace = $state(false);
  /** Onsets go to the grid when they are recorded. */
  quantize = $state(false);
  /** Milliseconds until a sound is heard; null: as the device says. */
  latency = $state<number | null>(null);
  /** The piano is shown, and letters play. */
  keyboard = $state(false);
  /** The C that the letter A plays, 0..=9. */
  octave = $state(4);
  velocity = $state(90);
  /** Keys that are down, on whatever keyboard. */
  down = $state.raw<ReadonlySet<number>>(new Set());
  ports = $state.raw<Ports>({ inputs: [], outputs: [], missing: null });

  /** What each letter that is down plays, so that it ends what it began. */
  readonly #letters = new Map<string, number>();
  #told: Promise<void> = Promise.resolve();
  /** Hear of every key. */
  readonly watchers = new Set<(struck: Struck) => void>();
  /** What has been recorded so far, until the piece has it. */
  readonly taking = new Taking();

  /** The tracks that keys play. */
  readonly tracks = $derived.by(() => {
    const ids = studio.document?.tracks.map(({ id }) => id) ?? [];
    const armed = ids.filter((id) => this.armed.has(id));
    const worked = selection.track;
    return armed.length ? armed : worked !== null && ids.includes(worked) ? [worked] : [];
  });

  constructor() {
    studio.watchers.add((damage) => {
      if (!damage) this.armed = new Set();
      if (!this.recording) this.taking.clear();
    });
    studio.hands = this;
  }

  /** Takes up what was kept. */
  async start() {
    const kept = taste.recording as Partial<Kept> | null;
    if (typeof kept?.countIn === "number") this.countIn = Math.min(2, Math.max(0, Math.round(kept.countIn) || 0));
    if (typeof kept?.replace === "boolean") this.replace = kept.replace;
    if (typeof kept?.quantize === "boolean") this.quantize = kept.quantize;
    if (typeof kept?.latency === "number" && Number.isFinite(kept.latency)) this.latency = kept.latency;
    await studio.ask(backend.setLatency(this.latency), undefined);
    this.ports = await studio.ask(backend.ports(), this.ports);
  }

  #keep() {
    const { countIn, replace, quantize, latency } = this;
    taste.recording = { countIn, replace, quantize, latency } satisfies Kept;
    taste.keep();
  }

  toggleArm(track: number) {
    const armed = new Set(this.armed);
    if (!armed.delete(track)) armed.add(track);
    this.armed = armed;
  }

  /** The next of 0, 1 and 2 bars. */
  turnCountIn() {
    this.countIn = (this.countIn + 1) % 3;
    this.#keep();
    studio.speak(this.countIn ? m.hands_count_in({ count: this.countIn }) : m.hands_no_count_in());
  }

  set(change: Partial<Pick<Hands, "replace" | "quantize" | "latency">>) {
    Object.assign(this, change);
    this.#keep();
    if (change.latency !== undefined) void studio.ask(backend.setLatency(this.latency), undefined);
  }

  get #how(): Recording {
    const grid = this.quantize && sheet.step ? Math.max(1, Math.round(sheet.step)) : null;
    return { countIn: this.countIn, grid, replace: this.replace };
  }

  /** Begins a recording, or ends it while the music plays on. */
  async record() {
    if (this.recording) return studio.endRecording();
    await backend.arm(this.tracks);
    await backend.record(this.#how);
  }

  async capture() {
    await backend.arm(this.tracks);
    return studio.capture(this.#how);
  }

  /** What the engine says of a key. */
  hear(struck: Struck) {
    const down = new Set(this.down);
    if (struck.velocity) down.add(struck.pitch);
    else down.delete(struck.pitch);
    this.down = down;
    if (this.recording) this.taking.hear(struck);
    for (const watcher of this.watchers) watcher(struck);
  }

  hearRecording(on: boolean) {
    if (on) this.taking.clear();
    // Where nothing was played no change of the piece follows that would clear it.
    else setTimeout(() => this.recording || this.taking.clear(), LEFT);
    this.recording = on;
    studio.speak(on ? m.hands_recording() : m.hands_recording_ended());
  }

  /** Says one thing after the other: of two calls at once the later may arrive first, and a key would stay down. */
  #tell(say: () => Promise<void>) {
    this.#told = this.#told.then(say).catch((error) => studio.fail(error));
  }

  /** Plays a key of the window. */
  strike(pitch: number, velocity: number, at = performance.now()) {
    this.#tell(() => backend.playNote(pitch, velocity, at));
  }

  /** A press of a letter while the piano is shown; whether it plays or changes something. */
  press(event: KeyboardEvent): boolean {
    if (!this.keyboard || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
    if ((event.target as HTMLElement | null)?.matches("input:not([type=range]), textarea, select, [contenteditable]")) return false;
    const pitch = pitchOf(event.code, this.octave);
    if (pitch !== null) {
      if (event.repeat || this.#letters.has(event.code) || pitch < 0 || pitch > 127) return true;
      this.#letters.set(event.code, pitch);
      this.strike(pitch, this.velocity, event.timeStamp);
      return true;
    }
    const turn = { KeyZ: () => this.turnOctave(-1), KeyX: () => this.turnOctave(1), KeyC: () => this.turnVelocity(-10), KeyV: () => this.turnVelocity(10) }[event.code];
    turn?.();
    return !!turn;
  }

  lift(event: KeyboardEvent) {
    const pitch = this.#letters.get(event.code);
    if (pitch === undefined) return;
    this.#letters.delete(event.code);
    this.strike(pitch, 0, event.timeStamp);
  }

  /** Every key of the window comes up. */
  letGo() {
    this.#letters.clear();
    this.#tell(() => backend.letGo());
  }

  turnOctave(by: number) {
    this.octave = clampOctave(this.octave + by);
    studio.speak(m.hands_octave({ octave: this.octave }));
  }

  turnVelocity(by: number) {
    this.velocity = clampVelocity(this.velocity + by);
    studio.speak(m.words_velocity({ velocity: this.velocity }));
  }

  toggleKeyboard() {
    this.keyboard = !this.keyboard;
    if (!this.keyboard) this.letGo();
  }
}

export const hands = new Hands();
