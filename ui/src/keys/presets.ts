// Keys that hands know from other programs, where this studio has the same command.

import { m } from "../paraglide/messages";
import { VALUES } from "../entry/values";
import type { Changes } from "./map";

export const PRESETS = {
  studio: { name: m.keys_studio, changes: {} },
  ableton: {
    name: m.keys_ableton,
    changes: {
      quantize: ["Ctrl+U"],
      quantizePage: ["Ctrl+Shift+U"],
      earlier: ["ArrowLeft"],
      later: ["ArrowRight"],
      shorter: ["Shift+ArrowLeft"],
      longer: ["Shift+ArrowRight"],
      noteBefore: ["Alt+ArrowLeft"],
      nextNote: ["Alt+ArrowRight"],
      extend: ["Alt+Shift+ArrowRight"],
      earlierTick: ["Ctrl+Alt+ArrowLeft"],
      laterTick: ["Ctrl+Alt+ArrowRight"],
      muteNotes: ["0"],
      split: ["Ctrl+E"],
      join: ["Ctrl+J"],
      loopSelection: ["Ctrl+L"],
      record: ["F9"],
      capture: ["Ctrl+Shift+C"],
      metronome: ["O"],
      export: ["Ctrl+Shift+R"],
    },
  },
  musescore: {
    name: m.keys_musescore,
    changes: {
      octaveUp: ["Ctrl+ArrowUp"],
      octaveDown: ["Ctrl+ArrowDown"],
      scaleUp: ["Alt+Shift+ArrowUp"],
      scaleDown: ["Alt+Shift+ArrowDown"],
      slower: ["W"],
      faster: ["Q"],
      quantize: ["Alt+Q"],
      duplicate: ["R"],
      record: ["Ctrl+R"],
      stepInput: ["N"],
      rewind: ["Ctrl+Home"],
      ...Object.fromEntries(VALUES.map(({ id, digit }) => [id, [digit]])),
      valueDot: ["."],
    },
  },
} satisfies Record<string, { name: () => string; changes: Changes }>;

export type Preset = keyof typeof PRESETS;

export const isPreset = (name: unknown): name is Preset => typeof name === "string" && Object.hasOwn(PRESETS, name);
