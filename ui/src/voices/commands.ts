// What can be done with voices.

import type { Command } from "../app/commands";
import { overlays } from "../app/overlays.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";
import { lesson } from "./lesson.svelte";
import { listen } from "./listen.svelte";
import { models } from "./models.svelte";
import { NEW, voices } from "./voices.svelte";

const here = () => taste.view === "voices";
const one = () => here() && !!voices.entry;
const whole = () => one() && !!voices.entry?.card;
const ready = () => !lesson.running && here() && (voices.at === NEW ? lesson.usable : one() && !!voices.entry?.source);

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
  { id: "learnFolder", name: m.commands_learn_folder, keys: [], can: () => !lesson.running, run: () => lesson.choose() },
  { id: "train", name: m.commands_train, keys: ["Ctrl+Enter"], can: ready, run: train },
  { id: "stopTraining", name: m.commands_stop_training, keys: [], can: () => lesson.running && !lesson.stopping, run: () => lesson.stop() },
  { id: "singVoice", name: m.commands_sing_voice, keys: [], can: whole, run: sing },
  { id: "compareVoices", name: m.commands_compare_voices, keys: ["Ctrl+G"], can: () => whole() && !!studio.document && !listen.busy, run: () => listen.write() },
  { id: "otherVoice", name: m.commands_other_voice, keys: ["X"], can: () => here() && listen.there, run: () => listen.other() },
  { id: "describeVoice", name: m.commands_describe_voice, keys: [], can: one, run: describe },
  { id: "exportVoice", name: m.commands_export_voice, keys: [], can: whole, run: () => voices.chooseExport() },
  { id: "importVoice", name: m.commands_import_voice, keys: [], run: () => { taste.view = "voices"; return voices.chooseImport(); } },
  { id: "addModel", name: m.commands_add_model, keys: [], can: () => !lesson.running, run: () => { taste.view = "voices"; return models.chooseFolder(); } },
  { id: "deleteModel", name: m.commands_delete_model, keys: [], can: () => here() && !lesson.running && !!models.chosen, run: () => models.delete() },
  { id: "deleteVoice", name: m.commands_delete_voice, keys: [], can: one, run: () => (overlays.open = "deleteVoice") },
];

function sing() {
  const { entry } = voices;
  if (!entry) return;
  voices.sing([{ voice: entry.id, strength: 1 }]);
  studio.say(m.voices_writes_next({ voice: entry.name }));
}
