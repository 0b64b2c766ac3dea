// Quantized notes before they are: what the roll shows while the settings are chosen. The notes themselves are
// written by the engine (`score::Command::QuantizeNotes`), whose rules these are.

import type { Bars } from "../document/bars";
import type { Row } from "../document/notes";
import { type Quantize, ticks } from "./settings";

/** Places of the grid around a tick: the last at or before it, and the first after it. */
function around(bars: Bars, step: number, delay: number, tick: number): [number, number] {
  const bar = bars.bar(tick);
  const [from, to] = [bars.start(bar), bars.end(bar)];
  const place = (index: number) => from + index * step + (index % 2) * delay;
  const index = Math.floor((tick - from) / step);
  return place(index) > tick ? [place(index - 1), Math.min(place(index), to)] : [place(index), Math.min(place(index + 1), to)];
}

export function quantized(row: Row, settings: Quantize, bars: Bars): Row {
  const { strength, swing, starts, ends } = settings;
  const step = ticks(settings.grid, bars.tpq);
  const delay = Math.round((step * swing) / 300);
  const nearest = (tick: number) => {
    const [before, after] = around(bars, step, delay, tick);
    return tick - before < after - tick ? before : after;
  };
  const pulled = (from: number, to: number) => from + Math.round(((to - from) * strength) / 100);
  const goal = starts ? nearest(row.start) : row.start;
  const start = pulled(row.start, goal);
  if (!ends) return { ...row, start };
  const old = row.start + row.length;
  const end = pulled(old, Math.max(nearest(old), around(bars, step, delay, goal)[1]));
  return { ...row, start, length: Math.max(1, end - start) };
}
