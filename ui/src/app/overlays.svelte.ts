// At most one sheet lies over the window.

class Overlays {
  open = $state<"export" | "print" | "palette" | "keys" | "keymap" | "settings" | "instrument" | "output" | "deleteVoice" | "removePiece" | "versions" | "history" | "tags" | null>(null);
  /** What had the focus before a sheet opened. */
  opener: HTMLElement | null = null;
}

export const overlays = new Overlays();
