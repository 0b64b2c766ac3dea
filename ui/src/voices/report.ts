// The files of a folder as a table: which are shown, and in what order.

import type { FileLine } from "../bindings/FileLine";
import { m } from "../paraglide/messages";
import { grouped } from "./words";

export const COLUMNS = [
  ["file", m.report_file], ["bars", m.report_bars], ["parts", m.report_tracks], ["outcome", m.report_result], ["reason", m.report_reason],
] as const;

export type Column = (typeof COLUMNS)[number][0];
export type Filter = "all" | "used" | "repaired" | "rejected";

export const OUTCOMES: Record<string, () => string> = { used: m.report_used, repaired: m.report_repaired, rejected: m.report_rejected };

export interface Sorting {
  column: Column;
  down: boolean;
}

/** One for all comparisons: making one for each takes seconds where there are thousands of files. */
const NAMES = new Intl.Collator("en", { numeric: true });

/** The lines that pass, sorted; equal ones stay in the order of names, and what has no number comes last. */
export function arranged(lines: readonly FileLine[], filter: Filter, { column, down }: Sorting): FileLine[] {
  const sign = down ? -1 : 1;
  const passing = lines.filter(({ outcome }) => filter === "all" || outcome === filter);
  return passing.sort((one, other) => {
    const [a, b] = [one[column], other[column]];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : NAMES.compare(String(a), String(b)));
  });
}

/** The first few of a list of names and counts, the rest as a number. */
export function listed(counts: readonly (readonly [string, number])[], most: number): string {
  const names = counts.slice(0, most).map(([name, count]) => `${name.replace("b ", "♭ ").replace("# ", "♯ ")} (${grouped(count)})`);
  return counts.length > most ? m.report_and_more({ names: names.join(m.words_comma()), more: counts.length - most }) : names.join(m.words_comma());
}

/** The first letter large. */
export const sentence = (text: string) => text && text[0].toUpperCase() + text.slice(1);
