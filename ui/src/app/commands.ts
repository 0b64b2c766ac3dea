// Every command by name: menus, buttons, keys and the palette all run these.

import type { Command as Edit } from "../bindings/Command";
import { landmarks } from "../roll/landmarks.svelte";
import { sheet } from "../roll/sheet.svelte";
import { score, WIDTH } from "../score/score.svelte";
import { loudness, sights, tones } from "../roll/commands";
import { stretched, zoomed } from "../roll/view";
import { bars, carrying, places } from "../arrange/commands";
import { stepping, values } from "../entry/commands";
import { chords } from "../chords/commands";
import { recording } from "../hands/commands";
import { guides, pieces } from "../home/commands";
import { steps } from "../home/steps.svelte";
import { history } from "../history/commands";
import { lanes } from "../lanes/commands";
import { tracks } from "../tracks/commands";
import { places as playing } from "../transport/commands";
import { toggleFollow } from "../transport/follow";
import { transport } from "../transport/transport.svelte";
import { choices, edits, shapes } from "../transform/commands";
import { transform } from "../transform/transform.svelte";
import { versions } from "../versions/commands";
import { commands as voices } from "../voices/commands";
import { variations } from "../variations/variations.svelte";
import * as backend from "../backend/tauri";
import { m } from "../paraglide/messages";
import { exchange } from "./clipboard";
import { look, turned } from "./look.svelte";
import { overlays } from "./overlays.svelte";
import { region } from "./regions";
import { selection } from "./selection.svelte";
import { studio } from "./studio.svelte";
import { scaled, taste, type View } from "./taste.svelte";

export interface Command {
  id: string;
  /** What it is called, in the language in force. */
  name: () => string;
  /** Its own keys, as in `keys/chord.ts`: "Ctrl+Shift+Z". Those in force are asked of `keymap`. */
  keys: string[];
  /** Whether it can be done now. */
  can?: () => boolean;
  /** The command that its keys run where it cannot. */
  otherwise?: string;
  run: () => unknown;
}

/** What a command belongs to, in the order in which keys are listed. */
export type Group = "Piece" | "Playing" | "Recording" | "Step input" | "Variations" | "Voices" | "Choosing notes" | "Changing notes" | "Shaping notes" | "Bars and sections" | "Chords" | "Lanes" | "Tracks" | "View" | "Window";

const GROUPS: Record<Group, () => string> = {
  "Piece": m.group_piece, "Playing": m.group_playing, "Recording": m.group_recording, "Step input": m.group_step_input, "Variations": m.group_variations, "Voices": m.group_voices,
  "Choosing notes": m.group_choosing_notes, "Changing notes": m.group_changing_notes, "Shaping notes": m.group_shaping_notes, "Bars and sections": m.group_bars_and_sections, "Chords": m.group_chords,
  "Lanes": m.group_lanes, "Tracks": m.group_tracks, "View": m.group_view, "Window": m.group_window,
};

export const groupName = (group: Group) => GROUPS[group]();

/** What works on notes and bars is for a view that shows them. */
const WRITING = new Set<Group>(["Step input", "Choosing notes", "Changing notes", "Shaping notes", "Bars and sections", "Chords", "Lanes", "Tracks"]);

const within = (group: Group, commands: Command[]) =>
  commands.map((command) => {
    const { can } = command;
    return { ...command, group, ...(WRITING.has(group) && { can: () => taste.view !== "voices" && taste.view !== "home" && (can?.() ?? true) }) };
  });

const piece = () => !!studio.document;
/** Whether the column of variations stands beside a view. */
const beside = () => piece() && taste.view !== "voices" && taste.view !== "home";
const chosen = () => selection.notes.size > 0;
const some = () => variations.candidates.length > 0;
const shown = () => !!variations.candidate;
const track = () => studio.document?.tracks.find(({ id }) => id === selection.track);

const edit = (command: (ids: number[]) => Edit) => () => studio.apply(command([...selection.notes]));
const shift = (semitones: number) => edit((ids) => ({ kind: "moveNotes", ids, ticks: 0, semitones }));
const nudge = (steps: number) => edit((ids) => ({ kind: "moveNotes", ids, ticks: Math.round(steps * (sheet.step || sheet.view.tpq / 32)), semitones: 0 }));
const creep = (ticks: number) => edit((ids) => ({ kind: "moveNotes", ids, ticks, semitones: 0 }));
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
  return transport.toggleLoop(bars && range ? bars.ticks(range) : null);
}

async function play() {
  if (!piece()) return;
  // A candidate that is shown is what one wants to hear.
  if (some() && !transport.playing && !transport.counting) return variations.audition();
  return transport.toggle(taste.returns);
}

function mix(change: "mute" | "solo") {
  const at = track();
  if (at) void studio.apply({ kind: "setMix", track: at.id, mix: { ...at.header.mix, [change]: !at.header.mix[change] } });
}

function generate() {
  transform.open = null;
  return variations.generate();
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
  if (view !== "voices" && view !== "home") taste.editor = view;
  taste.keep();
}

function paginate() {
  taste.pages = !taste.pages;
  // A page that does not fit is first shown whole.
  if (taste.pages && score.wide) taste.scoreZoom = WIDTH;
  show("score");
}

/** Shows the lanes above the score, or hides them there. */
function turnLanes() {
  taste.scoreLanes = taste.view !== "score" || !taste.scoreLanes;
  show("score");
}

function showPart(part: "all" | "seen") {
  show("score");
  score.show(part);
}

async function turnPart(by: 1 | -1) {
  show("score");
  await score.list();
  score.turnPart(by);
}

function zoom(step: 1 | -1) {
  if (taste.view === "score") score.resizeBy(step);
  else sheet.view = zoomed(sheet.view, step > 0 ? 1.25 : 0.8, sheet.view.width / 2, sheet.end);
}

function turn(step: 1 | -1) {
  transport.leave();
  const { left, width, tpq, quarter } = sheet.view;
  if (taste.view === "score") score.turn(step);
  else sheet.set({ left: left + (step * width * 0.8 * tpq) / quarter });
}

/** Who presses this wants to know that nothing can be lost. */
function saved() {
  studio.say(studio.saving ? m.saved_writing() : m.saved_words());
  studio.speak(studio.saving ? m.saved_writing() : m.saved_words());
}

function rescale(percent: number) {
  taste.scale = scaled(percent);
  taste.keep();
  studio.say(m.commands_rescaled({ percent: taste.scale }));
}

export const commands: (Command & { group: Group })[] = [
  ...within("Piece", [
    { id: "open", name: m.commands_open, keys: ["Ctrl+O"], run: () => studio.chooseFile() },
    ...pieces,
    { id: "demo", name: m.commands_demo, keys: [], run: () => studio.openDemo() },
    { id: "export", name: m.commands_export, keys: ["Ctrl+E"], can: piece, run: () => (overlays.open = "export") },
    { id: "print", name: m.commands_print, keys: ["Ctrl+P"], can: piece, run: () => (overlays.open = "print") },
    { id: "saved", name: m.commands_saved, keys: ["Ctrl+S"], can: piece, run: saved },
    ...versions,
    { id: "undo", name: m.commands_undo, keys: ["Ctrl+Z"], can: () => !!studio.document?.history.done.length, run: () => studio.undo() },
    { id: "redo", name: m.commands_redo, keys: ["Ctrl+Shift+Z", "Ctrl+Y"], can: () => !!studio.document?.history.undone.length, run: () => studio.redo() },
    ...history,
  ]),
  ...within("Playing", [
    { id: "play", name: m.commands_play, keys: ["Space"], can: piece, run: play },
    { id: "stop", name: m.commands_stop, keys: [], can: piece, run: () => transport.stop() },
    { id: "rewind", name: m.commands_rewind, keys: ["Home"], can: piece, run: () => transport.rewind() },
    { id: "loop", name: m.commands_loop, keys: ["L"], can: piece, run: toggleLoop },
    ...playing,
    { id: "metronome", name: m.commands_metronome, keys: ["Ctrl+M", "C"], run: () => backend.setMetronome((taste.metronome = !taste.metronome)) },
  ]),
  ...within("Recording", recording),
  ...within("Step input", stepping),
  ...within("Variations", [
    { id: "generate", name: m.commands_generate, keys: ["G"], can: () => piece() && !variations.busy, run: generate },
    { id: "before", name: m.commands_before, keys: ["["], can: some, run: () => variations.show(variations.shown - 1) },
    { id: "after", name: m.commands_after, keys: ["]"], can: some, run: () => variations.show(variations.shown + 1) },
    { id: "accept", name: m.commands_accept, keys: ["Enter"], can: some, otherwise: "playSelection", run: () => variations.accept() },
    { id: "keepAsTrack", name: m.commands_keep_as_track, keys: ["Shift+Enter"], can: some, run: () => variations.keepAsTrack() },
    { id: "like", name: m.commands_like, keys: ["Alt+Enter"], can: shown, run: () => variations.judge(true) },
    { id: "dislike", name: m.commands_dislike, keys: ["Alt+Delete", "Alt+Backspace"], can: shown, run: () => variations.judge(false) },
    { id: "reject", name: m.commands_reject, keys: ["Escape"], run: escape },
    { id: "lock", name: m.commands_lock, keys: ["K"], can: chosen, run: lock },
    { id: "panel", name: m.commands_panel, keys: ["Ctrl+B"], run: () => { taste.panel = !taste.panel; taste.keep(); } },
    { id: "variationsPage", name: m.commands_variations_page, keys: ["Shift+G"], can: beside, run: () => transform.show(null) },
  ]),
  ...within("Voices", voices),
  ...within("Choosing notes", [
    { id: "all", name: m.commands_all, keys: ["Ctrl+A"], can: piece, run: () => selection.chooseAll() },
    ...choices,
    { id: "nextNote", name: m.commands_next_note, keys: ["ArrowRight"], can: piece, run: () => step(1, false) },
    { id: "noteBefore", name: m.commands_note_before, keys: ["ArrowLeft"], can: piece, run: () => step(-1, false) },
    { id: "extend", name: m.commands_extend, keys: ["Shift+ArrowRight"], can: piece, run: () => step(1, true) },
  ]),
  ...within("Changing notes", [
    { id: "select", name: m.commands_select, keys: ["V", "1"], run: () => (taste.tool = "select") },
    { id: "draw", name: m.commands_draw, keys: ["B", "2"], run: () => (taste.tool = taste.tool === "draw" ? "select" : "draw") },
    { id: "erase", name: m.commands_erase, keys: ["E", "3"], run: () => (taste.tool = "erase") },
    { id: "splitTool", name: m.commands_split_tool, keys: ["Shift+X", "4"], run: () => (taste.tool = "split") },
    ...tones,
    { id: "delete", name: m.commands_delete, keys: ["Delete", "Backspace"], can: chosen, run: edit((ids) => ({ kind: "deleteNotes", ids })) },
    ...exchange,
    { id: "duplicate", name: m.commands_duplicate, keys: ["Ctrl+D"], can: chosen, run: duplicate },
    { id: "muteNotes", name: m.commands_mute_notes, keys: ["M"], can: chosen, run: edit((ids) => ({ kind: "muteNotes", ids, muted: selection.rows().some(({ row }) => !(row.flags & 2)) })) },
    { id: "up", name: m.commands_up, keys: ["ArrowUp"], can: chosen, run: shift(1) },
    { id: "down", name: m.commands_down, keys: ["ArrowDown"], can: chosen, run: shift(-1) },
    { id: "octaveUp", name: m.commands_octave_up, keys: ["Shift+ArrowUp", "Ctrl+ArrowUp"], can: chosen, run: shift(12) },
    { id: "octaveDown", name: m.commands_octave_down, keys: ["Shift+ArrowDown", "Ctrl+ArrowDown"], can: chosen, run: shift(-12) },
    ...edits,
    ...carrying,
    ...loudness,
    ...values,
    { id: "earlier", name: m.commands_earlier, keys: ["Alt+ArrowLeft"], can: chosen, run: nudge(-1) },
    { id: "later", name: m.commands_later, keys: ["Alt+ArrowRight"], can: chosen, run: nudge(1) },
    { id: "earlierTick", name: m.commands_earlier_tick, keys: ["Alt+Shift+ArrowLeft"], can: chosen, run: creep(-1) },
    { id: "laterTick", name: m.commands_later_tick, keys: ["Alt+Shift+ArrowRight"], can: chosen, run: creep(1) },
    { id: "shorter", name: m.commands_shorter, keys: ["Ctrl+ArrowLeft"], can: chosen, run: grow(-1) },
    { id: "longer", name: m.commands_longer, keys: ["Ctrl+ArrowRight"], can: chosen, run: grow(1) },
  ]),
  ...within("Shaping notes", shapes),
  ...within("Bars and sections", [...bars, ...places]),
  ...within("Chords", chords),
  ...within("Lanes", lanes),
  ...within("Tracks", [
    ...tracks,
    { id: "muteTrack", name: m.commands_mute_track, keys: ["Alt+M"], can: () => !!track(), run: () => mix("mute") },
    { id: "soloTrack", name: m.commands_solo_track, keys: ["Ctrl+Shift+M"], can: () => !!track(), run: () => mix("solo") },
  ]),
  ...within("View", [
    { id: "roll", name: m.commands_roll, keys: ["Ctrl+1"], run: () => show("roll") },
    { id: "score", name: m.commands_score, keys: ["Ctrl+2"], can: piece, run: () => show("score") },
    { id: "arrange", name: m.commands_arrange, keys: ["Ctrl+3"], can: piece, run: () => show("arrange") },
    { id: "voices", name: m.commands_voices, keys: ["Ctrl+5"], run: () => show("voices") },
    { id: "wholeScore", name: m.commands_whole_score, keys: [], can: piece, run: () => showPart("all") },
    { id: "seenScore", name: m.commands_seen_score, keys: [], can: piece, run: () => showPart("seen") },
    { id: "nextPart", name: m.commands_next_part, keys: ["Ctrl+Shift+PageDown"], can: piece, run: () => turnPart(1) },
    { id: "partBefore", name: m.commands_part_before, keys: ["Ctrl+Shift+PageUp"], can: piece, run: () => turnPart(-1) },
    { id: "pages", name: m.commands_pages, keys: [], can: piece, run: paginate },
    { id: "under", name: m.commands_under, keys: ["U"], can: piece, run: () => { taste.under = !taste.under; show("score"); } },
    { id: "scoreLanes", name: m.commands_score_lanes, keys: ["Shift+U"], can: piece, run: turnLanes },
    { id: "zoomIn", name: m.commands_zoom_in, keys: ["Ctrl++", "Ctrl+="], run: () => zoom(1) },
    { id: "zoomOut", name: m.commands_zoom_out, keys: ["Ctrl+-"], run: () => zoom(-1) },
    ...sights,
    { id: "taller", name: m.commands_taller, keys: ["Alt++", "Alt+="], run: () => (sheet.view = stretched(sheet.view, 1, sheet.view.height / 2, sheet.end)) },
    { id: "lower", name: m.commands_lower, keys: ["Alt+-"], run: () => (sheet.view = stretched(sheet.view, -1, sheet.view.height / 2, sheet.end)) },
    { id: "pageRight", name: m.commands_page_right, keys: ["PageDown"], run: () => turn(1) },
    { id: "pageLeft", name: m.commands_page_left, keys: ["PageUp"], run: () => turn(-1) },
    { id: "trackList", name: m.commands_track_list, keys: ["Shift+B"], can: piece, run: () => { taste.list = !taste.list; taste.keep(); } },
    { id: "events", name: m.commands_events, keys: ["Shift+E"], can: piece, run: () => { taste.events = !taste.events; taste.keep(); } },
    { id: "ghosts", name: m.commands_ghosts, keys: [], run: () => { taste.ghosts = !taste.ghosts; taste.keep(); } },
    { id: "follow", name: m.commands_follow, keys: ["F"], run: toggleFollow },
    { id: "theme", name: m.commands_theme, keys: ["Ctrl+Shift+L"], run: () => { taste.theme = turned(look.theme); taste.keep(); } },
  ]),
  ...within("Window", [
    { id: "palette", name: m.commands_palette, keys: ["Ctrl+K"], run: () => (overlays.open = "palette") },
    { id: "keys", name: m.commands_keys, keys: ["?"], run: () => (overlays.open = "keys") },
    { id: "keymap", name: m.commands_keymap, keys: ["Ctrl+/"], run: () => (overlays.open = "keymap") },
    { id: "settings", name: m.commands_settings, keys: ["Ctrl+,"], run: () => (overlays.open = "settings") },
    ...guides,
    { id: "larger", name: m.commands_larger, keys: ["Ctrl+Alt++", "Ctrl+Alt+="], run: () => rescale(taste.scale + 10) },
    { id: "smaller", name: m.commands_smaller, keys: ["Ctrl+Alt+-"], run: () => rescale(taste.scale - 10) },
    { id: "ownSize", name: m.commands_own_size, keys: ["Ctrl+Alt+0"], run: () => rescale(100) },
    { id: "nextRegion", name: m.commands_next_region, keys: ["F6"], run: () => region(1) },
    { id: "regionBefore", name: m.commands_region_before, keys: ["Shift+F6"], run: () => region(-1) },
  ]),
];

async function escape() {
  if (variations.busy || some()) await variations.reject();
  else if (landmarks.editing) landmarks.close();
  else if (transform.open) transform.open = null;
  else if (selection.notes.size) selection.clear();
  // The bars that they marked stay, as with their button.
  else if (steps.at) steps.end();
  else selection.bars = null;
}

/** Runs a command if it can be done now; says what went wrong. */
export function run(id: string): boolean {
  const command = commands.find((command) => command.id === id);
  if (!command || (command.can && !command.can())) return false;
  void studio.ask(Promise.resolve(command.run()), undefined);
  return true;
}
