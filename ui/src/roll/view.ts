// Where ticks and keys are on the canvas: a value, so that a picture is a function of it.

/** Row heights that exist, in pixels. */
export const ROWS = [8, 11, 14, 17];

/** Pixels for a quarter note, smallest and largest. */
const NARROWEST = 4;
const WIDEST = 400;

export interface View {
  /** The tick at the left edge. */
  readonly left: number;
  /** Pixels from the top of key 127 to the top edge. */
  readonly top: number;
  /** Pixels for a quarter note. */
  readonly quarter: number;
  /** Pixels for a key. */
  readonly row: number;
  readonly width: number;
  readonly height: number;
  readonly tpq: number;
  /** The keys that have a row, from below; none given: all have. */
  readonly keys?: readonly number[];
}

const count = (view: View) => view.keys?.length ?? 128;

/** How many rows are below that of a key. A key without a row lies between two. */
export function rank({ keys }: View, pitch: number): number {
  if (!keys) return pitch;
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle] < pitch) low = middle + 1;
    else high = middle;
  }
  return keys[low] === pitch ? low : low - 0.5;
}

/** Whether a key has a row. */
export const rowed = (view: View, pitch: number) => Number.isInteger(rank(view, pitch));

/** The key of a row; beyond the last row, the last key. */
const keyAt = ({ keys }: View, row: number) => (keys ? keys[Math.min(keys.length - 1, Math.max(0, row))] : row);

export const x = (view: View, tick: number) => ((tick - view.left) * view.quarter) / view.tpq;
export const tickAt = (view: View, px: number) => view.left + (px * view.tpq) / view.quarter;
export const y = (view: View, pitch: number) => (count(view) - 1 - rank(view, pitch)) * view.row - view.top;
export const pitchAt = (view: View, py: number) => keyAt(view, count(view) - 1 - Math.floor((py + view.top) / view.row));
/** Rows with their fraction: where all keys have one, 60.5 is the middle of the row of key 60. */
export const levelAt = (view: View, py: number) => count(view) - (py + view.top) / view.row;
export const yOf = (view: View, level: number) => (count(view) - level) * view.row - view.top;
/** The keys in sight that have a row, from below. */
export function keysIn(view: View): number[] {
  const [lowest, highest] = [pitchAt(view, view.height - 1), pitchAt(view, 0)].map((pitch) => Math.min(127, Math.max(0, pitch)));
  const all = Array.from({ length: Math.max(0, highest - lowest + 1) }, (_, at) => lowest + at);
  return view.keys ? all.filter((pitch) => rowed(view, pitch)) : all;
}
/** How far a wheel goes across and down. With Shift it goes across; most systems say so themselves. */
export const turned = ({ deltaX, deltaY, shiftKey }: { deltaX: number; deltaY: number; shiftKey: boolean }) => (shiftKey ? [deltaX || deltaY, 0] : [deltaX, deltaY]);
export const right = (view: View) => tickAt(view, view.width);

/** The view with some values exchanged, held inside a piece that ends at `end`. */
export function moved(view: View, change: Partial<View>, end: number): View {
  const next = { ...view, ...change };
  const quarter = Math.min(WIDEST, Math.max(NARROWEST, next.quarter));
  // Eight quarters of room after the end, so that there is where to draw.
  const last = Math.max(0, end + 8 * next.tpq - (next.width * next.tpq) / quarter);
  const bottom = Math.max(0, count(next) * next.row - next.height);
  return {
    ...next,
    quarter,
    left: Math.min(last, Math.max(0, next.left)),
    top: Math.min(bottom, Math.max(0, Math.round(next.top))),
  };
}

/** Wider or narrower by `factor`; what is at `px` stays there. */
export function zoomed(view: View, factor: number, px: number, end: number): View {
  const quarter = Math.min(WIDEST, Math.max(NARROWEST, view.quarter * factor));
  return moved(view, { quarter, left: tickAt(view, px) - (px * view.tpq) / quarter }, end);
}

/** The next row height up (`step` 1) or down (-1); what is at `py` stays there. */
export function stretched(view: View, step: number, py: number, end: number): View {
  const at = ROWS.indexOf(view.row) + step;
  const row = ROWS[Math.min(ROWS.length - 1, Math.max(0, at))];
  return moved(view, { row, top: ((py + view.top) * row) / view.row - py }, end);
}

/** The view that shows all of a stretch and of some keys, with a little room around them. */
export function fitted(view: View, { from, to }: { from: number; to: number }, keys: { low: number; high: number } | null, end: number): View {
  const quarter = (view.width * 0.94 * view.tpq) / Math.max(view.tpq / 4, to - from);
  const rows = keys ? rank(view, keys.high) - rank(view, keys.low) + 5 : 0;
  const row = keys ? ([...ROWS].reverse().find((row) => row * rows <= view.height) ?? ROWS[0]) : view.row;
  const next = moved({ ...view, row }, { quarter }, end);
  const room = (next.width * next.tpq) / next.quarter - (to - from);
  // What does not fit is shown from its beginning.
  const left = from - Math.max(0, room / 2);
  const middle = keys ? (rank(view, keys.low) + rank(view, keys.high)) / 2 : levelAt(view, view.height / 2) - 0.5;
  return moved(next, { left, top: (count(view) - 0.5 - middle) * row - next.height / 2 }, end);
}

/** The view with rows for other keys; what was in its middle stays there, as far as it goes. */
export function folded(view: View, keys: readonly number[] | undefined, end: number): View {
  const middle = pitchAt(view, view.height / 2);
  const next = { ...view, keys };
  return moved(next, { top: (count(next) - 0.5 - rank(next, middle)) * view.row - view.height / 2 }, end);
}
