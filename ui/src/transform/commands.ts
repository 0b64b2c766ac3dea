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

const ids = () => [...selection.notes];
const shaped = (how: Transform) => (): Edit => ({ kind: "transformNotes", ids: ids(), transform: how });

/** The scale in force at a tick. */
const scaleAt = (tick: number) => scaleOf(inForce(studio.document?.keys ?? [], tick));
const firstOnset = () => Math.min(...selection.rows().map(({ row }) => row.start));

function stepped(steps: number) {
  const scale = scaleAt(firstOnset());
  if (scale === CHROMATIC) studio.say(m.transform_no_key());
  return studio.apply({ kind: "transposeInScale", ids: ids(), steps, scale });
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

/** The notes are cut where it plays; null: nothing sounds there. */
function split(): Edit | null {
  const at = Math.round(transport.position.tick(performance.now()));
  const cut = selection.rows().some(({ row }) => row.start < at && at < row.start + row.length);
  return cut ? { kind: "splitNotes", ids: ids(), at } : null;
}

const show = (page: Page) => () => transform.show(page);

export const choices: Command[] = [
  { id: "samePitch", name: m.commands_same_pitch, keys: ["Ctrl+Shift+A"], can: chosen, run: () => alike("pitch") },
  { id: "sameLength", name: m.commands_same_length, keys: ["Ctrl+Alt+A"], can: chosen, run: () => alike("length") },
  { id: "others", name: m.commands_others, keys: ["Ctrl+I"], can: piece, run: others },
  { id: "strangers", name: m.commands_strangers, keys: ["Ctrl+Alt+I"], can: piece, run: strangers },
];

/** A change of shape: what the page's button is called, and what it would do; null: nothing. */
interface Shape {
  id: string;
  short: () => string;
  name: () => string;
  keys?: string[];
  can?: () => boolean;
  what: () => Edit | null;
  /** What is said where it would do nothing. */
  idle?: () => string;
}

const shape = ({ keys = [], can = chosen, what, idle, ...rest }: Shape): Command & Shape => ({
  ...rest, keys, can, what,
  run: () => {
    const command = what();
    transform.tried = null;
    return command ? studio.apply(command) : studio.say(idle?.() ?? "", "warning");
  },
});

/** What the last page offers. */
export const shapes = [
  shape({ id: "reverse", short: m.transform_reverse, name: m.commands_reverse, can: several, what: shaped("reverse") }),
  shape({ id: "invert", short: m.transform_invert, name: m.commands_invert, can: several, what: shaped("invert") }),
  shape({ id: "slower", short: m.transform_slower, name: m.commands_slower, what: shaped({ scaleTime: { numerator: 2, denominator: 1 } }) }),
  shape({ id: "faster", short: m.transform_faster, name: m.commands_faster, what: shaped({ scaleTime: { numerator: 1, denominator: 2 } }) }),
  shape({ id: "legato", short: m.transform_legato, name: m.commands_legato, can: several, what: shaped("legato") }),
  shape({ id: "staccato", short: m.transform_staccato, name: m.commands_staccato, what: shaped({ staccato: 50 }) }),
  shape({ id: "split", short: m.transform_split, name: m.commands_split, keys: ["S"], what: split, idle: m.transform_no_split }),
  shape({ id: "join", short: m.transform_join, name: m.commands_join, keys: ["J"], can: several, what: () => ({ kind: "joinNotes", ids: ids() }) }),
  shape({ id: "overlaps", short: m.transform_overlaps, name: m.commands_overlaps, can: several, what: shaped("removeOverlaps") }),
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
