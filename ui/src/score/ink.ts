// What stands where in a system that Verovio has drawn, read out of its SVG. All places are in pixels at 100 %, from
// the picture's upper left corner.

import { drawn } from "./marks";
import { symbols } from "./symbols";

/** A note head. */
export interface Sign {
  /** Its id in the picture: `n12`, or `n12-5-30240` where note 12 goes on after a tie. */
  id: string;
  /** The note of the document. */
  note: number;
  /** Its middle. */
  x: number;
  y: number;
  /** Which measure and which staff of the system, from 0. */
  measure: number;
  staff: number;
}

/** A clef. */
export interface ClefSign {
  x: number;
  /** Where its own note stands: G of a G clef. */
  y: number;
  /** That note, as `entry/pitch.ts` counts. */
  degree: number;
  staff: number;
}

/** A chord symbol. */
export interface Symbol {
  /** Where it begins, and the line that it stands on. */
  x: number;
  y: number;
  width: number;
  measure: number;
  /** Which of the chords of its measure, from 0. */
  number: number;
}

export interface Ink {
  svg: string;
  width: number;
  height: number;
  /** Left and right end of each measure, and where its first note or rest stands. */
  measures: { left: number; right: number; first: number }[];
  /** Upper and lower line of each staff. */
  staves: { top: number; bottom: number }[];
  /** From left to right. */
  signs: Sign[];
  clefs: ClefSign[];
  symbols: Symbol[];
}

/** What each clef of the music font (SMuFL, clefs) stands for: G4, C4, F3, an octave lower or higher where it says so. A drum staff is read as in treble clef, from its middle line. */
const CLEFS: Readonly<Record<string, number>> = { E050: 39, E052: 32, E053: 46, E05C: 35, E062: 31, E064: 24, E065: 38, E069: 41, E07A: 39, E07B: 35, E07C: 31 };

/** Signs that are tied to what stands before or after the system. */
export interface Loose {
  before: readonly string[];
  after: readonly string[];
}

/** Verovio counts tenths of its unit, and a score at 100 % is drawn at a scale of 40. */
export const SCALE = 40;
const TENTHS = 1000 / SCALE;
/** A staff space, and about the width of a head, in tenths. */
const SPACE = 180;
/** From a line to the next space, in the picture's own units. */
export const STEP = SPACE / 2;
const HEAD = 214;

const TAG = /<(\/?)(svg|g|use|path)\b([^>]*?)(\/?)>/g;
const attribute = (text: string, name: string) => new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1] ?? "";
const pair = (text: string) => text.split(/[ ,]+/).map(Number);

/** The number of the note that an id of ours names. */
export const noteOf = (id: string) => Number(/^n(\d+)(?:-|$)/.exec(id)?.[1] ?? NaN);

/** Reads a picture, draws its tempo marks and the ties that come from the system before or go on in the next. */
export function ink(picture: string, loose: Loose): Ink {
  const svg = symbols(drawn(picture));
  const [, , width, height] = pair(attribute(/<svg[^>]*>/.exec(svg)?.[0] ?? "", "viewBox"));
  const found: Ink = { svg, width, height, measures: [], staves: [], signs: [], clefs: [], symbols: [] };
  const [left, top] = pair(/class="page-margin" transform="translate\(([^)]*)\)/.exec(svg)?.[1] ?? "0 0");
  const px = (x: number) => (x + left) / TENTHS;
  const py = (y: number) => (y + top) / TENTHS;
  const open: { kind: string; id: string }[] = [];
  let staff = -1;
  for (const [, end, tag, text, closed] of svg.matchAll(TAG)) {
    if (end) {
      open.pop();
      continue;
    }
    const kind = attribute(text, "class").split(" ")[0];
    const measure = found.measures.length - 1;
    if (tag === "g" && kind === "measure") {
      found.measures.push({ left: Infinity, right: 0, first: Infinity });
      staff = -1;
    } else if (tag === "g" && kind === "staff") staff++;
    else if (tag === "g" && kind === "harm") chord(text, measure);
    else if (tag === "path" && open.at(-1)?.kind === "staff") line(text);
    else if (tag === "use" && open.at(-1)?.kind === "clef") clef(text);
    else if (tag === "use" && measure >= 0) head(text, measure);
    if (!closed) open.push({ kind, id: attribute(text, "id") });
  }

  function line(text: string) {
    const [from, y, to] = pair(attribute(text, "d").replace(/[ML]/g, ""));
    const measure = found.measures[found.measures.length - 1];
    measure.left = Math.min(measure.left, px(from));
    measure.right = Math.max(measure.right, px(to));
    const lines = (found.staves[staff] ??= { top: Infinity, bottom: 0 });
    lines.top = Math.min(lines.top, py(y));
    lines.bottom = Math.max(lines.bottom, py(y));
  }

  function clef(text: string) {
    const degree = CLEFS[/#(E[0-9A-F]{3})/.exec(attribute(text, "xlink:href"))?.[1] ?? ""];
    const [x, y] = pair(/translate\(([^)]*)\)/.exec(attribute(text, "transform"))?.[1] ?? "");
    if (degree !== undefined) found.clefs.push({ x: px(x), y: py(y), degree, staff });
  }

  function chord(text: string, measure: number) {
    const [x, y, width] = pair(attribute(text, "data-place"));
    const number = found.symbols.filter((symbol) => symbol.measure === measure).length;
    found.symbols.push({ x: px(x), y: py(y), width: width / TENTHS, measure, number });
  }

  function head(text: string, measure: number) {
    const [x, y] = pair(/translate\(([^)]*)\)/.exec(attribute(text, "transform"))?.[1] ?? "");
    const of = [...open].reverse().find(({ kind }) => kind === "note" || kind === "rest" || kind === "mRest");
    if (!of) return;
    const stands = found.measures[measure];
    stands.first = Math.min(stands.first, px(x));
    const note = noteOf(of.id);
    // Accidentals and dots of a note are drawn inside it too.
    if (Number.isNaN(note) || open.at(-1)?.kind !== "notehead") return;
    found.signs.push({ id: of.id, note, x: px(x + HEAD / 2), y: py(y), measure, staff });
  }

  found.signs.sort((a, b) => a.x - b.x || b.y - a.y);
  for (const measure of found.measures) if (measure.first === Infinity) measure.first = measure.left;
  found.svg = tied(found, loose, left, top);
  return found;
}

/** Half ties at the ends of a system. */
function tied(found: Ink, { before, after }: Loose, left: number, top: number): string {
  if (!before.length && !after.length) return found.svg;
  const half = (id: string, enters: boolean) => {
    const sign = found.signs.find((sign) => sign.id === id);
    const staff = found.staves[sign?.staff ?? -1];
    if (!sign || !staff) return "";
    const up = sign.y <= (staff.top + staff.bottom) / 2;
    const away = up ? -1 : 1;
    const x = sign.x * TENTHS - left;
    const y = sign.y * TENTHS - top + away * SPACE * 0.62;
    const end = found.measures[sign.measure].right * TENTHS - left;
    const [from, to] = enters ? [x - HEAD / 2 - 1.6 * SPACE, x - HEAD * 0.3] : [x + HEAD * 0.3, Math.max(x + HEAD, end - 0.2 * SPACE)];
    // It touches its head and lies level where it leaves the system.
    const [head, edge] = enters ? [to, from] : [from, to];
    const middle = (head + edge) / 2;
    const curve = (height: number) => Math.round(y + away * height);
    const [outer, inner] = [curve(SPACE * 0.55), curve(SPACE * 0.37)];
    const points = [head, Math.round(y), middle, outer, Math.round(edge), outer, Math.round(edge), inner, middle, inner, head].map(Math.round);
    const [a, b, c, d, e, f, , , i, j, k] = points;
    return `<path class="tie" d="M${a} ${b} Q${c} ${d} ${e} ${f} L${e} ${inner} Q${i} ${j} ${k} ${b} Z" stroke-width="6"/>`;
  };
  const halves = [...before.map((id) => half(id, true)), ...after.map((id) => half(id, false))].join("");
  const at = found.svg.lastIndexOf("</g></svg></svg>");
  return at < 0 ? found.svg : found.svg.slice(0, at) + halves + found.svg.slice(at);
}
