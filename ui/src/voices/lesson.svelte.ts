// A voice that is yet to be, or learns on: its material, its knobs, and the training while it runs.

import * as backend from "../backend/tauri";
import type { Files } from "../bindings/Files";
import type { Knobs } from "../bindings/Knobs";
import type { Learning } from "../bindings/Learning";
import type { VoiceEntry } from "../bindings/VoiceEntry";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";
import { added, ending, lowest, type Point, smoothed } from "./curve";
import { NEW, voices } from "./voices.svelte";
import { bits, clock, grouped, stage } from "./words";

/** As `engine::Knobs::default`; a test in the real window holds them together. */
export const AUTOMATIC: Knobs = {
  method: "auto", rank: null, frozenLayers: 0, topLayers: 1, optimizer: "adamw", rate: null, warm: 0.05, decay: 0.8, batchTokens: 4096,
  epochs: 40, minutes: 10, weightDecay: 0.05, dropout: 0.05, patience: 5, search: 0, memory: null, replay: 0.15, forget: 0.03, transpose: true, transposeDown: 5, transposeUp: 6, passages: 16, seed: 1,
};

/** The least milliseconds between two bests that are spoken. */
const QUIET = 30_000;

export const baseName = (path: string) => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

class Lesson {
  folder = $state("");
  files = $state.raw<Files | null>(null);
  /** How far the folder is read; null when it is not being read. */
  reading = $state.raw<{ done: number; of: number } | null>(null);
  name = $state("");
  knobs = $state<Knobs>({ ...AUTOMATIC });

  running = $state(false);
  /** The voice that learns: a new one is told its id when it begins. */
  id = $state<string | null>(null);
  /** What is being done, in words. */
  step = $state("");
  train = $state.raw<readonly Point[]>([]);
  held = $state.raw<readonly Point[]>([]);
  tokens = $state(0);
  planned = $state(0);
  speed = $state(0);
  secondsLeft = $state(0);
  /** What it learns on, as "CPU, 2 threads". */
  device = $state("");
  /** How far what is learnt is prepared, or rates and ranks are tried out. */
  preparing = $state.raw<{ done: number; of: number } | null>(null);
  /** Passages of the proof. */
  proving = $state.raw<{ done: number; of: number } | null>(null);
  stopping = $state(false);

  /** Whether there is anything to learn from. */
  readonly usable = $derived(!!this.files && this.files.used + this.files.repaired > 0);
  readonly best = $derived(lowest(this.held));
  readonly mean = $derived(smoothed(this.train));
  readonly ending = $derived(ending(this.held, this.planned, this.knobs.patience));
  /** How much of the plan is done, 0..=1; of what has no measure, null. */
  readonly share = $derived.by(() => {
    if (this.proving) return this.proving.done / Math.max(1, this.proving.of);
    return this.held.length && this.planned ? Math.min(1, this.tokens / this.planned) : null;
  });

  #spoken = -QUIET;
  #surveys = 0;

  /** Whether there is something to show beside the voices of the library. */
  get there(): boolean {
    return this.running || !!this.folder;
  }

  async choose() {
    const folder = await studio.ask(backend.chooseFolder(), null);
    if (typeof folder === "string") await this.take(folder);
  }

  /** Looks at what a folder holds, as the material of a new voice. */
  async take(folder: string) {
    taste.view = "voices";
    if (this.running) {
      studio.say(m.lesson_still_learning({ name: this.name }), "warning");
      return;
    }
    voices.at = NEW;
    Object.assign(this, { folder, files: null, name: baseName(folder), id: null, knobs: { ...AUTOMATIC }, reading: { done: 0, of: 0 } });
    this.#fresh();
    const survey = ++this.#surveys;
    try {
      const files = await backend.survey(folder, (step) => {
        if (step.kind === "reading" && survey === this.#surveys) this.reading = { done: step.done, of: step.of };
      });
      if (survey !== this.#surveys) return;
      this.files = files;
      const used = files.used + files.repaired;
      studio.speak(m.lesson_surveyed({ folder: baseName(folder), files: m.voices_files({ count: used, shown: grouped(used) }), rejected: files.rejected.length }));
    } catch (error) {
      if (survey === this.#surveys) {
        studio.fail(error);
        this.forget();
      }
    } finally {
      if (survey === this.#surveys) this.reading = null;
    }
  }

  /** Drops the material that is looked at. */
  forget() {
    this.#surveys++;
    Object.assign(this, { folder: "", files: null, reading: null, name: "", id: null });
    this.#fresh();
    if (voices.at === NEW) voices.at = voices.list[0]?.id ?? "";
  }

  #fresh() {
    Object.assign(this, { train: [], held: [], tokens: 0, planned: 0, speed: 0, secondsLeft: 0, device: "", preparing: null, proving: null, step: "", stopping: false });
  }

  /** Has a voice of the library go on: with its own folder, and knobs that may be others now. */
  continue({ id, name, source }: VoiceEntry) {
    if (this.running) return;
    Object.assign(this, { folder: source, files: null, name, id });
    voices.at = NEW;
    return this.start();
  }

  /** Trains, beside everything else; comes back when it is done or has been stopped. */
  async start() {
    if (this.running || !this.folder) return;
    this.#fresh();
    this.running = true;
    this.step = m.lesson_beginning();
    this.#spoken = performance.now() - QUIET;
    const before = this.id;
    const name = this.name.trim() || baseName(this.folder);
    studio.speak(m.lesson_begins({ name }));
    try {
      const request = { folder: this.folder, name, knobs: $state.snapshot(this.knobs), id: before };
      const card = await backend.trainVoice(request, (step) => this.#hear(step));
      const gain = card.test.before - card.test.after;
      const words = m.lesson_trained({ name, before: bits(card.test.before), after: bits(card.test.after) });
      studio.say(words);
      studio.speak(`${words}${m.words_comma()}${gain >= 0.02 ? m.lesson_gain() : m.lesson_no_gain()}`);
      await this.#end(this.id);
    } catch (error) {
      studio.fail(error);
      const stopped = backend.failure(error).code === "cancelled";
      if (stopped) {
        studio.say(m.lesson_stopped_words({ name }));
        studio.speak(m.lesson_stopped({ name }));
      }
      await this.#end(stopped ? this.id : before);
    }
  }

  /** Shows what came of it, if one still looks on. */
  async #end(id: string | null) {
    this.running = false;
    const watched = voices.at === NEW;
    await voices.load();
    const kept = voices.list.some((voice) => voice.id === id);
    if (!kept) {
      // A training that failed at once leaves its material where it was.
      this.id = null;
      this.#fresh();
      return;
    }
    Object.assign(this, { folder: "", files: null, id: null });
    if (watched) voices.at = id ?? "";
  }

  #hear(step: Learning) {
    if (!this.running) return;
    this.step = this.stopping ? m.lesson_stopping() : stage(step);
    if (step.kind === "began") this.id = step.id;
    else if (step.kind === "on") this.device = step.device;
    else if (step.kind === "alone") {
      this.device = step.device;
      studio.say(m.lesson_alone({ reason: step.reason, device: step.device }), "warning");
    } else if (step.kind === "took") this.files = step.files;
    else if (step.kind === "preparing" || step.kind === "searching") this.preparing = { done: step.done, of: step.of };
    else if (step.kind === "lighter") studio.say(m.lesson_lighter({ count: step.tokens }), "warning");
    else if (step.kind === "step") {
      this.tokens = step.tokens;
      this.planned = step.of;
      this.speed = step.tokensPerSecond;
      this.secondsLeft = step.secondsLeft;
      if (step.bitsPerNote !== null) this.train = added(this.train, [step.tokens, step.bitsPerNote]);
    } else if (step.kind === "held") this.#measured([step.tokens, step.bitsPerNote]);
    else if (step.kind === "proving") this.proving = { done: step.done, of: step.of };
  }

  #measured(point: Point) {
    const before = this.best;
    this.held = added(this.held, point);
    const now = performance.now();
    if (!before || point[1] >= before[1] || now - this.#spoken < QUIET) return;
    this.#spoken = now;
    studio.speak(m.lesson_new_best({ bits: bits(point[1]), time: clock(this.secondsLeft) }));
  }

  async stop() {
    if (!this.running) return;
    this.stopping = true;
    this.step = m.lesson_stopping();
    await studio.ask(backend.stopTraining(), undefined);
  }
}

export const lesson = new Lesson();
