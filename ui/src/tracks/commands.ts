// Commands on tracks.

import type { Command } from "../app/commands";
import { overlays } from "../app/overlays.svelte";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { sheet } from "../roll/sheet.svelte";
import { m } from "../paraglide/messages";
import { roster } from "./roster.svelte";

const piece = () => !!studio.document;
const some = () => !!roster.current;
const marked = () => !!roster.current && !!sheet.marked;

/** What a track's menu offers. */
export const TRACK_MENU = ["renameTrack", "instrument", "instrumentHere", "output", "nextHue", "", "duplicateTrack", "trackUp", "trackDown", "", "hideTrack", "workOnTrack", "", "removeTrack"];

export const tracks: Command[] = [
  { id: "addTrack", name: m.commands_add_track, keys: ["Ctrl+T"], can: piece, run: () => roster.seek("new") },
  { id: "addFile", name: m.commands_add_file, keys: ["Ctrl+Shift+I"], can: piece, run: () => roster.chooseFile() },
  { id: "duplicateTrack", name: m.commands_duplicate_track, keys: ["Ctrl+Shift+T"], can: some, run: () => roster.duplicate() },
  { id: "removeTrack", name: m.commands_remove_track, keys: ["Ctrl+Shift+Delete"], can: some, run: () => roster.remove() },
  { id: "renameTrack", name: m.commands_rename_track, keys: ["F2"], can: some, run: () => (roster.renaming = roster.current?.id ?? null) },
  { id: "instrument", name: m.commands_instrument, keys: ["I"], can: some, run: () => roster.current && roster.seek(roster.current.id) },
  { id: "instrumentHere", name: m.commands_instrument_here, keys: ["Alt+I"], can: marked, run: () => roster.current && roster.seek(roster.current.id, sheet.marked) },
  { id: "output", name: m.commands_output, keys: ["Shift+O"], can: piece, run: () => (overlays.open = "output") },
  { id: "nextHue", name: m.commands_next_hue, keys: [], can: some, run: () => roster.current && roster.colour(roster.current.id, roster.current.header.hue + 1) },
  { id: "trackAbove", name: m.commands_track_above, keys: ["Alt+PageUp"], can: piece, run: () => roster.step(-1) },
  { id: "trackBelow", name: m.commands_track_below, keys: ["Alt+PageDown"], can: piece, run: () => roster.step(1) },
  { id: "trackUp", name: m.commands_track_up, keys: ["Alt+Shift+PageUp"], can: some, run: () => roster.carry(-1) },
  { id: "trackDown", name: m.commands_track_down, keys: ["Alt+Shift+PageDown"], can: some, run: () => roster.carry(1) },
  { id: "hideTrack", name: m.commands_hide_track, keys: [], can: some, run: () => roster.current && selection.toggleHidden(roster.current.id) },
  { id: "workOnTrack", name: m.commands_work_on_track, keys: [], can: some, run: () => roster.current && selection.toggleEye(roster.current.id) },
  { id: "mixer", name: m.commands_mixer, keys: ["F10"], can: piece, run: () => { taste.mixer = !taste.mixer; taste.keep(); } },
];
