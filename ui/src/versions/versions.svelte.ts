// Versions of the open piece: kept under a name, listed with what has changed since, gone back to.

import * as backend from "../backend/tauri";
import type { Since } from "../bindings/Since";
import type { Version } from "../bindings/Version";
import { overlays } from "../app/overlays.svelte";
import { studio } from "../app/studio.svelte";
import { m } from "../paraglide/messages";

/** A version's name; those that were kept by themselves are called so in the language in force. */
export const nameOf = ({ name, automatic }: Pick<Version, "name" | "automatic">) => (automatic ? m.versions_before() : name);

/** What has changed since, in words. */
export function sinceWords({ added, removed, altered, tracks, rest }: Since): string {
  const changes = [
    added ? m.versions_added({ count: added }) : "",
    removed ? m.versions_removed({ count: removed }) : "",
    altered ? m.versions_altered({ count: altered }) : "",
    tracks ? m.versions_tracks({ count: tracks }) : "",
    rest ? m.versions_rest() : "",
  ].filter(Boolean);
  return changes.length ? m.versions_since({ changes: changes.join(m.words_comma()) }) : m.versions_now();
}

class Versions {
  list = $state.raw<readonly Version[]>([]);

  async load() {
    this.list = await studio.ask(backend.versions(), []);
  }

  /** The name that a new one has if nobody gives it another. */
  get next(): string {
    const own = this.list.filter(({ automatic }) => !automatic).length;
    return m.versions_next({ number: own + 1 });
  }

  async keep(name: string) {
    const words = name.trim() || this.next;
    const kept = await studio.ask(backend.keepVersion(words).then(() => true), false);
    if (!kept) return false;
    await this.load();
    this.#tell(m.versions_kept({ name: words }));
    return true;
  }

  async goBack(version: Version) {
    if (!(await studio.goBack(version.id))) return;
    overlays.open = null;
    this.#tell(m.versions_went_back({ name: nameOf(version) }));
  }

  async copy(version: Version) {
    if (!(await studio.ask(backend.copyVersion(version.id).then(() => true), false))) return;
    overlays.open = null;
    this.#tell(m.versions_copied({ name: nameOf(version) }));
  }

  async delete(version: Version) {
    if (!(await studio.ask(backend.deleteVersion(version.id).then(() => true), false))) return;
    await this.load();
    this.#tell(m.versions_deleted({ name: nameOf(version) }));
  }

  #tell(words: string) {
    studio.say(words);
    studio.speak(words);
  }
}

export const versions = new Versions();
