// How this person likes to work; kept in the library.

import * as backend from "../backend/tauri";
import { type Naming, NAMINGS } from "../document/names";

export type Theme = "system" | "dark" | "light";
export type Tool = "select" | "draw" | "erase";

/** Grid steps as parts of a quarter; 0 = free. */
export const SNAPS: [string, number][] = [
  ["Bar", -1], ["1/4", 1], ["1/8", 1 / 2], ["1/8 triplet", 1 / 3], ["1/16", 1 / 4], ["1/16 triplet", 1 / 6], ["1/32", 1 / 8], ["Off", 0],
];

type Kept = Pick<Taste, "theme" | "snap" | "ghosts" | "follow" | "panel" | "events" | "naming" | "variations" | "transform" | "keys">;

class Taste {
  theme = $state<Theme>("system");
  tool = $state<Tool>("select");
  snap = $state(1 / 2);
  ghosts = $state(true);
  follow = $state(true);
  metronome = $state(false);
  /** The Variations column is shown. */
  panel = $state(true);
  /** The event list is shown. */
  events = $state(false);
  /** What notes are called. */
  naming = $state<Naming>("english");
  /** What the panel asks for, beside the piece itself. */
  variations = $state.raw<unknown>(null);
  /** What quantizing and humanizing were last set to. */
  transform = $state.raw<unknown>(null);
  /** The keyboard map's preset and what was changed in it. */
  keys = $state.raw<unknown>(null);

  #kept = "";

  #value(): Kept {
    const { theme, snap, ghosts, follow, panel, events, naming, variations, transform, keys } = this;
    return { theme, snap, ghosts, follow, panel, events, naming, variations, transform, keys };
  }

  /** Reads what was kept. */
  async start() {
    const kept = (await backend.settings().catch(() => null)) as Partial<Kept> | null;
    if (kept?.theme === "dark" || kept?.theme === "light") this.theme = kept.theme;
    if (typeof kept?.snap === "number") this.snap = kept.snap;
    if (typeof kept?.ghosts === "boolean") this.ghosts = kept.ghosts;
    if (typeof kept?.follow === "boolean") this.follow = kept.follow;
    if (typeof kept?.panel === "boolean") this.panel = kept.panel;
    if (typeof kept?.events === "boolean") this.events = kept.events;
    this.naming = NAMINGS.find((naming) => naming === kept?.naming) ?? this.naming;
    this.variations = kept?.variations ?? null;
    this.transform = kept?.transform ?? null;
    this.keys = kept?.keys ?? null;
    this.#kept = JSON.stringify(this.#value());
  }

  /** Keeps what has changed. */
  keep() {
    const value = this.#value();
    const text = JSON.stringify(value);
    if (text === this.#kept) return;
    this.#kept = text;
    void backend.setSettings(value).catch((error) => console.warn("the settings were not kept", error));
  }

  /** The theme in force. */
  dark(): boolean {
    if (this.theme !== "system") return this.theme === "dark";
    return !window.matchMedia("(prefers-color-scheme: light)").matches;
  }
}

export const taste = new Taste();
