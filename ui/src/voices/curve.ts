// The curves of a training: points by tokens, and what they say about where it is.

export type Point = readonly [tokens: number, bits: number];

/** How much of the smoothed value before is kept at each point. */
const KEPT = 0.85;

/** Adds a point; those at or behind it are gone, because a training that went back comes there again. */
export function added(points: readonly Point[], point: Point): Point[] {
  return [...points.filter(([tokens]) => tokens < point[0]), point];
}

/** A running mean in which a point counts the less the older it is. */
export function smoothed(points: readonly Point[]): Point[] {
  let mean = points[0]?.[1] ?? 0;
  return points.map(([tokens, bits]) => [tokens, (mean = mean * KEPT + bits * (1 - KEPT))]);
}

/** The lowest point, the first of equals. */
export const lowest = (points: readonly Point[]): Point | null =>
  points.reduce<Point | null>((best, point) => (best && best[1] <= point[1] ? best : point), null);

/** Every so many tokens of a plan pieces that were kept aside are foretold. */
export const LOOKS = 20;

/** At how many tokens it ends unless it becomes better; none where the plan ends before. */
export function ending(held: readonly Point[], planned: number, patience: number): number | null {
  const best = lowest(held);
  if (!best || !planned) return null;
  const at = best[0] + (patience * planned) / LOOKS;
  return at < planned ? at : null;
}

/** One column of places and one of values for each curve, null where a curve has no point: the form of uPlot. */
export function aligned(curves: readonly (readonly Point[])[]): [number[], ...(number | null)[][]] {
  const places = [...new Set(curves.flat().map(([tokens]) => tokens))].sort((a, b) => a - b);
  const columns = curves.map((curve) => {
    const values = new Map(curve);
    return places.map((place) => values.get(place) ?? null);
  });
  return [places, ...columns];
}

/** The least and the most of what is shown, with some room; extremes of the first steps are cut off. */
export function reach(curves: readonly (readonly Point[])[]): [number, number] {
  const values = curves.flat().map(([, bits]) => bits).filter(Number.isFinite);
  if (!values.length) return [0, 3];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.05, (high - low) * 0.12);
  return [Math.max(0, low - room), high + room];
}

/** From where to where something stands across a chart. */
export type Stretch = readonly [from: number, to: number];

/** Where words of a width begin: as near to the end of a stretch as nothing stands in their way; at its very end where there is no room. */
export function roomFor(width: number, [from, to]: Stretch, taken: readonly Stretch[]): number {
  const begins = [to, ...taken.map(([left]) => left)].map((end) => end - width).filter((begin) => begin >= from && begin <= to - width);
  const free = begins.filter((begin) => taken.every(([left, right]) => right <= begin || left >= begin + width));
  return free.length ? Math.max(...free) : to - width;
}
