// Commands on the chord track.

import type { Command } from "../app/commands";
import type { Range } from "../bindings/Range";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { landmarks } from "../roll/landmarks.svelte";
import { sheet } from "../roll/sheet.svelte";
import { variations } from "../variations/variations.svelte";
import { m } from "../paraglide/messages";

const piece = () => !!studio.document;
const some = () => !!studio.document?.chords.length;

/** The marked bars in ticks. */
const marked = (): Range | null => (sheet.marked ? { from: Math.round(sheet.marked.from), to: Math.round(sheet.marked.to) } : null);

async function detect() {
  const before = studio.document?.chords;
  if (!(await studio.detectChords(marked()))) return;
  const count = studio.document?.chords.length ?? 0;
  studio.speak(studio.document?.chords === before ? m.chords_unchanged() : m.chords_detected({ count }));
}

async function clear() {
  const { from, to } = marked() ?? { from: 0, to: Math.max(studio.document?.end ?? 0, ...(studio.document?.chords ?? []).map(({ tick }) => tick + 1)) };
  if (await studio.apply({ kind: "writeChords", from, to, chords: [] })) studio.speak(m.chords_cleared());
}

/** Puts the chords of the marked bars into the track as notes, or all of them. */
async function stamp() {
  const { document } = studio;
  const track = selection.track;
  if (!document || track === null) return;
  const { from, to } = marked() ?? { from: 0, to: document.end };
  const before = document.revision;
  if (to <= from || !(await studio.apply({ kind: "stampChords", track, from, to }))) return;
  if (studio.document?.revision === before) studio.say(m.chords_nothing_to_stamp());
}

function follow() {
  variations.settings.chords = !variations.settings.chords;
  studio.speak(variations.settings.chords ? m.chords_followed() : m.chords_not_followed());
}

export const chords: Command[] = [
  { id: "chordHere", name: m.commands_chord_here, keys: ["Shift+S"], can: piece, run: () => landmarks.here("chord") },
  { id: "nextChord", name: m.commands_next_chord, keys: ["Ctrl+Alt+PageDown"], can: some, run: () => landmarks.jump(1, "chord") },
  { id: "chordBefore", name: m.commands_chord_before, keys: ["Ctrl+Alt+PageUp"], can: some, run: () => landmarks.jump(-1, "chord") },
  { id: "detectChords", name: m.commands_detect_chords, keys: ["Ctrl+Shift+H"], can: piece, run: detect },
  { id: "clearChords", name: m.commands_clear_chords, keys: [], can: some, run: clear },
  { id: "stampChords", name: m.commands_stamp_chords, keys: ["Shift+P"], can: () => some() && selection.track !== null, run: stamp },
  { id: "stampChord", name: m.commands_stamp_chord, keys: ["Ctrl+Shift+P"], can: () => piece() && selection.track !== null, run: () => landmarks.stamp() },
  { id: "followChords", name: m.commands_follow_chords, keys: [], can: piece, run: follow },
];
