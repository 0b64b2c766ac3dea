// Commands on playing and recording.

import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { hands } from "./hands.svelte";

const piece = () => !!studio.document;
const tracks = () => hands.tracks.length > 0;
const stepping = () => hands.step;

export const recording: Command[] = [
  { id: "record", name: "Record, or end the recording", keys: ["R"], can: () => hands.recording || tracks(), run: () => hands.record() },
  { id: "capture", name: "Capture what was just played", keys: ["Shift+R"], can: tracks, run: () => hands.capture() },
  { id: "arm", name: "Arm the track for recording, or not", keys: ["Shift+A"], can: () => selection.track !== null, run: () => selection.track !== null && hands.toggleArm(selection.track) },
  { id: "countIn", name: "Count-in: none, 1 or 2 bars", keys: ["Shift+N"], run: () => hands.turnCountIn() },
  { id: "replace", name: "Recording replaces, or is laid over", keys: [], run: () => hands.set({ replace: !hands.replace }) },
  { id: "inputQuantize", name: "Recording goes to the grid, or as played", keys: [], run: () => hands.set({ quantize: !hands.quantize }) },
  { id: "keyboard", name: "Piano, played with letters", keys: ["Ctrl+Shift+K"], can: piece, run: () => hands.toggleKeyboard() },
  { id: "octaveOfLettersUp", name: "Letters play an octave higher", keys: [], run: () => hands.turnOctave(1) },
  { id: "octaveOfLettersDown", name: "Letters play an octave lower", keys: [], run: () => hands.turnOctave(-1) },
  { id: "louderLetters", name: "Letters play louder", keys: [], run: () => hands.turnVelocity(10) },
  { id: "softerLetters", name: "Letters play softer", keys: [], run: () => hands.turnVelocity(-10) },
  { id: "stepInput", name: "Step input: keys enter notes at the playhead", keys: ["Shift+I"], can: piece, run: () => hands.toggleStep() },
  { id: "stepRest", name: "Step input: a rest", keys: ["."], can: stepping, run: () => hands.rest() },
  { id: "stepBack", name: "Step input: back by a step", keys: [","], can: stepping, run: () => hands.back() },
];
