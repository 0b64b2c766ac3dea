// The one menu that can be open: commands by name, where the pointer or the focus is.

import { leftward } from "./language.svelte";

interface Open {
  label: string;
  /** Commands; "" is a line between two. */
  ids: readonly string[];
  x: number;
  y: number;
}

class Menu {
  open = $state.raw<Open | null>(null);

  /** Opens at the pointer, or below what has the focus. */
  show(event: MouseEvent, label: string, ids: readonly string[]) {
    event.preventDefault();
    event.stopPropagation();
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    // A button that was pressed by a key has no pointer.
    const pointed = event.type === "contextmenu" && event.clientX + event.clientY > 0;
    this.open = { label, ids, x: pointed ? event.clientX : leftward(document.documentElement) ? box.right : box.left, y: pointed ? event.clientY : box.bottom + 2 };
  }
}

export const menu = new Menu();
