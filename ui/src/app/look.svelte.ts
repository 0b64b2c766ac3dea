// How the window looks and moves: what this person has chosen, else what the system asks for.

import { MediaQuery } from "svelte/reactivity";
import { taste, type Theme } from "./taste.svelte";

export type Applied = Exclude<Theme, "system">;

/** The theme in force. */
export function applied(chosen: Theme, system: { light: boolean; contrast: boolean }): Applied {
  if (chosen !== "system") return chosen;
  const theme = system.light ? "light" : "dark";
  return system.contrast ? `contrast-${theme}` : theme;
}

/** The same contrast, dark for light and light for dark. */
export function turned(theme: Applied): Applied {
  return ({ dark: "light", light: "dark", "contrast-dark": "contrast-light", "contrast-light": "contrast-dark" } as const)[theme];
}

class Look {
  readonly #light = new MediaQuery("prefers-color-scheme: light");
  readonly #contrast = new MediaQuery("prefers-contrast: more");
  readonly #calm = new MediaQuery("prefers-reduced-motion: reduce");

  get theme(): Applied {
    return applied(taste.theme, { light: this.#light.current, contrast: this.#contrast.current });
  }

  get dark(): boolean {
    return this.theme === "dark" || this.theme === "contrast-dark";
  }

  /** Nothing moves but what music moves, and that by beats. */
  get still(): boolean {
    return taste.still || this.#calm.current;
  }
}

export const look = new Look();
