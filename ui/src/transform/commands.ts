// Commands that choose notes by what they are, and those that give them another shape.

import type { Command as Edit } from "../bindings/Command";
import type { Transform } from "../bindings/Transform";
import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { inForce } from "../document/names";
import { CHROMATIC, inScale, scaleOf } from "../document/scale";
import { transport } from "../transport/transport.svelte";
import { m } from "../paraglide/messages";
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
  if (scale === CHROMATIC) studio.say(m.transform_no_key());
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
  if (!selection.notes.size) studio.say(m.transform_no_strangers());
}

function split() {
  const at = Math.round(transport.position.tick(performance.now()));
  const cut = selection.rows().some(({ row }) => row.start < at && at < row.start + row.length);
  if (!cut) return studio.say(m.transform_no_split(), "warning");
  return studio.apply({ kind: "splitNotes", ids: [...selection.notes], at });
}

const show = (page: Page) => () => (transform.open = transform.open === page ? null : page);

export const choices: Command[] = [
  { id: "samePitch", name: m.commands_same_pitch, keys: ["Ctrl+Shift+A"], can: chosen, run: () => alike("pitch") },
  { id: "sameLength", name: m.commands_same_length, keys: [], can: chosen, run: () => alike("length") },
  { id: "others", name: m.commands_others, keys: ["Ctrl+I"], can: piece, run: others },
  { id: "strangers", name: m.commands_strangers, keys: [], can: piece, run: strangers },
];

/** What the panel's last page offers, with a shorter name for its buttons. */
export const shapes: (Command & { short: () => string })[] = [
  { id: "reverse", short: m.transform_reverse, name: m.commands_reverse, keys: [], can: several, run: shaped("reverse") },
  { id: "invert", short: m.transform_invert, name: m.commands_invert, keys: [], can: several, run: shaped("invert") },
  { id: "slower", short: m.transform_slower, name: m.commands_slower, keys: [], can: chosen, run: shaped({ scaleTime: { numerator: 2, denominator: 1 } }) },
  { id: "faster", short: m.transform_faster, name: m.commands_faster, keys: [], can: chosen, run: shaped({ scaleTime: { numerator: 1, denominator: 2 } }) },
  { id: "legato", short: m.transform_legato, name: m.commands_legato, keys: [], can: several, run: shaped("legato") },
  { id: "staccato", short: m.transform_staccato, name: m.commands_staccato, keys: [], can: chosen, run: shaped({ staccato: 50 }) },
  { id: "split", short: m.transform_split, name: m.commands_split, keys: ["S"], can: chosen, run: split },
  { id: "join", short: m.transform_join, name: m.commands_join, keys: ["J"], can: several, run: edit((ids) => ({ kind: "joinNotes", ids })) },
  { id: "overlaps", short: m.transform_overlaps, name: m.commands_overlaps, keys: [], can: several, run: shaped("removeOverlaps") },
];

export const edits: Command[] = [
  { id: "scaleUp", name: m.commands_scale_up, keys: ["Alt+ArrowUp"], can: chosen, run: () => stepped(1) },
  { id: "scaleDown", name: m.commands_scale_down, keys: ["Alt+ArrowDown"], can: chosen, run: () => stepped(-1) },
  { id: "quantize", name: m.commands_quantize, keys: ["Q"], can: chosen, run: () => transform.applyQuantize() },
  { id: "quantizePage", name: m.commands_quantize_page, keys: ["Shift+Q"], can: piece, run: show("quantize") },
  { id: "humanize", name: m.commands_humanize, keys: ["H"], can: chosen, run: () => transform.applyHumanize() },
  { id: "humanizePage", name: m.commands_humanize_page, keys: ["Shift+H"], can: piece, run: show("humanize") },
  { id: "shapePage", name: m.commands_shape_page, keys: ["T"], can: piece, run: show("shape") },
];
