// Commands that choose notes by what they are, and those that give them another shape.

import type { Command as Edit } from "../bindings/Command";
import type { Transform } from "../bindings/Transform";
import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { inForce } from "../document/names";
import { CHROMATIC, inScale, scaleOf } from "../document/scale";
import { transport } from "../transport/transport.svelte";
import { type Page, transform } from "./transform.svelte";

const piece = () => !!studio.document;
const chosen = () => selection.notes.size > 0;
const several = () => selection.notes.size > 1;

const edit = (command: (ids: number[]) => Edit) => () => studio.apply(command([...selection.notes]));
const shaped = (how: Transform) => edit((ids) => ({ kind: "transformNotes", ids, transform: how }));

/** The scale in force at a tick. */
const scaleAt = (tick: number) => scaleOf(inForce(studio.document?.keys ?? [], tick));
const firstOnset = () => Math.min(...selection.rows().map(({ row }) => row.start));

function stepped(steps: number) {
  const scale = scaleAt(firstOnset());
  if (scale === CHROMATIC) studio.say("No key is written here, so that every semitone is a step.");
  return studio.apply({ kind: "transposeInScale", ids: [...selection.notes], steps, scale });
}

/** Chooses all notes that have a value which a chosen note has. */
function alike(value: "pitch" | "length") {
  const wanted = new Set(selection.rows().map(({ row }) => row[value]));
  selection.chooseWhere(({ row }) => wanted.has(row[value]));
}

function others() {
  const before = selection.notes;
  selection.chooseWhere(({ row }) => !before.has(row.id));
}

function strangers() {
  const drums = new Set(studio.document?.tracks.filter(({ header }) => header.channel === 9).map(({ id }) => id));
  selection.chooseWhere(({ track, row }) => !drums.has(track) && !inScale(scaleAt(row.start), row.pitch));
  if (!selection.notes.size) studio.say("No note lies outside the scale.");
}

function split() {
  const at = Math.round(transport.position.tick(performance.now()));
  const cut = selection.rows().some(({ row }) => row.start < at && at < row.start + row.length);
  if (!cut) return studio.say("The playhead is in none of the chosen notes; put it where they shall be cut.", "warning");
  return studio.apply({ kind: "splitNotes", ids: [...selection.notes], at });
}

const show = (page: Page) => () => (transform.open = transform.open === page ? null : page);

export const choices: Command[] = [
  { id: "samePitch", name: "Select notes of these pitches", keys: ["Ctrl+Shift+A"], can: chosen, run: () => alike("pitch") },
  { id: "sameLength", name: "Select notes of these lengths", keys: [], can: chosen, run: () => alike("length") },
  { id: "others", name: "Select the other notes instead", keys: ["Ctrl+I"], can: piece, run: others },
  { id: "strangers", name: "Select notes outside the scale", keys: [], can: piece, run: strangers },
];

/** What the panel's last page offers, with a shorter name for its buttons. */
export const shapes: (Command & { short: string })[] = [
  { id: "reverse", short: "Reverse", name: "Reverse notes in time", keys: [], can: several, run: shaped("reverse") },
  { id: "invert", short: "Invert", name: "Turn pitches upside down", keys: [], can: several, run: shaped("invert") },
  { id: "slower", short: "Twice as long", name: "Make the passage twice as long", keys: [], can: chosen, run: shaped({ scaleTime: { numerator: 2, denominator: 1 } }) },
  { id: "faster", short: "Half as long", name: "Make the passage half as long", keys: [], can: chosen, run: shaped({ scaleTime: { numerator: 1, denominator: 2 } }) },
  { id: "legato", short: "Legato", name: "Legato: each note up to the next", keys: [], can: several, run: shaped("legato") },
  { id: "staccato", short: "Staccato", name: "Staccato: each note half as long", keys: [], can: chosen, run: shaped({ staccato: 50 }) },
  { id: "split", short: "Split", name: "Split notes at the playhead", keys: ["S"], can: chosen, run: split },
  { id: "join", short: "Join", name: "Join notes of equal pitch", keys: ["J"], can: several, run: edit((ids) => ({ kind: "joinNotes", ids })) },
  { id: "overlaps", short: "No overlaps", name: "Remove overlaps of equal pitches", keys: [], can: several, run: shaped("removeOverlaps") },
];

export const edits: Command[] = [
  { id: "scaleUp", name: "Up a step of the scale", keys: ["Alt+ArrowUp"], can: chosen, run: () => stepped(1) },
  { id: "scaleDown", name: "Down a step of the scale", keys: ["Alt+ArrowDown"], can: chosen, run: () => stepped(-1) },
  { id: "quantize", name: "Quantize as last set", keys: ["Q"], can: chosen, run: () => transform.applyQuantize() },
  { id: "quantizePage", name: "Quantize…", keys: ["Shift+Q"], can: piece, run: show("quantize") },
  { id: "humanize", name: "Humanize as last set", keys: ["H"], can: chosen, run: () => transform.applyHumanize() },
  { id: "humanizePage", name: "Humanize…", keys: ["Shift+H"], can: piece, run: show("humanize") },
  { id: "shapePage", name: "Transform…", keys: ["T"], can: piece, run: show("shape") },
];
