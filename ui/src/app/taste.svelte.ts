// How this person likes to work; kept in the library.

import * as backend from "../backend/tauri";
import { type Naming, NAMINGS } from "../document/names";
import { isLane } from "../lanes/kinds";
import { m } from "../paraglide/messages";

export const THEMES = [
  ["system", m.taste_system], ["dark", m.taste_dark], ["light", m.taste_light], ["contrast-dark", m.taste_contrast_dark], ["contrast-light", m.taste_contrast_light],
] as const;

export type Theme = (typeof THEMES)[number][0];
/** Languages, each called as those who speak it call it. */
export const LANGUAGES = [["system", m.settings_follow_system], ["en", () => "English"], ["zh", () => "中文"]] as const;
export type Language = (typeof LANGUAGES)[number][0];
export type Tool = "select" | "draw" | "erase" | "split";
export type View = "home" | "roll" | "score" | "arrange" | "voices";
export const PENS = ["draw", "line", "curve", "knots", "scale", "vary", "erase"] as const;
export const FOLDS = ["none", "scale", "used"] as const;
/** All keys have rows, or those of the key, or those that sound; what is written has one in any case. */
export type Fold = (typeof FOLDS)[number];
/** What the pointer does in the lanes below the roll. */
export type Pen = (typeof PENS)[number];

/** Grid steps as parts of a quarter; 0 = free. */
export const SNAPS: [() => string, number][] = [
  [m.snap_bar, -1], [() => "1/4", 1], [() => "1/8", 1 / 2], [() => m.grid_triplet({ value: "1/8" }), 1 / 3], [() => "1/16", 1 / 4],
  [() => m.grid_triplet({ value: "1/16" }), 1 / 6], [() => "1/32", 1 / 8], [m.snap_off, 0],
];

/** Percent of the window's own size. */
export const SMALLEST = 80;
export const LARGEST = 200;

/** The nearest scale that can be. */
export const scaled = (percent: number) => Math.min(LARGEST, Math.max(SMALLEST, Math.round((percent || 100) / 10) * 10));

/** Parts of the window that can be made larger and smaller: how large they are in pixels, and whether that is a width. */
export const PANES = {
  tracks: { usual: 264, least: 200, most: 440, across: true },
  panel: { usual: 320, least: 264, most: 520, across: true },
  events: { usual: 312, least: 260, most: 480, across: true },
  lanes: { usual: 64, least: 40, most: 160, across: false },
  mixer: { usual: 290, least: 200, most: 480, across: false },
  roll: { usual: 320, least: 180, most: 640, across: false },
} as const;

export type Pane = keyof typeof PANES;

/** Where a piece was looked at: its first tick and row in sight, in pixels of the rows, and the size of quarters and rows. */
export interface Sight {
  project: number;
  left: number;
  top: number;
  quarter: number;
  row: number;
}

/** So many pieces are looked at again where they were left. */
export const SIGHTS = 40;

const isSight = (kept: unknown): kept is Sight =>
  typeof kept === "object" && !!kept && (["project", "left", "top", "quarter", "row"] as const).every((key) => Number.isFinite((kept as Sight)[key]));

type Kept = Pick<Taste, "theme" | "snap" | "toScale" | "fold" | "inKey" | "views" | "ghosts" | "follow" | "returns" | "panel" | "events" | "velocity" | "lanes" | "mixer" | "scale" | "still" | "naming" | "language" | "view" | "under" | "scoreLanes" | "list" | "sizes" | "scoreZoom" | "pages" | "paper" | "variations" | "singing" | "transform" | "recording" | "sound" | "clocked" | "keys" | "removed" | "welcomed">;

class Taste {
  theme = $state<Theme>("system");
  tool = $state<Tool>("select");
  snap = $state(1 / 2);
  /** What is drawn and dragged goes to tones of the key. */
  toScale = $state(false);
  /** Which keys have rows in the roll. */
  fold = $state<Fold>("none");
  /** Rows of tones of the key are lighter, instead of those of white keys. */
  inKey = $state(false);
  ghosts = $state(true);
  follow = $state(true);
  /** Space leads back to where playing began. */
  returns = $state(true);
  metronome = $state(false);
  /** The Variations column is shown. */
  panel = $state(true);
  /** The event list is shown. */
  events = $state(false);
  pen = $state<Pen>("draw");
  /** The velocity lane is shown. */
  velocity = $state(true);
  /** Controllers whose lanes are shown, by number, from above. */
  lanes = $state.raw<readonly number[]>([]);
  /** The mixer is shown. */
  mixer = $state(false);
  /** How large everything is, in percent. */
  scale = $state(100);
  /** Motion is reduced even where the system does not ask for it. */
  still = $state(false);
  /** What notes are called. */
  naming = $state<Naming>("english");
  language = $state<Language>("system");
  /** What the editor shows. */
  view = $state<View>("roll");
  /** What it showed of the piece before something else was looked at. */
  editor: Exclude<View, "home" | "voices"> = "roll";
  /** The roll is shown below the score. */
  under = $state(false);
  /** The lanes are shown above the score. */
  scoreLanes = $state(true);
  /** The list of tracks is shown. */
  list = $state(true);
  /** How large parts of the window are where somebody has changed that, in pixels. */
  sizes = $state.raw<Readonly<Partial<Record<Pane, number>>>>({});
  /** How large the score is, in percent; 0: as wide as the view. */
  scoreZoom = $state(100);
  /** The score is divided into pages. */
  pages = $state(false);
  paper = $state<"a4" | "letter">("a4");
  /** What the panel asks for, beside the piece itself. */
  variations = $state.raw<unknown>(null);
  /** Which voices write, and how strongly. */
  singing = $state.raw<unknown>(null);
  /** What quantizing and humanizing were last set to. */
  transform = $state.raw<unknown>(null);
  /** How this person records. */
  recording = $state.raw<unknown>(null);
  /** The sound output that was chosen, by name; null: the system's. */
  sound = $state<string | null>(null);
  /** MIDI ports that hear the clock, by name. */
  clocked = $state.raw<readonly string[]>([]);
  /** The piece that was removed last, which can be brought back. */
  removed = $state.raw<unknown>(null);
  /** The first steps were taken, or not wanted. */
  welcomed = $state(false);
  /** Where pieces were looked at and how large, the latest last. */
  views = $state.raw<readonly Sight[]>([]);
  /** The keyboard map's preset and what was changed in it. */
  keys = $state.raw<unknown>(null);

  #kept = "";

  #value(): Kept {
    const { theme, snap, toScale, fold, inKey, views, ghosts, follow, returns, panel, events, velocity, lanes, mixer, scale, still, naming, language, under, scoreLanes, list, sizes, scoreZoom, pages, paper, variations, singing, transform, recording, sound, clocked, keys, removed, welcomed } = this;
    // A piece is always shown first.
    const view = this.view === "voices" || this.view === "home" ? this.editor : this.view;
    return { theme, snap, toScale, fold, inKey, views, ghosts, follow, returns, panel, events, velocity, lanes, mixer, scale, still, naming, language, view, under, scoreLanes, list, sizes, scoreZoom, pages, paper, variations, singing, transform, recording, sound, clocked, keys, removed, welcomed };
  }

  /** Reads what was kept. */
  async start() {
    const kept = (await backend.settings().catch(() => null)) as Partial<Kept> | null;
    this.theme = THEMES.find(([theme]) => theme === kept?.theme)?.[0] ?? this.theme;
    if (typeof kept?.snap === "number") this.snap = kept.snap;
    if (typeof kept?.toScale === "boolean") this.toScale = kept.toScale;
    this.fold = FOLDS.find((fold) => fold === kept?.fold) ?? this.fold;
    if (typeof kept?.inKey === "boolean") this.inKey = kept.inKey;
    if (Array.isArray(kept?.views)) this.views = kept.views.filter(isSight).slice(-SIGHTS);
    if (typeof kept?.ghosts === "boolean") this.ghosts = kept.ghosts;
    if (typeof kept?.follow === "boolean") this.follow = kept.follow;
    if (typeof kept?.returns === "boolean") this.returns = kept.returns;
    if (typeof kept?.panel === "boolean") this.panel = kept.panel;
    if (typeof kept?.events === "boolean") this.events = kept.events;
    if (typeof kept?.velocity === "boolean") this.velocity = kept.velocity;
    if (Array.isArray(kept?.lanes)) this.lanes = kept.lanes.filter(isLane);
    if (typeof kept?.mixer === "boolean") this.mixer = kept.mixer;
    if (typeof kept?.scale === "number") this.scale = scaled(kept.scale);
    if (typeof kept?.still === "boolean") this.still = kept.still;
    this.naming = NAMINGS.find((naming) => naming === kept?.naming) ?? this.naming;
    this.language = LANGUAGES.find(([language]) => language === kept?.language)?.[0] ?? this.language;
    if (kept?.view === "score" || kept?.view === "arrange") this.view = this.editor = kept.view;
    if (typeof kept?.under === "boolean") this.under = kept.under;
    if (typeof kept?.scoreLanes === "boolean") this.scoreLanes = kept.scoreLanes;
    if (typeof kept?.list === "boolean") this.list = kept.list;
    for (const pane of Object.keys(PANES) as Pane[]) {
      const size = (kept?.sizes as Record<string, unknown> | undefined)?.[pane];
      if (typeof size === "number") this.resize(pane, size);
    }
    if (typeof kept?.scoreZoom === "number") this.scoreZoom = kept.scoreZoom === 0 ? 0 : Math.min(200, Math.max(50, kept.scoreZoom || 100));
    if (typeof kept?.pages === "boolean") this.pages = kept.pages;
    if (kept?.paper === "letter") this.paper = "letter";
    this.variations = kept?.variations ?? null;
    this.singing = kept?.singing ?? null;
    this.transform = kept?.transform ?? null;
    this.recording = kept?.recording ?? null;
    if (typeof kept?.sound === "string") this.sound = kept.sound;
    this.clocked = Array.isArray(kept?.clocked) ? kept.clocked.filter((port) => typeof port === "string") : [];
    this.keys = kept?.keys ?? null;
    this.removed = kept?.removed ?? null;
    if (typeof kept?.welcomed === "boolean") this.welcomed = kept.welcomed;
    this.#kept = JSON.stringify(this.#value());
  }

  /** How large a part of the window is, in pixels. */
  size(pane: Pane): number {
    return this.sizes[pane] ?? PANES[pane].usual;
  }

  /** Makes a part of the window so large, as far as it goes; null: as large as usual. */
  resize(pane: Pane, size: number | null) {
    const { [pane]: _, ...others } = this.sizes;
    const { least, most } = PANES[pane];
    this.sizes = size === null || !Number.isFinite(size) ? others : { ...others, [pane]: Math.round(Math.min(most, Math.max(least, size))) };
  }

  /** Shows the piece again. */
  edit() {
    this.view = this.editor;
  }

  /** Keeps what has changed. */
  keep() {
    const value = this.#value();
    const text = JSON.stringify(value);
    if (text === this.#kept) return;
    this.#kept = text;
    void backend.setSettings(value).catch((error) => console.warn("the settings were not kept", error));
  }
}

export const taste = new Taste();
