// Commands on tracks.

import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { roster } from "./roster.svelte";

const piece = () => !!studio.document;
const some = () => !!roster.current;

/** What a track's menu offers. */
export const TRACK_MENU = ["renameTrack", "instrument", "nextHue", "", "duplicateTrack", "trackUp", "trackDown", "", "hideTrack", "workOnTrack", "", "removeTrack"];

export const tracks: Command[] = [
  { id: "addTrack", name: "Add a track…", keys: ["Ctrl+T"], can: piece, run: () => roster.seek("new") },
  { id: "duplicateTrack", name: "Duplicate the track", keys: ["Ctrl+Shift+T"], can: some, run: () => roster.duplicate() },
  { id: "removeTrack", name: "Delete the track", keys: ["Ctrl+Shift+Delete"], can: some, run: () => roster.remove() },
  { id: "renameTrack", name: "Rename the track", keys: ["F2"], can: some, run: () => (roster.renaming = roster.current?.id ?? null) },
  { id: "instrument", name: "Choose the track's instrument…", keys: ["I"], can: some, run: () => roster.current && roster.seek(roster.current.id) },
  { id: "nextHue", name: "Give the track the next colour", keys: [], can: some, run: () => roster.current && roster.colour(roster.current.id, roster.current.header.hue + 1) },
  { id: "trackAbove", name: "To the track above", keys: ["Alt+PageUp"], can: piece, run: () => roster.step(-1) },
  { id: "trackBelow", name: "To the track below", keys: ["Alt+PageDown"], can: piece, run: () => roster.step(1) },
  { id: "trackUp", name: "Move the track up", keys: ["Alt+Shift+PageUp"], can: some, run: () => roster.carry(-1) },
  { id: "trackDown", name: "Move the track down", keys: ["Alt+Shift+PageDown"], can: some, run: () => roster.carry(1) },
  { id: "hideTrack", name: "Show or hide the track in the roll", keys: [], can: some, run: () => roster.current && selection.toggleHidden(roster.current.id) },
  { id: "workOnTrack", name: "Keep the track in full colour, or not", keys: [], can: some, run: () => roster.current && selection.toggleEye(roster.current.id) },
  { id: "mixer", name: "Mixer", keys: ["F10"], can: piece, run: () => { taste.mixer = !taste.mixer; taste.keep(); } },
];
