// Commands on whole bars, and on what stands in the lanes above the notes.

import type { Command } from "../app/commands";
import { clipboard } from "../app/clipboard";
import { arrangement } from "./arrangement.svelte";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { landmarks } from "../roll/landmarks.svelte";
import { sheet } from "../roll/sheet.svelte";
import { transport } from "../transport/transport.svelte";
import { variations } from "../variations/variations.svelte";
import { m } from "../paraglide/messages";

const piece = () => !!studio.document;
const marked = () => selection.bars;
const some = () => !!selection.bars;

/** Marks other bars and shows them. */
function mark(from: number, to: number) {
  variations.forget();
  selection.bars = { from, to };
  if (studio.bars) sheet.show(studio.bars.start(from - 1));
}

/** As many empty bars as are marked, before them; one before the playhead's bar if none are. */
async function insert() {
  const at = (studio.bars?.bar(transport.position.tick(performance.now())) ?? 0) + 1;
  const { from, to } = marked() ?? { from: at, to: at };
  const count = to - from + 1;
  if (!(await studio.apply({ kind: "insertBars", before: from, count }))) return;
  mark(from, to);
  studio.speak(m.bars_inserted({ count, bar: from }));
}

/** The copied bars, in all tracks, before the marked bars or the playhead's bar; the copy is marked then. */
async function insertCopied() {
  const at = marked()?.from ?? (studio.bars?.bar(transport.position.tick(performance.now())) ?? 0) + 1;
  const count = await clipboard.insert(at);
  if (!count) return;
  mark(at, at + count - 1);
  studio.speak(m.bars_inserted({ count, bar: at }));
}

async function remove() {
  const bars = marked();
  if (!bars || !(await studio.apply({ kind: "deleteBars", ...bars }))) return;
  variations.forget();
  selection.bars = null;
  studio.speak(m.bars_deleted({ count: bars.to - bars.from + 1 }));
}

/** Puts a copy of the marked bars after them and marks it, so that once more goes on from there. */
async function repeat() {
  const bars = marked();
  if (!bars || !(await studio.apply({ kind: "repeatBars", ...bars, times: 1 }))) return;
  const count = bars.to - bars.from + 1;
  mark(bars.to + 1, bars.to + count);
  studio.speak(m.bars_repeated({ count }));
}

/** Carries the chosen notes a track up or down; a block goes with its notes. */
async function carry(tracks: 1 | -1) {
  const { document } = studio;
  if (!document) return;
  if (taste.view === "arrange" && arrangement.block) return arrangement.move({ row: tracks, bar: 0 }, false);
  const rows = document.tracks.map(({ id }) => id);
  const from = new Set(selection.rows().map(({ track }) => rows.indexOf(track)));
  const edge = tracks > 0 ? Math.max(...from) : Math.min(...from);
  if (rows[edge + tracks] === undefined) return studio.say(tracks > 0 ? m.arrange_no_track_below() : m.arrange_no_track_above(), "warning");
  if (!(await studio.apply({ kind: "carryNotes", ids: [...selection.notes], tracks }))) return;
  // The view goes with the notes.
  const at = rows.indexOf(selection.track ?? -1);
  selection.track = rows[from.has(at) ? at + tracks : Math.min(...from) + tracks];
}

/** Whose notes can be carried to the tracks beside theirs. */
export const carrying: Command[] = [
  { id: "carryUp", name: m.commands_carry_up, keys: ["Ctrl+Alt+ArrowUp"], can: () => selection.notes.size > 0, run: () => carry(-1) },
  { id: "carryDown", name: m.commands_carry_down, keys: ["Ctrl+Alt+ArrowDown"], can: () => selection.notes.size > 0, run: () => carry(1) },
];

export const bars: Command[] = [
  { id: "insertBars", name: m.commands_insert_bars, keys: ["Ctrl+Shift+B"], can: piece, run: insert },
  { id: "insertCopied", name: m.commands_insert_copied, keys: ["Ctrl+Alt+V"], can: () => piece() && clipboard.bars, run: insertCopied },
  { id: "repeatBars", name: m.commands_repeat_bars, keys: ["Ctrl+Shift+D"], can: some, run: repeat },
  { id: "repeatBlock", name: m.commands_repeat_block, keys: ["Shift+D"], can: () => !!arrangement.block, run: () => arrangement.repeat() },
  { id: "deleteBars", name: m.commands_delete_bars, keys: ["Ctrl+Delete", "Ctrl+Backspace"], can: some, run: remove },
];

export const places: Command[] = [
  { id: "markHere", name: m.commands_mark_here, keys: ["Shift+M"], can: piece, run: () => landmarks.here("marker") },
  { id: "tempoHere", name: m.commands_tempo_here, keys: ["Shift+T"], can: piece, run: () => landmarks.here("tempo") },
  { id: "tempoRamp", name: m.commands_tempo_ramp, keys: ["Alt+T"], can: () => piece() && !!sheet.marked, run: () => landmarks.ramp() },
  { id: "meterHere", name: m.commands_meter_here, keys: [], can: piece, run: () => landmarks.here("meter") },
  { id: "keyHere", name: m.commands_key_here, keys: ["Shift+K"], can: piece, run: () => landmarks.here("key") },
  { id: "nextMarker", name: m.commands_next_marker, keys: ["Ctrl+PageDown"], can: piece, run: () => landmarks.jump(1) },
  { id: "markerBefore", name: m.commands_marker_before, keys: ["Ctrl+PageUp"], can: piece, run: () => landmarks.jump(-1) },
];
