// Commands that say where it plays.

import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { m } from "../paraglide/messages";
import { sheet } from "../roll/sheet.svelte";
import { transport } from "./transport.svelte";

const piece = () => !!studio.document;
const some = () => piece() && (selection.notes.size > 0 || !!sheet.marked);

/** The first tick of the chosen notes, else of the marked bars. */
function beginning(): number {
  const starts = selection.rows().map(({ row }) => row.start);
  return starts.length ? Math.min(...starts) : (sheet.marked?.from ?? 0);
}

async function playSelection() {
  await transport.seek(beginning());
  if (!transport.playing) await transport.play();
}

/** One bar line on; or back to the beginning of the bar, and from there to the one before. */
function goBar(step: 1 | -1) {
  const { bars } = studio;
  if (!bars) return;
  const now = transport.position.tick(performance.now());
  const bar = bars.bar(now);
  // Who presses twice while it plays wants to go further back than a moment.
  const begun = now - bars.start(bar) > (transport.playing ? bars.tpq / 2 : 1);
  const to = step > 0 ? bars.end(bar) : begun ? bars.start(bar) : bars.start(Math.max(0, bar - 1));
  sheet.show(to);
  return transport.seek(to);
}

function goEnd() {
  const end = studio.document?.end ?? 0;
  sheet.show(end);
  return transport.seek(end);
}

/** The loop is what is chosen, whatever it was before. */
function loopSelection() {
  const { bars } = studio;
  const range = selection.span();
  if (bars && range) return transport.setLoop(bars.ticks(range));
}

export const places: Command[] = [
  { id: "playOn", name: m.commands_play_on, keys: ["Shift+Space"], can: piece, run: () => transport.playOn() },
  { id: "playSelection", name: m.commands_play_selection, keys: ["Ctrl+Space"], can: some, run: playSelection },
  { id: "loopSelection", name: m.commands_loop_selection, keys: ["Ctrl+L"], can: some, run: loopSelection },
  { id: "toEnd", name: m.commands_to_end, keys: ["End"], can: piece, run: goEnd },
  { id: "nextBar", name: m.commands_next_bar, keys: [".", "Shift+PageDown"], can: piece, run: () => goBar(1) },
  { id: "barBefore", name: m.commands_bar_before, keys: [",", "Shift+PageUp"], can: piece, run: () => goBar(-1) },
];
