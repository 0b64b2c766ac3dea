// The keys in force. Tooltips, palette, menus and presses all ask here.

import { commands } from "../app/commands";
import { taste } from "../app/taste.svelte";
import { stepKeys } from "../entry/keys";
import { cap } from "./chord";
import { type Changes, given, holder, inForce, reset, restored, without } from "./map";
import { isPreset, type Preset, PRESETS } from "./presets";

class Keymap {
  preset = $state<Preset>("studio");
  /** What this person has changed in the preset. */
  changes = $state.raw<Changes>({});

  readonly #inForce = $derived(inForce(commands, PRESETS[this.preset].changes, this.changes));
  readonly #byKey = $derived(new Map([...this.#inForce].flatMap(([id, keys]) => keys.map((key) => [key, id] as const))));

  /** Takes up what was kept. */
  start() {
    const kept = taste.keys as { preset?: unknown; changes?: unknown } | null;
    this.preset = isPreset(kept?.preset) ? kept.preset : "studio";
    this.changes = restored(commands, kept?.changes);
  }

  #keep() {
    taste.keys = { preset: this.preset, changes: this.changes };
    taste.keep();
  }

  /** A command's keys; the first is shown. */
  of(id: string): readonly string[] {
    return this.#inForce.get(id) ?? [];
  }

  /** Keys as they are shown: those in force, those of a command that leaves them to this one at times, and those that it has only while steps are entered. */
  shown(id: string): readonly string[] {
    const lent = commands.filter(({ otherwise }) => otherwise === id).flatMap((lender) => this.of(lender.id));
    return [...this.of(id), ...lent, ...(stepKeys(taste.naming).get(id) ?? [])];
  }

  /** The command of a press. */
  command(chord: string): string | undefined {
    return this.#byKey.get(chord);
  }

  /** What a tooltip says: the words, and the key if there is one. */
  hint(id: string, words: string): string {
    const [key] = this.shown(id);
    return key ? `${words} (${cap(key)})` : words;
  }

  /** Another command that has this key now. */
  rival(id: string, key: string): string | undefined {
    const other = holder(this.#inForce, key);
    return other === id ? undefined : other;
  }

  changed(id: string): boolean {
    return Object.hasOwn(this.changes, id);
  }

  choose(preset: Preset) {
    this.preset = preset;
    this.#keep();
  }

  give(id: string, key: string, instead?: string) {
    this.#change(given(this.#inForce, this.changes, id, key, instead));
  }

  take(id: string, key: string) {
    this.#change(without(this.#inForce, this.changes, id, key));
  }

  reset(id: string) {
    this.#change(reset(commands, PRESETS[this.preset].changes, this.changes, id));
  }

  resetAll() {
    this.#change({});
  }

  #change(changes: Changes) {
    this.changes = changes;
    this.#keep();
  }
}

export const keymap = new Keymap();
