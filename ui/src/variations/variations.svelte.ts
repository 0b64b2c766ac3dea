// Asking for variations, choosing among them, and what the panel is set to.

import * as backend from "../backend/tauri";
import type { Candidate } from "../bindings/Candidate";
import type { Range } from "../bindings/Range";
import type { Settings } from "../bindings/Settings";
import type { TrackNotes } from "../bindings/TrackNotes";
import type { Variations as Run } from "../bindings/Variations";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { trackName } from "../document/instruments";
import { taste } from "../app/taste.svelte";
import { transport } from "../transport/transport.svelte";
import type { VoiceUse } from "../bindings/VoiceUse";
import { voices } from "../voices/voices.svelte";
import { FIRST, letter } from "./settings";
import { m } from "../paraglide/messages";

export const STOPS: { at: number; name: () => string; words: () => string }[] = [
  { at: 0.1, name: m.variations_ornament, words: m.variations_ornament_words },
  { at: 0.3, name: m.variations_repitch, words: m.variations_repitch_words },
  { at: 0.5, name: m.variations_rerhythm, words: m.variations_rerhythm_words },
  { at: 0.7, name: m.variations_rewrite, words: m.variations_rewrite_words },
  { at: 0.9, name: m.variations_new_idea, words: m.variations_new_idea_words },
];

/** The stop that a strength is nearest to. */
export function stop(strength: number) {
  return STOPS.reduce((best, stop) => (Math.abs(stop.at - strength) < Math.abs(best.at - strength) ? stop : best));
}

/** What a run was about: the cards and ghosts speak of it, whatever is selected later. */
export interface Subject {
  track: number;
  from: number;
  to: number;
}

class Variations {
  settings = $state<Settings>({ ...FIRST });
  candidates = $state.raw<Candidate[]>([]);
  /** Which candidate is drawn; -1: the original. */
  shown = $state(-1);
  /** Ghosts of candidates that are still being written, by number. */
  writing = $state.raw<ReadonlyMap<number, TrackNotes[]>>(new Map());
  busy = $state(false);
  /** What the running job does, in words. */
  step = $state("");
  run = $state.raw<Run | null>(null);
  /** What somebody thinks of candidates, by id: a heart, or a cross. */
  verdicts = $state.raw<ReadonlyMap<number, boolean>>(new Map());
  /** The candidates are two: the base model's and a voice's. */
  compared = $state(false);
  subject = $state.raw<Subject | null>(null);
  /** Where nothing else is looped, candidates are heard round and round, so that they can be compared. */
  #round: Range | null = null;
  /** The seed of the run before: the next one goes on behind it, so that G twice gives something new. */
  #used = -1;

  constructor() {
    studio.watchers.add(() => this.forget());
  }

  start() {
    const kept = taste.variations;
    if (kept && typeof kept === "object") this.settings = { ...FIRST, ...kept };
  }

  get candidate(): Candidate | null {
    return this.candidates[this.shown] ?? null;
  }

  /** Marks other bars, from `first` to `last` or the other way round; what was proposed for the old ones is gone. */
  mark(first: number, last: number) {
    this.forget();
    selection.bars = { from: Math.min(first, last), to: Math.max(first, last) };
    selection.together = [];
  }

  forget() {
    this.candidates = [];
    this.shown = -1;
    this.writing = new Map();
    this.verdicts = new Map();
    this.run = null;
    this.compared = false;
    if (!this.busy) this.subject = null;
    void this.unloop();
  }

  /** What is looped only because candidates were heard is looped no more. */
  async unloop() {
    const round = this.#round;
    this.#round = null;
    if (round && transport.loop === round) await studio.ask(transport.setLoop(null), undefined);
  }

  /** Remembers a heart or a cross for a candidate. */
  async judge(liked: boolean, index = this.shown) {
    const candidate = this.candidates[index];
    if (!candidate || this.verdicts.get(candidate.id) === liked) return;
    if (!(await studio.ask(backend.judge(candidate.id, liked).then(() => true), false))) return;
    this.verdicts = new Map(this.verdicts).set(candidate.id, liked);
    studio.speak((liked ? m.card_liked_spoken : m.card_disliked_spoken)({ letter: letter(index) }));
  }

  /** Writes candidates by the voices that are chosen; or one by the base model and one by a voice, to be compared. */
  async generate(compared: VoiceUse | null = null): Promise<void> {
    const span = selection.span();
    const { document } = studio;
    if (!document || this.busy) return;
    if (!span || selection.track === null) {
      studio.say(m.variations_mark_first(), "warning");
      return;
    }
    if (this.settings.seed === this.#used) this.settings.seed = (this.#used + this.settings.count) % 1_000_000;
    this.#used = this.settings.seed;
    this.forget();
    const settings = $state.snapshot(this.settings);
    taste.variations = settings;
    taste.keep();
    this.busy = true;
    this.step = m.variations_reading();
    this.subject = { track: selection.track, from: span.from, to: span.to };
    let again = false;
    try {
      const request = {
        selection: { tracks: selection.varied, fromBar: span.from, toBar: span.to, cells: [] },
        settings: compared ? { ...settings, count: 1 } : settings,
        locks: [],
        voices: compared ? [compared] : voices.uses,
        words: compared ? [] : voices.told,
        compare: !!compared,
      };
      const run = await backend.vary(request, (step) => {
        if (!this.busy) return;
        if (step.kind === "read") {
          this.step = m.variations_reading_tokens({ tokens: step.tokens });
        } else {
          this.step = m.variations_writing();
          this.writing = new Map(this.writing).set(step.candidate, step.notes);
        }
      });
      this.writing = new Map();
      this.run = run;
      this.candidates = run.candidates;
      this.compared = !!compared;
      this.shown = run.candidates.length ? 0 : -1;
      studio.message = null;
      studio.speak(m.variations_ready({ count: run.candidates.length }));
    } catch (error) {
      this.forget();
      const { code } = backend.failure(error);
      again = code === "noVoice" && (await voices.lost()) && !compared;
      if (!again) studio.fail(error);
      if (code === "cancelled") studio.say(m.variations_stopped());
    } finally {
      this.busy = false;
      if (!this.candidates.length) this.subject = null;
    }
    if (!again) return;
    const { message } = studio;
    this.#used = -1;
    await this.generate();
    studio.message ??= message;
  }

  cancel() {
    return backend.cancel();
  }

  async show(index: number) {
    const count = this.candidates.length;
    if (!count) return;
    this.shown = (index + count) % count;
    const { similarity, bitsPerNote } = this.candidates[this.shown];
    studio.speak(m.variations_shown({ letter: letter(this.shown), alike: Math.round(similarity * 100), surprise: bitsPerNote.toFixed(1) }));
    if (transport.playing) await studio.ask(backend.audition(this.candidates[this.shown].id), undefined);
  }

  /** Plays what is shown in its place, from the first of its bars; or stops. */
  async audition(index = this.shown) {
    const candidate = this.candidates[index];
    const { bars } = studio;
    if (!candidate || !bars) return;
    if (transport.playing && index === this.shown) {
      await studio.ask(transport.stop(), undefined);
      return;
    }
    this.shown = index;
    await studio.ask(backend.audition(candidate.id), undefined);
    const bounds = { from: bars.start(candidate.fromBar - 1), to: bars.end(candidate.toBar - 1) };
    if (!transport.loop) await studio.ask(transport.setLoop((this.#round = bounds)), undefined);
    await studio.ask(transport.seek(bounds.from), undefined);
    await studio.ask(transport.play(), undefined);
  }

  async accept() {
    const { candidate } = this;
    if (!candidate) return;
    const name = letter(this.shown);
    if (await studio.accept(candidate.id)) {
      studio.say(m.variations_kept_undo({ letter: name }));
      studio.speak(m.variations_kept({ letter: name }));
    }
  }

  /**
   * Puts what is shown on tracks of its own, after the others, as one step, and leaves the piece's tracks as they are.
   * What the candidate left alone in its bars is there too, so that a take is whole.
   */
  async keepAsTrack() {
    const { candidate } = this;
    const { document } = studio;
    if (!candidate || !document) return;
    const name = letter(this.shown);
    const sources = candidate.notes.map(({ track }) => document.tracks.find(({ id }) => id === track));
    const titles = sources.map((source) => (source ? m.variations_take({ track: trackName(source), letter: name }) : ""));
    if (!(await studio.acceptBeside(candidate.id, titles))) return;
    selection.track = studio.document?.tracks[document.tracks.length]?.id ?? selection.track;
    studio.say(m.variations_taken({ letter: name }));
    studio.speak(m.variations_taken({ letter: name }));
  }

  async reject() {
    if (this.busy) await this.cancel();
    if (!this.candidates.length) return;
    this.forget();
    await studio.ask(backend.reject(), undefined);
  }
}

export const variations = new Variations();
