// The voices of the library, which of them is looked at, and which of them write.

import * as backend from "../backend/tauri";
import type { VoiceEntry } from "../bindings/VoiceEntry";
import type { VoiceUse } from "../bindings/VoiceUse";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";

/** What is looked at beside the voices' ids: the base model, and a voice that is yet to be. */
export const BASE = "";
export const NEW = "+";

/** The strongest that a voice can be used. */
export const STRONGEST = 1.5;

class Voices {
  list = $state.raw<VoiceEntry[]>([]);
  /** Which is looked at: an id, BASE or NEW. */
  at = $state<string>(BASE);
  /** Which voices write, with their names, so that one that is gone can still be named. */
  singing = $state.raw<readonly (VoiceUse & { name: string })[]>([]);

  /** Words that the voices are told, as far as they know them. */
  words = $state.raw<readonly string[]>([]);

  #loaded = false;

  /** Takes up which voices wrote last. */
  async start() {
    this.singing = restored(taste.singing);
    await this.load();
  }

  get entry(): VoiceEntry | null {
    return this.list.find(({ id }) => id === this.at) ?? null;
  }

  named(id: string): string {
    return this.list.find((voice) => voice.id === id)?.name ?? this.singing.find(({ voice }) => voice === id)?.name ?? id;
  }

  async load() {
    const before = this.#loaded;
    const list = await studio.ask<VoiceEntry[] | null>(backend.voices(), null);
    if (!list) return;
    this.list = list;
    this.#loaded = true;
    if (this.at !== NEW && !list.some(({ id }) => id === this.at)) this.at = BASE;
    const gone = this.singing.filter(({ voice }) => !list.some(({ id, card }) => id === voice && card));
    if (gone.length) this.#leave(gone.map(({ voice }) => voice));
    if (gone.length && (before || studio.document)) this.#missed(gone.map(({ name }) => name));
  }

  /** What a request is sent with. */
  get uses(): VoiceUse[] {
    return this.singing.filter(({ strength }) => strength > 0).map(({ voice, strength }) => ({ voice, strength }));
  }

  /** The words that the voices which write have learnt, the commonest first. */
  get known(): string[] {
    const cards = this.uses.map(({ voice }) => this.list.find(({ id }) => id === voice)?.card);
    return [...new Set(cards.flatMap((card) => card?.words.map(([word]) => word) ?? []))];
  }

  /** What a request tells them. */
  get told(): string[] {
    const { known } = this;
    return this.words.filter((word) => known.includes(word));
  }

  /** Says a word, or says it no more. */
  tell(word: string) {
    this.words = this.words.includes(word) ? this.words.filter((said) => said !== word) : [...this.words, word];
  }

  /** Has other voices write, or the same ones otherwise. */
  sing(uses: readonly VoiceUse[]) {
    this.singing = uses.map(({ voice, strength }) => ({ voice, strength, name: this.named(voice) }));
    taste.singing = this.singing;
    taste.keep();
  }

  #leave(ids: readonly string[]) {
    this.sing(this.singing.filter(({ voice }) => !ids.includes(voice)));
  }

  #missed(names: readonly string[]) {
    const rest = this.singing.length ? m.voices_other_alone() : m.voices_base_instead();
    studio.say(m.voices_missed({ voices: names.join(m.words_and()), rest }), "warning");
  }

  /** After a request for a voice that is not there: looks again, and says which one it was. True if there was one. */
  async lost(): Promise<boolean> {
    const before = this.singing;
    await this.load();
    return before.length > this.singing.length;
  }

  async describe(id: string, name: string, notes: string, tags: string[]) {
    await studio.ask(backend.describeVoice(id, name, notes, tags), undefined);
    await this.load();
    this.sing(this.singing);
  }

  async delete(id: string) {
    const name = this.named(id);
    const at = this.list.findIndex((voice) => voice.id === id);
    const next = this.list[at + 1] ?? this.list[at - 1];
    const done = await studio.ask(backend.deleteVoice(id).then(() => true), false);
    if (!done) return;
    if (this.at === id) this.at = next?.id ?? BASE;
    this.#leave([id]);
    await this.load();
    studio.say(m.voices_deleted({ name }));
    studio.speak(m.voices_deleted_spoken({ name }));
  }

  async chooseExport() {
    const { entry } = this;
    const path = entry && (await studio.ask(backend.chooseVoiceTarget(entry.name), null));
    if (entry && path) await this.export(entry.id, path);
  }

  async export(id: string, path: string) {
    const done = await studio.ask(backend.exportVoice(id, path).then(() => true), false);
    if (done) studio.say(m.common_wrote({ path }));
  }

  async chooseImport() {
    const path = await studio.ask(backend.chooseVoice(), null);
    if (path) await this.import(path);
  }

  async import(path: string) {
    const id = await studio.ask<string | null>(backend.importVoice(path), null);
    if (id === null) return;
    await this.load();
    this.at = id;
    studio.say(m.voices_taken_in({ name: this.named(id) }));
    studio.speak(m.voices_taken_in_spoken({ name: this.named(id) }));
  }
}

/** What was kept, as far as it can be meant. */
export function restored(kept: unknown): (VoiceUse & { name: string })[] {
  if (!Array.isArray(kept)) return [];
  const whole = kept.filter((use): use is VoiceUse & { name: string } => typeof use?.voice === "string" && typeof use.strength === "number" && typeof use.name === "string");
  return whole.slice(0, 2).map(({ voice, strength, name }) => ({ voice, name, strength: Math.min(STRONGEST, Math.max(0, strength || 0)) }));
}

export const voices = new Voices();
