// Every command by name: menus, buttons, keys and the palette all run these.

import type { Command as Edit } from "../bindings/Command";
import { landmarks } from "../roll/landmarks.svelte";
import { sheet } from "../roll/sheet.svelte";
import { score, WIDTH } from "../score/score.svelte";
import { stretched, zoomed } from "../roll/view";
import { bars, places } from "../arrange/commands";
import { recording } from "../hands/commands";
import { lanes } from "../lanes/commands";
import { tracks } from "../tracks/commands";
import { transport } from "../transport/transport.svelte";
import { choices, edits, shapes } from "../transform/commands";
import { transform } from "../transform/transform.svelte";
import { commands as voices } from "../voices/commands";
import { variations } from "../variations/variations.svelte";
import * as backend from "../backend/tauri";
import { look, turned } from "./look.svelte";
import { overlays } from "./overlays.svelte";
import { region } from "./regions";
import { selection } from "./selection.svelte";
import { studio } from "./studio.svelte";
import { scaled, taste, type View } from "./taste.svelte";

export interface Command {
  id: string;
  name: string;
  /** Its own keys, as in `keys/chord.ts`: "Ctrl+Shift+Z". Those in force are asked of `keymap`. */
  keys: string[];
  /** Whether it can be done now. */
  can?: () => boolean;
  run: () => unknown;
}

/** What a command belongs to, in the order in which keys are listed. */
export type Group = "Piece" | "Playing" | "Recording" | "Variations" | "Voices" | "Choosing notes" | "Changing notes" | "Shaping notes" | "Bars and sections" | "Lanes" | "Tracks" | "View" | "Window";

/** What works on notes and bars is for a view that shows them. */
const WRITING = new Set<Group>(["Choosing notes", "Changing notes", "Shaping notes", "Bars and sections", "Lanes", "Tracks"]);

const within = (group: Group, commands: Command[]) =>
  commands.map((command) => {
    const { can } = command;
    return { ...command, group, ...(WRITING.has(group) && { can: () => taste.view !== "voices" && (can?.() ?? true) }) };
  });

const piece = () => !!studio.document;
const chosen = () => selection.notes.size > 0;
const some = () => variations.candidates.length > 0;
const track = () => studio.document?.tracks.find(({ id }) => id === selection.track);

const edit = (command: (ids: number[]) => Edit) => () => studio.apply(command([...selection.notes]));
const shift = (semitones: number) => edit((ids) => ({ kind: "moveNotes", ids, ticks: 0, semitones }));
const nudge = (steps: number) => edit((ids) => ({ kind: "moveNotes", ids, ticks: Math.round(steps * (sheet.step || sheet.view.tpq / 32)), semitones: 0 }));
const grow = (steps: number) => edit((ids) => ({ kind: "resizeNotes", ids, ticks: Math.round(steps * (sheet.step || sheet.view.tpq / 32)), edge: "end" }));

/** Goes from note to note of the track, in the order of time. */
function step(by: number, extend: boolean) {
  const { mirror } = studio;
  if (!mirror || selection.track === null) return;
  const notes = mirror.notes(selection.track);
  if (!notes.count) return;
  const last = [...selection.notes].at(-1);
  const found = last === undefined ? -1 : notes.find(last);
  const at = found < 0 ? notes.after(sheet.view.left) : Math.min(notes.count - 1, Math.max(0, found + by));
  const row = notes.row(Math.min(at, notes.count - 1));
  selection.choose(extend ? [...selection.notes, row.id] : [row.id]);
  sheet.show(row.start);
  if (!transport.playing) void backend.soundNote(selection.track, row.pitch, row.velocity).catch(() => undefined);
}

async function toggleLoop() {
  const { bars } = studio;
  const range = selection.span();
  if (transport.loop || !bars || !range) return transport.setLoop(null);
  return transport.setLoop({ from: bars.start(range.from - 1), to: bars.end(range.to - 1) });
}

async function play() {
  if (!piece()) return;
  // A candidate that is shown is what one wants to hear.
  if (some() && !transport.playing && !transport.counting) return variations.audition();
  return transport.toggle();
}

function mix(change: "mute" | "solo") {
  const at = track();
  if (at) void studio.apply({ kind: "setMix", track: at.id, mix: { ...at.header.mix, [change]: !at.header.mix[change] } });
}

function lock() {
  const rows = selection.rows();
  const locked = rows.some(({ row }) => !(row.flags & 1));
  return studio.apply({ kind: "lockNotes", ids: rows.map(({ row }) => row.id), locked });
}

function duplicate() {
  const rows = selection.rows().map(({ row }) => row);
  const [from, to] = [Math.min(...rows.map((row) => row.start)), Math.max(...rows.map((row) => row.start + row.length))];
  const { step } = sheet;
  const ticks = step ? Math.ceil((to - from) / step) * step : to - from;
  return studio.apply({ kind: "duplicateNotes", ids: [...selection.notes], ticks: Math.round(ticks), semitones: 0 });
}

function show(view: View) {
  taste.view = view;
  if (view !== "voices") taste.editor = view;
  taste.keep();
}

function paginate() {
  taste.pages = !taste.pages;
  // A page that does not fit is first shown whole.
  if (taste.pages && score.wide) taste.scoreZoom = WIDTH;
  show("score");
}

function zoom(step: 1 | -1) {
  if (taste.view === "score") score.resizeBy(step);
  else sheet.view = zoomed(sheet.view, step > 0 ? 1.25 : 0.8, sheet.view.width / 2, sheet.end);
}

function turn(step: 1 | -1) {
  const { left, width, tpq, quarter } = sheet.view;
  if (taste.view === "score") score.turn(step);
  else sheet.set({ left: left + (step * width * 0.8 * tpq) / quarter });
}

function rescale(percent: number) {
  taste.scale = scaled(percent);
  taste.keep();
  studio.say(`Everything at ${taste.scale} %`);
}

export const commands: (Command & { group: Group })[] = [
  ...within("Piece", [
    { id: "open", name: "Open a file", keys: ["Ctrl+O"], run: () => studio.chooseFile() },
    { id: "demo", name: "Open the demo waltz", keys: [], run: () => studio.openDemo() },
    { id: "export", name: "Export MIDI, MusicXML or audio", keys: ["Ctrl+E"], can: piece, run: () => (overlays.open = "export") },
    { id: "print", name: "Print the score: PDF or SVG", keys: ["Ctrl+P"], can: piece, run: () => (overlays.open = "print") },
    { id: "undo", name: "Undo", keys: ["Ctrl+Z"], can: () => !!studio.document?.history.done.length, run: () => studio.undo() },
    { id: "redo", name: "Redo", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], can: () => !!studio.document?.history.undone.length, run: () => studio.redo() },
  ]),
  ...within("Playing", [
    { id: "play", name: "Play, stop, or hear the candidate", keys: ["Space"], can: piece, run: play },
    { id: "stop", name: "Stop", keys: [], can: piece, run: () => transport.stop() },
    { id: "rewind", name: "Back to the beginning", keys: ["Home"], can: piece, run: () => transport.rewind() },
    { id: "loop", name: "Loop the marked bars", keys: ["L"], can: piece, run: toggleLoop },
    { id: "metronome", name: "Metronome", keys: ["C"], run: () => backend.setMetronome((taste.metronome = !taste.metronome)) },
  ]),
  ...within("Recording", recording),
  ...within("Variations", [
    { id: "generate", name: "Write variations", keys: ["G"], can: () => piece() && !variations.busy, run: () => variations.generate() },
    { id: "before", name: "Candidate before", keys: ["["], can: some, run: () => variations.show(variations.shown - 1) },
    { id: "after", name: "Candidate after", keys: ["]"], can: some, run: () => variations.show(variations.shown + 1) },
    { id: "accept", name: "Accept the candidate", keys: ["Enter"], can: some, run: () => variations.accept() },
    { id: "reject", name: "Reject, cancel, close, or select nothing", keys: ["Escape"], run: escape },
    { id: "lock", name: "Lock or unlock notes", keys: ["K"], can: chosen, run: lock },
    { id: "panel", name: "Variations panel", keys: ["Ctrl+B"], run: () => { taste.panel = !taste.panel; taste.keep(); } },
  ]),
  ...within("Voices", voices),
  ...within("Choosing notes", [
    { id: "all", name: "Select all in the marked bars", keys: ["Ctrl+A"], can: piece, run: () => selection.chooseAll() },
    ...choices,
    { id: "nextNote", name: "Next note", keys: ["ArrowRight"], can: piece, run: () => step(1, false) },
    { id: "noteBefore", name: "Note before", keys: ["ArrowLeft"], can: piece, run: () => step(-1, false) },
    { id: "extend", name: "Next note too", keys: ["Shift+ArrowRight"], can: piece, run: () => step(1, true) },
  ]),
  ...within("Changing notes", [
    { id: "select", name: "Select tool", keys: ["V"], run: () => (taste.tool = "select") },
    { id: "draw", name: "Draw tool", keys: ["B"], run: () => (taste.tool = "draw") },
    { id: "erase", name: "Erase tool", keys: ["E"], run: () => (taste.tool = "erase") },
    { id: "delete", name: "Delete notes", keys: ["Delete", "Backspace"], can: chosen, run: edit((ids) => ({ kind: "deleteNotes", ids })) },
    { id: "duplicate", name: "Duplicate notes after themselves", keys: ["Ctrl+D"], can: chosen, run: duplicate },
    { id: "muteNotes", name: "Silence notes", keys: ["M"], can: chosen, run: edit((ids) => ({ kind: "muteNotes", ids, muted: selection.rows().some(({ row }) => !(row.flags & 2)) })) },
    { id: "up", name: "Up a semitone", keys: ["ArrowUp"], can: chosen, run: shift(1) },
    { id: "down", name: "Down a semitone", keys: ["ArrowDown"], can: chosen, run: shift(-1) },
    { id: "octaveUp", name: "Up an octave", keys: ["Shift+ArrowUp"], can: chosen, run: shift(12) },
    { id: "octaveDown", name: "Down an octave", keys: ["Shift+ArrowDown"], can: chosen, run: shift(-12) },
    ...edits,
    { id: "earlier", name: "Earlier by a grid step", keys: ["Alt+ArrowLeft"], can: chosen, run: nudge(-1) },
    { id: "later", name: "Later by a grid step", keys: ["Alt+ArrowRight"], can: chosen, run: nudge(1) },
    { id: "shorter", name: "Shorter by a grid step", keys: ["Ctrl+ArrowLeft"], can: chosen, run: grow(-1) },
    { id: "longer", name: "Longer by a grid step", keys: ["Ctrl+ArrowRight"], can: chosen, run: grow(1) },
  ]),
  ...within("Shaping notes", shapes),
  ...within("Bars and sections", [...bars, ...places]),
  ...within("Lanes", lanes),
  ...within("Tracks", [
    ...tracks,
    { id: "muteTrack", name: "Mute the track", keys: ["Ctrl+M"], can: () => !!track(), run: () => mix("mute") },
    { id: "soloTrack", name: "Solo the track", keys: ["Ctrl+Shift+M"], can: () => !!track(), run: () => mix("solo") },
  ]),
  ...within("View", [
    { id: "roll", name: "Piano roll", keys: ["Ctrl+1"], run: () => show("roll") },
    { id: "score", name: "Score", keys: ["Ctrl+2"], can: piece, run: () => show("score") },
    { id: "voices", name: "Voices", keys: ["Ctrl+5"], run: () => show("voices") },
    { id: "pages", name: "Score in pages", keys: [], can: piece, run: paginate },
    { id: "under", name: "Roll below the score", keys: ["U"], can: piece, run: () => { taste.under = !taste.under; show("score"); } },
    { id: "zoomIn", name: "Zoom in", keys: ["+", "="], run: () => zoom(1) },
    { id: "zoomOut", name: "Zoom out", keys: ["-"], run: () => zoom(-1) },
    { id: "taller", name: "Taller rows", keys: ["Ctrl++", "Ctrl+="], run: () => (sheet.view = stretched(sheet.view, 1, sheet.view.height / 2, sheet.end)) },
    { id: "lower", name: "Lower rows", keys: ["Ctrl+-"], run: () => (sheet.view = stretched(sheet.view, -1, sheet.view.height / 2, sheet.end)) },
    { id: "pageRight", name: "A page on", keys: ["PageDown"], run: () => turn(1) },
    { id: "pageLeft", name: "A page back", keys: ["PageUp"], run: () => turn(-1) },
    { id: "events", name: "Event list", keys: ["Shift+E"], can: piece, run: () => { taste.events = !taste.events; taste.keep(); } },
    { id: "ghosts", name: "Show the other tracks faintly", keys: [], run: () => { taste.ghosts = !taste.ghosts; taste.keep(); } },
    { id: "follow", name: "Turn the page with the playhead", keys: ["F"], run: () => { taste.follow = !taste.follow; taste.keep(); } },
    { id: "theme", name: "Dark or light", keys: ["Ctrl+Shift+L"], run: () => { taste.theme = turned(look.theme); taste.keep(); } },
  ]),
  ...within("Window", [
    { id: "palette", name: "Every command", keys: ["Ctrl+K"], run: () => (overlays.open = "palette") },
    { id: "keys", name: "Every key", keys: ["?"], run: () => (overlays.open = "keys") },
    { id: "keymap", name: "Keyboard map…", keys: ["Ctrl+/"], run: () => (overlays.open = "keymap") },
    { id: "settings", name: "Settings…", keys: ["Ctrl+,"], run: () => (overlays.open = "settings") },
    { id: "larger", name: "Everything larger", keys: ["Ctrl+Alt++", "Ctrl+Alt+="], run: () => rescale(taste.scale + 10) },
    { id: "smaller", name: "Everything smaller", keys: ["Ctrl+Alt+-"], run: () => rescale(taste.scale - 10) },
    { id: "ownSize", name: "Everything in its own size", keys: ["Ctrl+Alt+0"], run: () => rescale(100) },
    { id: "nextRegion", name: "To the next part of the window", keys: ["F6"], run: () => region(1) },
    { id: "regionBefore", name: "To the part of the window before", keys: ["Shift+F6"], run: () => region(-1) },
  ]),
];

async function escape() {
  if (variations.busy || some()) await variations.reject();
  else if (landmarks.editing) landmarks.close();
  else if (transform.open) transform.open = null;
  else if (selection.notes.size) selection.clear();
  else selection.bars = null;
}

/** Runs a command if it can be done now; says what went wrong. */
export function run(id: string): boolean {
  const command = commands.find((command) => command.id === id);
  if (!command || (command.can && !command.can())) return false;
  void studio.ask(Promise.resolve(command.run()), undefined);
  return true;
}
