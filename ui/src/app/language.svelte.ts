// In which language the window speaks: the one that this person has chosen, else the first of the system's that it has.

import { baseLocale, type Locale, locales, overwriteGetLocale } from "../paraglide/runtime";
import { type Language, taste } from "./taste.svelte";

/** The language in force; `system` are the tags that the system asks for, the dearest first. */
export function spoken(chosen: Language, system: readonly string[]): Locale {
  if (chosen !== "system") return chosen;
  const asked = system.map((tag) => tag.toLowerCase().split("-")[0]);
  return asked.flatMap((tag) => locales.find((locale) => locale === tag) ?? [])[0] ?? baseLocale;
}

class InForce {
  get tag(): Locale {
    return spoken(taste.language, typeof navigator === "undefined" ? [] : (navigator.languages ?? []));
  }
}

export const language = new InForce();

// Every message asks here, and what Svelte shows of it is written anew when the answer changes.
overwriteGetLocale(() => language.tag);
