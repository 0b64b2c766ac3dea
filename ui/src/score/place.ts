// Where systems lie on their paper. Pixels at 100 %: a staff is 28.8 of them high and 7 mm in print.

/** Pixels for a millimetre. */
export const MM = 28.8 / 7;

/** A sheet of paper, in millimetres. */
export interface Paper {
  width: number;
  height: number;
}

export const PAPERS = { a4: { width: 210, height: 297 }, letter: { width: 215.9, height: 279.4 } } as const satisfies Record<string, Paper>;

/** Margins of a page, and what its first one has above the music, in pixels. */
export const MARGIN = { side: 15 * MM, top: 14 * MM, bottom: 16 * MM };
export const TITLE = 62;
/** Between two systems: on a page at least, where there is room, and at most where a page is filled up. */
const [LEAST_GAP, GAP, WIDEST_GAP] = [12, 20, 52];
/** Paper that goes on for ever: around its music, and between two sheets. */
const INSET = { side: 22, top: 14, bottom: 30 };
export const BETWEEN = 20;

export interface Placed {
  /** Each sheet, and which systems are on it: from the first to before the last. */
  papers: { top: number; height: number; from: number; to: number }[];
  /** The top of each system. */
  tops: number[];
  /** How high all of it is. */
  height: number;
  /** How wide a sheet is, and how far its music begins from the left. */
  width: number;
  side: number;
}

/** How wide a system is on a sheet. */
export const measure = (paper: Paper | null, width: number) =>
  paper ? paper.width * MM - 2 * MARGIN.side : Math.max(300, width - 2 * INSET.side);

/** One sheet as long as the music. */
export function scroll(heights: readonly number[], width: number): Placed {
  const tops: number[] = [];
  let y = INSET.top + TITLE;
  for (const height of heights) {
    tops.push(y);
    y += height + GAP;
  }
  const height = y - GAP + INSET.bottom;
  return { papers: [{ top: 0, height, from: 0, to: heights.length }], tops, height, width, side: INSET.side };
}

/** Pages, each filled up to its foot but for the last. */
export function pages(heights: readonly number[], paper: Paper): Placed {
  const [width, height] = [paper.width * MM, paper.height * MM];
  const placed: Placed = { papers: [], tops: [], height: 0, width, side: MARGIN.side };
  for (let from = 0; from < heights.length || !placed.papers.length; ) {
    const top = placed.papers.length * (height + BETWEEN);
    const head = MARGIN.top + (from === 0 ? TITLE : 0);
    const room = height - head - MARGIN.bottom;
    let to = from;
    let used = 0;
    while (to < heights.length && (to === from || used + LEAST_GAP + heights[to] <= room)) used += (to > from ? LEAST_GAP : 0) + heights[to++];
    const spare = to - from > 1 ? Math.max(0, (room - used) / (to - from - 1)) : 0;
    const gap = Math.min(to < heights.length ? WIDEST_GAP : GAP, LEAST_GAP + spare);
    let y = top + head;
    for (const each of heights.slice(from, to)) {
      placed.tops.push(y);
      y += each + gap;
    }
    placed.papers.push({ top, height, from, to });
    from = Math.max(to, from + 1);
  }
  placed.height = placed.papers.length * (height + BETWEEN) - BETWEEN;
  return placed;
}

/** The systems that show between two heights, as indices: from the first to before the last. */
export function shown(placed: Placed, heights: readonly number[], from: number, to: number): [number, number] {
  let first = 0;
  while (first < heights.length && placed.tops[first] + heights[first] < from) first++;
  let last = first;
  while (last < heights.length && placed.tops[last] < to) last++;
  return [first, last];
}

/** Those of them that are read there: a first one that is more than half above does not count, unless it is the only one. */
export function readable(placed: Placed, heights: readonly number[], from: number, to: number): [number, number] {
  const [first, last] = shown(placed, heights, from, to);
  const cut = first < last - 1 && placed.tops[first] + heights[first] / 2 < from;
  return [cut ? first + 1 : first, last];
}
