// At most one sheet lies over the window.

class Overlays {
  open = $state<"export" | "palette" | "keys" | null>(null);
}

export const overlays = new Overlays();
