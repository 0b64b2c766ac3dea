// Commands of the roll's view, and of how loud notes are.

import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { type Fold, taste } from "../app/taste.svelte";
import { transform } from "../transform/transform.svelte";
import { m } from "../paraglide/messages";
import { sheet } from "./sheet.svelte";

/** By how much a press makes notes louder or softer. */
const LOUDER = 5;

const chosen = () => selection.notes.size > 0;
const louder = (by: number) => () => studio.apply({ kind: "setVelocity", ids: [...selection.notes], velocity: { add: by } });

/** What is chosen fills the view: notes, else the marked bars. */
function zoomSelection() {
  const rows = selection.rows().map(({ row }) => row);
  if (rows.length) return sheet.fit(selection.notes, Math.min(...rows.map(({ start }) => start)), Math.max(...rows.map(({ start, length }) => start + length)));
  if (sheet.marked) sheet.fit(null, sheet.marked.from, sheet.marked.to);
}

/** Only some keys have rows; the same again: all of them. */
function fold(to: Fold) {
  taste.fold = taste.fold === to ? "none" : to;
  taste.keep();
  studio.speak({ none: m.roll_fold_none, scale: m.roll_fold_scale, used: m.roll_fold_used }[taste.fold]());
  if (taste.fold === "scale" && !studio.document?.keys.length) studio.say(m.transform_no_key());
}

export const loudness: Command[] = [
  { id: "louder", name: m.commands_louder, keys: ["+", "="], can: chosen, otherwise: "zoomIn", run: louder(LOUDER) },
  { id: "softer", name: m.commands_softer, keys: ["-"], can: chosen, otherwise: "zoomOut", run: louder(-LOUDER) },
  { id: "varyVelocity", name: m.commands_vary_velocity, keys: ["Alt+V"], can: chosen, run: () => transform.vary([...selection.notes], transform.humanize.velocity) },
];

export const sights: Command[] = [
  { id: "zoomSelection", name: m.commands_zoom_selection, keys: ["Z"], can: () => chosen() || !!sheet.marked, run: zoomSelection },
  { id: "zoomAll", name: m.commands_zoom_all, keys: ["Shift+Z"], can: () => !!studio.document, run: () => sheet.fit(null) },
  { id: "foldScale", name: m.commands_fold_scale, keys: ["Alt+F"], run: () => fold("scale") },
  { id: "foldUsed", name: m.commands_fold_used, keys: ["Shift+F"], run: () => fold("used") },
  { id: "inKey", name: m.commands_in_key, keys: ["Alt+K"], run: () => { taste.inKey = !taste.inKey; taste.keep(); } },
];

export const tones: Command[] = [{ id: "toScale", name: m.commands_to_scale, keys: ["Alt+S"], run: () => { taste.toScale = !taste.toScale; taste.keep(); } }];
