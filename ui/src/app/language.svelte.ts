// In which language the window speaks: the one that this person has chosen, else the first of the system's that it has;
// and which way that language is read.

import { baseLocale, type Locale, locales, overwriteGetLocale } from "../paraglide/runtime";
import { type Language, taste } from "./taste.svelte";

/** The language in force; `system` are the tags that the system asks for, the dearest first. */
export function spoken(chosen: Language, system: readonly string[]): Locale {
  if (chosen !== "system") return chosen;
  const asked = system.map((tag) => tag.toLowerCase().split("-")[0]);
  return asked.flatMap((tag) => locales.find((locale) => locale === tag) ?? [])[0] ?? baseLocale;
}

/** Languages whose likely script in Unicode's CLDR is Arabic, Hebrew or Thaana. What `Intl.Locale` says of directions has two names, and not all of these. */
const LEFTWARD = new Set(["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

/** Which way a language is written. */
export function direction(tag: string): "ltr" | "rtl" {
  return LEFTWARD.has(tag.toLowerCase().split("-")[0]) ? "rtl" : "ltr";
}

/** Whether what stands in an element goes from right to left; music never does. */
export function leftward(element: Element): boolean {
  return getComputedStyle(element).direction === "rtl";
}

/** Where an arrow key leads among things that stand in a row: 1 on, -1 back, 0: it is another key. */
export function onward(event: KeyboardEvent): 1 | -1 | 0 {
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return 0;
  return (event.key === "ArrowLeft") === leftward(event.currentTarget as Element) ? 1 : -1;
}

class InForce {
  get tag(): Locale {
    return spoken(taste.language, typeof navigator === "undefined" ? [] : (navigator.languages ?? []));
  }
}

export const language = new InForce();

// Every message asks here, and what Svelte shows of it is written anew when the answer changes.
overwriteGetLocale(() => language.tag);
