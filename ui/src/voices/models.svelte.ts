// The base models: the one that ships, those that were added, and which of them writes.

import * as backend from "../backend/tauri";
import type { ModelEntry } from "../bindings/ModelEntry";
import { studio } from "../app/studio.svelte";
import { m } from "../paraglide/messages";
import { voices } from "./voices.svelte";

class Models {
  list = $state.raw<ModelEntry[]>([]);
  /** Something is being added or changed. */
  busy = $state(false);

  /** The id of the one that writes; empty: the one that ships. */
  readonly chosen = $derived(this.list.find(({ chosen }) => chosen)?.id ?? "");

  async load() {
    this.list = await studio.ask(backend.models(), this.list);
  }

  async chooseFolder() {
    const folder = await studio.ask(backend.chooseFolder(), null);
    if (typeof folder === "string") await this.add(folder);
  }

  /** Takes one in from a folder; it writes when it is chosen. */
  async add(folder: string) {
    const id = await this.#do(backend.addModel(folder));
    if (id !== null) studio.say(m.models_added({ name: id }));
  }

  async choose(id: string) {
    const done = await this.#do(backend.chooseModel(id).then(() => id));
    if (done !== null) studio.say(m.models_writes({ name: this.named(id) }));
    // Voices belong to the model that they were learnt on.
    await voices.load();
  }

  async delete() {
    const { chosen } = this;
    const name = this.named(chosen);
    if (!chosen || (await this.#do(backend.deleteModel(chosen).then(() => chosen))) === null) return;
    studio.say(m.models_deleted({ name }));
    await voices.load();
  }

  named(id: string): string {
    return this.list.find((model) => model.id === id)?.name ?? id;
  }

  async #do(work: Promise<string>): Promise<string | null> {
    this.busy = true;
    const done = await studio.ask<string | null>(work, null);
    await this.load();
    this.busy = false;
    return done;
  }
}

export const models = new Models();
