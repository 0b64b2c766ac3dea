// New and recent pieces: what is looked for, which one is looked at, and what is done with it.

import * as backend from "../backend/tauri";
import type { ProjectSummary } from "../bindings/ProjectSummary";
import type { Template } from "../bindings/Template";
import type { TemplateSummary } from "../bindings/TemplateSummary";
import { language } from "../app/language.svelte";
import { overlays } from "../app/overlays.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";
import { allTags } from "./tags";
import { partNames } from "./parts";
import { fits, type Picture, read } from "./thumbnail";

export const titleOf = ({ title }: Pick<ProjectSummary, "title">) => title || m.common_untitled();

class Home {
  templates = $state.raw<readonly TemplateSummary[]>([]);
  words = $state("");
  /** Only pieces with this tag are shown. */
  only = $state<string | null>(null);
  /** The name of the open piece is in a field. */
  naming = $state(false);
  /** The piece that commands on a piece work on. */
  at = $state<number | null>(null);

  /** Every tag that a piece has. */
  readonly tags = $derived(allTags(studio.projects, language.tag));

  readonly #pictures = new Map<string, Promise<Picture | null>>();

  /** What is found, pinned pieces first, each part in the order of change. */
  readonly found = $derived.by(() => {
    const only = this.only !== null && this.tags.includes(this.only) ? this.only : null;
    const all = studio.projects.filter((project) => (only === null || project.tags.includes(only)) && fits(this.words, [titleOf(project), ...project.tags].join(" ")));
    return [...all.filter(({ pinned }) => pinned), ...all.filter(({ pinned }) => !pinned)];
  });

  /** It is shown because it was asked for, or because nothing is open. */
  get shown(): boolean {
    return taste.view === "home" || (taste.view !== "voices" && !studio.document);
  }

  /** The piece that was removed last, also before a restart. */
  get removed(): Pick<ProjectSummary, "id" | "title"> | null {
    const kept = taste.removed as Partial<ProjectSummary> | null;
    return typeof kept?.id === "number" && typeof kept.title === "string" ? { id: kept.id, title: kept.title } : null;
  }

  #remember(removed: Pick<ProjectSummary, "id" | "title"> | null) {
    taste.removed = removed && { id: removed.id, title: removed.title };
    taste.keep();
  }

  get current(): ProjectSummary | null {
    return this.found.find(({ id }) => id === this.at) ?? null;
  }

  async start() {
    this.templates = await studio.ask(backend.templates(), []);
  }

  /** A picture, asked for once as long as its piece stays as it is. */
  picture({ id, changed }: ProjectSummary): Promise<Picture | null> {
    const key = `${id} ${changed}`;
    const known = this.#pictures.get(key);
    if (known) return known;
    // A piece that cannot be read has no picture; opening it says why.
    const asked = backend.thumbnail(id).then(read, () => null);
    this.#pictures.set(key, asked);
    return asked;
  }

  async begin(template: Template) {
    const summary = this.templates.find((one) => one.template === template);
    await studio.ask(backend.newPiece(template, summary ? partNames(summary) : []), undefined);
    taste.edit();
    studio.speak(m.home_began());
  }

  async open(id: number | null = this.at) {
    if (id === null) return;
    if (id === studio.document?.project) return taste.edit();
    await studio.openProject(id);
  }

  async pin(project = this.current) {
    if (!project) return;
    await studio.ask(backend.pin(project.id, !project.pinned), undefined);
    await studio.listProjects();
    studio.speak((project.pinned ? m.home_unpinned_spoken : m.home_pinned_spoken)({ title: titleOf(project) }));
  }

  /** Asks for the tags of a piece. */
  askForTags() {
    if (this.current) overlays.open = "tags";
  }

  async tag(project: ProjectSummary, tags: string[]): Promise<boolean> {
    if (!(await studio.ask(backend.tag(project.id, tags).then(() => true), false))) return false;
    await studio.listProjects();
    const now = studio.projects.find(({ id }) => id === project.id)?.tags ?? [];
    studio.speak(now.length ? m.tags_spoken({ title: titleOf(project), tags: now.join(m.words_comma()) }) : m.tags_none_spoken({ title: titleOf(project) }));
    return true;
  }

  /** Gives the open piece another name. */
  async rename(title: string) {
    this.naming = false;
    if (title.trim() === (studio.document?.title ?? "")) return;
    if (await studio.apply({ kind: "setTitle", title: title.trim() })) await studio.listProjects();
  }

  /** Asks before it does so. */
  askToRemove() {
    const { current } = this;
    if (!current) return;
    if (current.id === studio.document?.project) studio.say(m.home_is_open_words(), "warning");
    else overlays.open = "removePiece";
  }

  async remove() {
    const { current } = this;
    if (!current) return;
    const at = this.found.indexOf(current);
    if (!(await studio.ask(backend.deletePiece(current.id).then(() => true), false))) return;
    this.#remember(current);
    await studio.listProjects();
    this.at = this.found[Math.min(at, this.found.length - 1)]?.id ?? null;
    studio.say(m.home_removed({ title: titleOf(current) }));
    studio.speak(m.home_removed_spoken({ title: titleOf(current) }));
  }

  async bringBack() {
    const { removed } = this;
    if (!removed || !(await studio.ask(backend.bringBack(removed.id).then(() => true), false))) return;
    this.#remember(null);
    await studio.listProjects();
    this.at = removed.id;
    studio.say(m.home_back({ title: titleOf(removed) }));
  }
}

export const home = new Home();
