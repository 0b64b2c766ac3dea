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
}

export const x = (view: View, tick: number) => ((tick - view.left) * view.quarter) / view.tpq;
export const tickAt = (view: View, px: number) => view.left + (px * view.tpq) / view.quarter;
export const y = (view: View, pitch: number) => (127 - pitch) * view.row - view.top;
export const pitchAt = (view: View, py: number) => 127 - Math.floor((py + view.top) / view.row);
/** Between the keys too: 60.5 is the middle of the row of key 60. */
export const levelAt = (view: View, py: number) => 128 - (py + view.top) / view.row;
export const yOf = (view: View, level: number) => (128 - level) * view.row - view.top;
export const right = (view: View) => tickAt(view, view.width);

/** The view with some values exchanged, held inside a piece that ends at `end`. */
export function moved(view: View, change: Partial<View>, end: number): View {
  const next = { ...view, ...change };
  const quarter = Math.min(WIDEST, Math.max(NARROWEST, next.quarter));
  // Eight quarters of room after the end, so that there is where to draw.
  const last = Math.max(0, end + 8 * next.tpq - (next.width * next.tpq) / quarter);
  const bottom = Math.max(0, 128 * next.row - next.height);
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
  const rows = keys ? keys.high - keys.low + 5 : 0;
  const row = keys ? ([...ROWS].reverse().find((row) => row * rows <= view.height) ?? ROWS[0]) : view.row;
  const next = moved({ ...view, row }, { quarter }, end);
  const room = (next.width * next.tpq) / next.quarter - (to - from);
  // What does not fit is shown from its beginning.
  const left = from - Math.max(0, room / 2);
  const middle = keys ? (keys.low + keys.high) / 2 : levelAt(view, view.height / 2) - 0.5;
  return moved(next, { left, top: (127.5 - middle) * row - next.height / 2 }, end);
}
