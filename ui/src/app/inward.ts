// Files dragged into the window: what becomes of them where they are dropped.

import { sheet } from "../roll/sheet.svelte";
import { tickAt } from "../roll/view";
import { studio } from "./studio.svelte";

/** They are opened; or their tracks come into the piece, at a bar from 0 where there are bars under the pointer. */
export type Fate = "opens" | { bar?: number };

/** Where bars are, a file is put into them; at the list of tracks it is put after the others. Anywhere else it opens. */
export function fate(at: { x: number; y: number }): Fate {
  const { bars } = studio;
  const under = document.elementFromPoint(at.x, at.y);
  if (!bars || !under) return "opens";
  if (under.closest('[data-region="tracks"]')) return {};
  const times = under.closest("main")?.querySelector("[data-times]")?.getBoundingClientRect();
  if (!times || at.y < times.top || at.y >= times.bottom) return "opens";
  return { bar: bars.bar(Math.max(0, tickAt(sheet.view, Math.max(0, at.x - times.left)))) };
}
