// What can be done with pieces as a whole: begin one, find one, pin one, remove one.

import type { Template } from "../bindings/Template";
import type { Command } from "../app/commands";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";
import { home } from "./home.svelte";
import { steps } from "./steps.svelte";

const one = () => home.shown && !!home.current;
const begun = (template: Template, id: string, name: () => string): Command => ({ id, name, keys: [], run: () => home.begin(template) });

/** The command that begins each template. */
export const BEGINS: Record<Template, string> = {
  piano: "newPiano", satb: "newSatb", quartet: "newQuartet", band: "newBand", orchestra: "newOrchestra", leadSheet: "newLeadSheet", empty: "newEmpty",
};

/** The commands of the menu of a piece. */
export const PIECE_MENU = ["openPiece", "pinPiece", "tagPiece", "", "removePiece"];

export const pieces: Command[] = [
  { id: "home", name: m.commands_home, keys: ["Ctrl+Shift+O", "Ctrl+4"], run: () => (taste.view === "home" && studio.document ? taste.edit() : (taste.view = "home")) },
  begun("piano", BEGINS.piano, m.commands_new_piano),
  begun("satb", BEGINS.satb, m.commands_new_satb),
  begun("quartet", BEGINS.quartet, m.commands_new_quartet),
  begun("band", BEGINS.band, m.commands_new_band),
  begun("orchestra", BEGINS.orchestra, m.commands_new_orchestra),
  begun("leadSheet", BEGINS.leadSheet, m.commands_new_lead_sheet),
  begun("empty", BEGINS.empty, m.commands_new_empty),
  { id: "renamePiece", name: m.commands_rename_piece, keys: ["Shift+F2"], can: () => !!studio.document, run: () => (home.naming = true) },
  { id: "openPiece", name: m.commands_open_piece, keys: [], can: one, run: () => home.open() },
  { id: "pinPiece", name: m.commands_pin_piece, keys: [], can: one, run: () => home.pin() },
  { id: "tagPiece", name: m.commands_tag_piece, keys: [], can: one, run: () => home.askForTags() },
  { id: "removePiece", name: m.commands_remove_piece, keys: [], can: one, run: () => home.askToRemove() },
  { id: "bringBack", name: m.commands_bring_back, keys: [], can: () => !!home.removed, run: () => home.bringBack() },
];

export const guides: Command[] = [{ id: "firstSteps", name: m.commands_first_steps, keys: [], run: () => steps.begin() }];
