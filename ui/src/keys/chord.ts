// What a press is called: "Ctrl+Shift+Z", the form in which keys are kept, and the form in which they are shown.

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified"]);

/** The press in words. Command on a Mac counts as Ctrl. */
export function chord(event: Press): string {
  const letter = /^\p{L}$/u.test(event.key);
  const key = event.key === " " ? "Space" : letter ? event.key.toUpperCase() : event.key;
  // Shift is part of a sign such as ? or +, and named for letters and other keys.
  const shift = event.shiftKey && (key.length > 1 || letter);
  return [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", shift ? "Shift" : "", key].filter(Boolean).join("+");
}

/** Whether only a key was pressed that changes what others mean. */
export const isModifier = (event: Pick<KeyboardEvent, "key">) => MODIFIERS.has(event.key);

/** Keys that no command may have: with Tab one leaves whatever one is in. */
export const isReserved = (key: string) => /(^|\+)Tab$/.test(key);

const CAPS: Record<string, string> = {
  ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Enter: "⏎", Delete: "Del", PageUp: "Page Up", PageDown: "Page Down",
};

/** As it stands on a key cap: "Ctrl+↑". */
export function cap(key: string): string {
  // The key itself may be a plus: "Ctrl++".
  const at = key.lastIndexOf("+", key.length - 2) + 1;
  return key.slice(0, at) + (CAPS[key.slice(at)] ?? key.slice(at));
}
