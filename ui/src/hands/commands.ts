// Commands on playing and recording.

import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { m } from "../paraglide/messages";
import { hands } from "./hands.svelte";

const piece = () => !!studio.document;
const tracks = () => hands.tracks.length > 0;

export const recording: Command[] = [
  { id: "record", name: m.commands_record, keys: ["R"], can: () => hands.recording || tracks(), run: () => hands.record() },
  { id: "capture", name: m.commands_capture, keys: ["Shift+R"], can: tracks, run: () => hands.capture() },
  { id: "arm", name: m.commands_arm, keys: ["Shift+A"], can: () => selection.track !== null, run: () => selection.track !== null && hands.toggleArm(selection.track) },
  { id: "countIn", name: m.commands_count_in, keys: ["Shift+N"], run: () => hands.turnCountIn() },
  { id: "replace", name: m.commands_replace, keys: [], run: () => hands.set({ replace: !hands.replace }) },
  { id: "inputQuantize", name: m.commands_input_quantize, keys: [], run: () => hands.set({ quantize: !hands.quantize }) },
  { id: "keyboard", name: m.commands_keyboard, keys: ["Ctrl+Shift+K"], can: piece, run: () => hands.toggleKeyboard() },
  { id: "octaveOfLettersUp", name: m.commands_letters_up, keys: [], run: () => hands.turnOctave(1) },
  { id: "octaveOfLettersDown", name: m.commands_letters_down, keys: [], run: () => hands.turnOctave(-1) },
  { id: "louderLetters", name: m.commands_letters_louder, keys: [], run: () => hands.turnVelocity(10) },
  { id: "softerLetters", name: m.commands_letters_softer, keys: [], run: () => hands.turnVelocity(-10) },
];
