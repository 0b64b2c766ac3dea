// From a key press to commands' names.

import { taste } from "../app/taste.svelte";
import { commands } from "../app/commands";
import { paperCommand, stepCommand } from "../entry/keys";
import { chord } from "./chord";
import { keymap } from "./keymap.svelte";

/** What a field of text does with these itself. */
const OF_TEXT = /^Ctrl\+(Shift\+)?([ACVXYZ]|Arrow\w+|Home|End|Backspace|Delete)$/;

/** Where some keys are others' than the keyboard map has it: while notes are entered step by step, and in the score. */
export type Place = "steps" | "paper" | null;

/** The commands of a press: the first of them that can be done is meant. None while somebody types. */
export function commandsOf(event: KeyboardEvent, place: Place = null): string[] {
  const target = event.target as HTMLElement | null;
  const typing = target?.matches("input:not([type=range]), textarea, [contenteditable]");
  const pressed = chord(event);
  if (typing && (!/^(Ctrl\+|Escape|(Shift\+)?F\d)/.test(pressed) || OF_TEXT.test(pressed))) return [];
  // Controls keep the keys that work them.
  if (target?.matches("button, select") && /^(Space|Enter)$/.test(pressed) && document.activeElement === target && target.matches(":focus-visible")) return [];
  if (target?.matches("select, input[type=range]") && /^(Arrow|Home|End|Page)/.test(pressed)) return [];
  const here = place === "steps" ? stepCommand(pressed, taste.naming) : place === "paper" ? paperCommand(pressed) : undefined;
  const own = keymap.command(pressed);
  const otherwise = commands.find(({ id }) => id === own)?.otherwise;
  return [here, own, otherwise].filter((id) => id !== undefined);
}
