// Commands of step input, and those that give notes a value.

import type { Command } from "../app/commands";
import { selection } from "../app/selection.svelte";
import { studio } from "../app/studio.svelte";
import { m } from "../paraglide/messages";
import { pitchName } from "../document/names";
import { taste } from "../app/taste.svelte";
import { entry, lengthWords } from "./entry.svelte";
import { addId, enterId, TONES } from "./keys";
import { keyOf } from "./pitch";
import { VALUES } from "./values";

const piece = () => !!studio.document && selection.track !== null;
const entering = () => entry.on;
/** In step input values are for the next note, elsewhere for those that are chosen. */
const valued = () => entry.on || selection.notes.size > 0;

/** A tone as it is called here, without its octave. */
const named = ({ step, alter = 0 }: (typeof TONES)[number]) => pitchName(keyOf(35 + step, alter) ?? 60, -1, taste.naming).replace(/\d+$/, "");

export const stepping: Command[] = [
  { id: "stepInput", name: m.commands_step_input, keys: ["Shift+I"], can: piece, run: () => entry.toggle() },
  ...TONES.map((tone): Command => ({ id: enterId(tone.id), name: () => m.commands_enter_tone({ tone: named(tone) }), keys: [], can: entering, run: () => entry.enter(tone) })),
  ...TONES.map((tone): Command => ({ id: addId(tone.id), name: () => m.commands_add_tone({ tone: named(tone) }), keys: [], can: entering, run: () => entry.add(tone) })),
  { id: "stepRest", name: m.commands_step_rest, keys: [], can: entering, run: () => entry.rest() },
  { id: "stepBack", name: m.commands_step_back, keys: [], can: entering, run: () => entry.back() },
  { id: "stepDelete", name: m.commands_step_delete, keys: [], can: entering, run: () => entry.remove() },
  { id: "stepTie", name: m.commands_step_tie, keys: [], can: entering, run: () => entry.tie() },
  { id: "stepEnd", name: m.commands_step_end, keys: [], can: entering, run: () => entry.end() },
];

export const values: Command[] = [
  ...VALUES.map(({ id, quarters }): Command => ({ id, name: () => m.commands_value({ length: lengthWords({ quarters, dotted: false, triplet: false }) }), keys: [], can: valued, run: () => entry.choose({ quarters }) })),
  { id: "valueDot", name: m.commands_value_dot, keys: [], can: valued, run: () => entry.dot() },
  { id: "valueTriplet", name: m.commands_value_triplet, keys: ["Alt+3"], can: valued, run: () => entry.triplet() },
];
