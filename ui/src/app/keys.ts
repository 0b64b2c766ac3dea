// From a key press to a command's name.

import { commands } from "./commands";

const byKey = new Map(commands.flatMap(({ id, keys }) => keys.map((key) => [key.toLowerCase(), id] as const)));

/** The press in words: "Ctrl+Shift+Z". Command on a Mac counts as Ctrl. */
export function chord(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">): string {
  const key = event.key === " " ? "Space" : event.key;
  // Shift is part of a sign such as ? or +, and named for letters and other keys.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/i.test(key));
  return [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", shift ? "Shift" : "", key].filter(Boolean).join("+");
}

/** The command of a press; none while somebody types. */
export function commandOf(event: KeyboardEvent): string | undefined {
  const target = event.target as HTMLElement | null;
  const typing = target?.matches("input:not([type=range]), textarea, [contenteditable]");
  const pressed = chord(event);
  if (typing && !/^(Ctrl\+|Escape)/.test(pressed)) return undefined;
  // Controls keep the keys that work them.
  if (target?.matches("button, select, [role=option]") && /^(Space|Enter)$/.test(pressed) && !target.matches("[role=option]")) {
    if (document.activeElement === target && target.matches(":focus-visible")) return undefined;
  }
  if (target?.matches("select, input[type=range]") && /^(Arrow|Home|End|Page)/.test(pressed)) return undefined;
  return byKey.get(pressed.toLowerCase());
}
