// The open piece as the window sees it, and the one queue of events and edits.

import * as backend from "../backend/tauri";
import type { Changed } from "../bindings/Changed";
import type { Command } from "../bindings/Command";
import type { Document } from "../bindings/Document";
import type { Event } from "../bindings/Event";
import type { Level } from "../bindings/Level";
import type { Ports } from "../bindings/Ports";
import type { Range } from "../bindings/Range";
import type { Reading } from "../bindings/Reading";
import type { ProjectSummary } from "../bindings/ProjectSummary";
import type { Recording } from "../bindings/Recording";
import type { Struck } from "../bindings/Struck";
import { Bars } from "../document/bars";
import { Curves } from "../document/curves";
import { learn } from "../document/instruments";
import { type Damage, Mirror } from "../document/mirror";
import { Notes } from "../document/notes";
import { type Way, wayOf } from "../history/trail";
import { levels } from "../mixer/levels";
import { transport } from "../transport/transport.svelte";
import { m } from "../paraglide/messages";
import { allWords, failureWords } from "./failures";
import { labelWords } from "./labels";
import { doneWords } from "./words";

export interface Message {
  level: Level;
  text: string;
}

/** What hears of keys; it knows the studio, so that it introduces itself. */
interface Hearer {
  hear(struck: Struck): void;
  hearRecording(on: boolean): void;
  ports: Ports;
}

class Studio {
  /** The piece without its notes; a new value at each change. */
  document = $state.raw<Document | null>(null);
  /** The newest line for the status bar. */
  message = $state.raw<Message | null>(null);
  /** What a screen reader says next. */
  spoken = $state("");
  /** Projects of the library, the last changed first. */
  projects = $state.raw<ProjectSummary[]>([]);
  /** An edit is on its way to the journal. */
  saving = $state(false);
  readonly bars = $derived(this.document ? new Bars(this.document.tpq, this.document.meters) : null);

  mirror: Mirror | null = null;
  hands: Hearer | null = null;
  /** Hears which part of the notes has changed; null: another piece. */
  readonly watchers = new Set<(damage: Damage | null) => void>();
  /** How the last change has gone along the history. */
  way: Way = "new";

  /** Hears that a walk along the history has ended, and which notes its last step brought back or changed. */
  readonly returns = new Set<(notes: readonly number[]) => void>();

  /** The notes of the last change that are new or different. */
  #touched: readonly number[] = [];
  /** Which way a walk along the history goes at the moment. */
  #walk: Way | null = null;
  #events: Promise<void> = Promise.resolve();
  #edits: Promise<unknown> = Promise.resolve();
  #waiting: { revision: number; wake: () => void }[] = [];

  /** Connects to the engine and shows what it has open. */
  async start() {
    learn(await this.ask(backend.instruments(), []));
    const document = await backend.connect((event) => {
      this.#events = this.#events.then(() => this.#hear(event)).catch((error) => this.#follow(error));
    });
    if (document) await this.#show(document);
    await this.listProjects();
  }

  async listProjects() {
    this.projects = await this.ask(backend.recent(), []);
  }

  async #hear(event: Event) {
    if (event.kind === "changed") this.#change(event);
    else if (event.kind === "opened") await this.#show(event);
    else if (event.kind === "anchor") transport.hear(event);
    else if (event.kind === "levels") levels.hear(event, performance.now());
    else if (event.kind === "struck") this.hands?.hear(event);
    else if (event.kind === "recording") this.hands?.hearRecording(event.on);
    else if (event.kind === "ports") this.hands && (this.hands.ports = event);
    else this.say(failureWords(event.text), event.level);
  }

  #change(changed: Changed) {
    if (!this.mirror || changed.revision <= this.mirror.document.revision) return;
    const { history } = this.mirror.document;
    const damage = this.mirror.apply(changed);
    this.#touched = changed.patch.notes.id;
    this.document = this.mirror.document;
    this.#wake();
    this.way = this.#walk ?? wayOf(history, changed.history);
    for (const watcher of this.watchers) watcher(damage);
  }

  /** After a change that could not be followed: reads the document anew. */
  async #follow(error: unknown) {
    console.error(error);
    const document = await this.ask(backend.document(), null);
    if (document) await this.#show(document);
  }

  async #show(opened: Document) {
    let document = opened;
    for (let attempt = 0; attempt < 5; attempt++) {
      const mirror = new Mirror(document);
      const read = (track: { id: number }) => Promise.all([backend.notes(track.id), backend.controllers(track.id)]);
      const columns = await Promise.all(document.tracks.map(read));
      document.tracks.forEach(({ id }, at) => {
        mirror.fill(id, Notes.read(columns[at][0]));
        mirror.steer(id, Curves.read(columns[at][1]));
      });
      // Somebody may have edited while the notes were read; then the next reading has it.
      if (mirror.checksum() === document.checksum) {
        this.mirror = mirror;
        break;
      }
      document = (await backend.document()) ?? document;
    }
    // The engine plays another piece without a loop.
    if (this.document?.project !== document.project) transport.forget();
    this.document = document;
    this.#wake();
    for (const watcher of this.watchers) watcher(null);
    void backend.setTitle(document.title ? `${document.title} – Diabelli` : "Diabelli");
    void this.listProjects();
  }

  #wake() {
    const revision = this.document?.revision ?? 0;
    this.#waiting = this.#waiting.filter((waiter) => {
      if (waiter.revision <= revision) waiter.wake();
      return waiter.revision > revision;
    });
  }

  #reached(revision: number): Promise<void> {
    if ((this.document?.revision ?? 0) >= revision) return Promise.resolve();
    return new Promise((wake) => this.#waiting.push({ revision, wake }));
  }

  /** Has a command carried out after those before it, and waits until the window shows it. */
  async apply(command: Command): Promise<boolean> {
    const done = await this.#edit((revision) => backend.apply(command, revision));
    if (done && this.document) this.speak(doneWords(command, this.document.tpq));
    return done;
  }

  /** Puts the tracks of files into the piece, from a tick on; answers what their readers had to say, null where nothing was added. */
  async addFiles(paths: string[], tick: number): Promise<Reading[] | null> {
    let readings: Reading[] = [];
    const done = await this.#edit(async () => {
      const added = await backend.addFiles(paths, tick);
      readings = added.readings;
      return added.revision;
    });
    return done ? readings : null;
  }

  /** Writes the chords that are heard in a stretch into the chord track; without one in all of the piece. */
  detectChords(range: Range | null): Promise<boolean> {
    return this.#edit((revision) => backend.detectChords(range, revision));
  }

  async undo(): Promise<boolean> {
    const label = labelWords(this.document?.history.done.at(-1) ?? "");
    const done = await this.#walked("back", () => backend.undo());
    if (done) this.speak(m.studio_undone({ label }));
    return done;
  }

  async redo(): Promise<boolean> {
    const label = labelWords(this.document?.history.undone[0] ?? "");
    const done = await this.#walked("on", () => backend.redo());
    if (done) this.speak(m.studio_redone({ label }));
    return done;
  }

  /** Goes along the history by so many steps; below 0: takes them back. */
  async walk(by: number): Promise<boolean> {
    const done = await this.#walked(by < 0 ? "back" : "on", async () => {
      let revision = this.document?.revision ?? 0;
      for (let step = 0; step < Math.abs(by); step++) revision = await (by < 0 ? backend.undo() : backend.redo());
      return revision;
    });
    const label = this.document?.history.done.at(-1);
    if (done) this.speak(label === undefined ? m.history_at_beginning() : m.history_at({ label: labelWords(label) }));
    return done;
  }

  /** Makes a candidate part of the piece. */
  accept(id: number): Promise<boolean> {
    return this.#edit(() => backend.accept(id));
  }

  /** Puts a candidate on tracks of its own, with these names. */
  acceptBeside(id: number, names: string[]): Promise<boolean> {
    return this.#edit(() => backend.acceptBeside(id, names));
  }

  /** Makes the piece what it was at a version. */
  goBack(version: number): Promise<boolean> {
    return this.#edit(() => backend.goBack(version));
  }

  /** Ends a recording; what was played is part of the piece then. */
  endRecording(): Promise<boolean> {
    return this.#edit(() => backend.endRecording());
  }

  /** Makes what was just played part of the piece. */
  async capture(how: Recording): Promise<boolean> {
    const done = await this.#edit(() => backend.capture(how));
    if (done) this.speak(labelWords(this.document?.history.done.at(-1) ?? ""));
    return done;
  }

  /** A walk along the history; what was chosen where it ends is chosen again. */
  async #walked(way: Way, ask: () => Promise<number>): Promise<boolean> {
    const done = await this.#edit(ask, way);
    for (const watcher of this.returns) watcher(this.#touched);
    return done;
  }

  #edit(ask: (revision: number) => Promise<number>, walk: Way | null = null): Promise<boolean> {
    const done = this.#edits.then(async () => {
      this.saving = true;
      this.#walk = walk;
      try {
        await this.#reached(await ask(this.document?.revision ?? 0));
        return true;
      } catch (error) {
        this.fail(error);
        return false;
      } finally {
        this.saving = false;
        this.#walk = null;
      }
    });
    this.#edits = done;
    return done;
  }

  async open(path: string) {
    const remarks = await this.ask(backend.open(path), []);
    if (remarks.length) this.say(m.studio_repaired({ remarks: allWords(remarks) }), "info");
  }

  async openDemo() {
    await this.ask(backend.openDemo(), undefined);
  }

  async openProject(id: number) {
    await this.ask(backend.openProject(id), undefined);
  }

  async chooseFile() {
    const path = await this.ask(backend.chooseFile(), null);
    if (path) await this.open(path);
  }

  /** The answer, or `otherwise` after saying what went wrong. */
  async ask<T>(answer: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.fail(error);
      return otherwise;
    }
  }

  fail(error: unknown) {
    const { code, message } = backend.failure(error);
    // What is no chord is said where it was typed.
    if (code !== "cancelled" && code !== "noChord") this.say(message, "error");
  }

  say(text: string, level: Level = "info") {
    this.message = { level, text };
  }

  /** Speaks to a screen reader. It reads only what has changed, so that the same words again get a space that nobody hears. */
  speak(text: string) {
    if (text) this.spoken = text === this.spoken ? `${text}\u00a0` : text;
  }
}

export const studio = new Studio();
