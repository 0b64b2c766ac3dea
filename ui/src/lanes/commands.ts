// Commands on the lanes below the roll.

import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { type Pen, taste } from "../app/taste.svelte";
import { sheet } from "../roll/sheet.svelte";
import { m } from "../paraglide/messages";
import { COMMON, laneName } from "./kinds";
import { drawn } from "./stroke";

/** Shows a controller's lane below the others, or hides it. */
export function toggleLane(code: number) {
  taste.lanes = taste.lanes.includes(code) ? taste.lanes.filter((one) => one !== code) : [...taste.lanes, code];
  taste.keep();
}

const piece = () => !!studio.document;
const steered = () => selection.track !== null && taste.lanes.length > 0;

/** Clears the controllers whose lanes are shown, in the marked bars or everywhere. */
async function clear() {
  const track = selection.track;
  if (track === null) return;
  const said = taste.lanes.filter((code) => studio.mirror?.curves(track).of(code).ticks.length);
  if (!said.length) return studio.say(m.lanes_no_values());
  for (const code of said) {
    const last = studio.mirror?.curves(track).of(code).ticks.at(-1) ?? 0;
    const { from, to } = sheet.marked ?? { from: 0, to: last + 1 };
    await studio.apply(drawn(track, code, Math.round(from), Math.round(to), []));
  }
}

/** Shows every controller that the track has values of. */
function showAll() {
  const said = selection.track === null ? [] : (studio.mirror?.curves(selection.track).codes() ?? []);
  const fresh = said.filter((code) => !taste.lanes.includes(code));
  taste.lanes = [...taste.lanes, ...fresh];
  taste.keep();
  if (!said.length) studio.say(m.lanes_no_controllers());
}

const pen = (pen: Pen, name: () => string): Command => ({ id: `pen-${pen}`, name, keys: [], run: () => (taste.pen = pen) });

export const lanes: Command[] = [
  { id: "velocityLane", name: m.commands_velocity_lane, keys: ["Shift+V"], run: () => { taste.velocity = !taste.velocity; taste.keep(); } },
  ...COMMON.map((code) => ({ id: `lane-${code}`, name: () => m.commands_lane({ controller: laneName(code) }), keys: [], can: piece, run: () => toggleLane(code) })),
  { id: "allLanes", name: m.commands_all_lanes, keys: ["Shift+C"], can: piece, run: showAll },
  { id: "clearLanes", name: m.commands_clear_lanes, keys: [], can: steered, run: clear },
  pen("draw", m.commands_pen_draw),
  pen("line", m.commands_pen_line),
  pen("curve", m.commands_pen_curve),
  pen("knots", m.commands_pen_knots),
  pen("scale", m.commands_pen_scale),
  pen("vary", m.commands_pen_vary),
  pen("erase", m.commands_pen_erase),
];
