// What can be done with voices.

import type { Command } from "../app/commands";
import { overlays } from "../app/overlays.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { lesson } from "./lesson.svelte";
import { listen } from "./listen.svelte";
import { NEW, voices } from "./voices.svelte";

const here = () => taste.view === "voices";
const one = () => here() && !!voices.entry;
const whole = () => one() && !!voices.entry?.card;
const ready = () => !lesson.running && here() && (voices.at === NEW ? !!lesson.files : one() && !!voices.entry?.source);

function train() {
  const { entry } = voices;
  return voices.at === NEW ? lesson.start() : entry ? lesson.continue(entry) : undefined;
}

function describe() {
  requestAnimationFrame(() => document.getElementById("voice-name")?.focus());
}

/** The commands of the menu of the worked-on voice. */
export const VOICE_MENU = ["singVoice", "train", "", "describeVoice", "exportVoice", "", "deleteVoice"];

export const commands: Command[] = [
  { id: "learnFolder", name: "New voice from a folder of MIDI…", keys: [], can: () => !lesson.running, run: () => lesson.choose() },
  { id: "train", name: "Train the voice, or go on with it", keys: ["Ctrl+Enter"], can: ready, run: train },
  { id: "stopTraining", name: "Stop the training", keys: [], can: () => lesson.running && !lesson.stopping, run: () => lesson.stop() },
  { id: "singVoice", name: "Use the voice in Variations", keys: [], can: whole, run: sing },
  { id: "compareVoices", name: "Write with base and voice, side by side", keys: ["Shift+G"], can: () => whole() && !!studio.document && !listen.busy, run: () => listen.write() },
  { id: "otherVoice", name: "Hear the other of the two", keys: ["X"], can: () => here() && listen.there, run: () => listen.other() },
  { id: "describeVoice", name: "Rename the voice, note something of it", keys: [], can: one, run: describe },
  { id: "exportVoice", name: "Export the voice as one file…", keys: [], can: whole, run: () => voices.chooseExport() },
  { id: "importVoice", name: "Take in a voice from a file…", keys: [], run: () => { taste.view = "voices"; return voices.chooseImport(); } },
  { id: "deleteVoice", name: "Delete the voice…", keys: [], can: one, run: () => (overlays.open = "deleteVoice") },
];

function sing() {
  const { entry } = voices;
  if (!entry) return;
  voices.sing([{ voice: entry.id, strength: 1 }]);
  studio.say(`${entry.name} writes the next variations.`);
}
