// From a key press to a command's name.

import { taste } from "../app/taste.svelte";
import { stepCommand } from "../entry/keys";
import { chord } from "./chord";
import { keymap } from "./keymap.svelte";

/** What a field of text does with these itself. */
const OF_TEXT = /^Ctrl\+(Shift\+)?([ACVXYZ]|Arrow\w+|Home|End|Backspace|Delete)$/;

/** The command of a press; none while somebody types. `stepping`: notes are entered step by step, which has keys of its own. */
export function commandOf(event: KeyboardEvent, stepping = false): string | undefined {
  const target = event.target as HTMLElement | null;
  const typing = target?.matches("input:not([type=range]), textarea, [contenteditable]");
  const pressed = chord(event);
  if (typing && (!/^(Ctrl\+|Escape|(Shift\+)?F\d)/.test(pressed) || OF_TEXT.test(pressed))) return undefined;
  // Controls keep the keys that work them.
  if (target?.matches("button, select") && /^(Space|Enter)$/.test(pressed) && document.activeElement === target && target.matches(":focus-visible")) return undefined;
  if (target?.matches("select, input[type=range]") && /^(Arrow|Home|End|Page)/.test(pressed)) return undefined;
  return (stepping ? stepCommand(pressed, taste.naming) : undefined) ?? keymap.command(pressed);
}
