import { beforeAll, describe, expect, it } from "vitest";
import { VerovioToolkit } from "verovio/esm";
import load from "verovio/wasm";
import type { Meter } from "../bindings/Meter";
import { Bars } from "../document/bars";
import { Notes, type Row } from "../document/notes";
import type { Ink } from "./ink";
import { noteOf } from "./ink";
import { BETWEEN, MM, PAPERS, pages, readable, scroll, shown } from "./place";
import { degreeAt, spotAt, staffAt, stavesOf } from "./pen";
import { laid } from "./print";
import { type Line, lines, MOST_BARS, room, share } from "./systems";
import { anchors, isAbove, measureAt, signAt, symbolAt, tickAt, tickOf, xOf } from "./time";
import { engraved, type Toolkit } from "./verovio";

const TPQ = 960;
const meter: Meter = { tick: 0, numerator: 3, denominator: 4, clocks: 24, thirty_seconds: 8 };
const bars = new Bars(TPQ, [meter]);
const row = (id: number, start: number, length = TPQ, pitch = 60): Row => ({ id, start, length, pitch, velocity: 80, flags: 0 });

/** Two staves of bars in 3/4 as the engine writes them: quarters above, a dotted half below that goes on over the bar line. */
function fragment(count: number, from = 1): string {
  const note = (id: string, pitch: string, quarters: number, type: string, tied = "") =>
    `<note id="${id}"><pitch><step>${pitch[0]}</step><octave>${pitch[1]}</octave></pitch><duration>${quarters * 10080}</duration><voice>1</voice><type>${type}</type>${type === "half" ? "<dot/>" : ""}${tied}</note>`;
  const part = (number: number, clef: string, music: (bar: number) => string) =>
    `<part id="P${number}">${Array.from({ length: count }, (_, at) => {
      const begin = at ? "" : `<print new-system="yes"><measure-numbering>system</measure-numbering></print><attributes><divisions>10080</divisions><key><fifths>0</fifths></key><time><beats>3</beats><beat-type>4</beat-type></time><clef>${clef}</clef></attributes>`;
      const tempo = at || number > 1 ? "" : "<direction placement=\"above\"><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>168</per-minute></metronome></direction-type></direction>";
      return `<measure number="${from + at}">${begin}${tempo}${music(at)}</measure>`;
    }).join("")}</part>`;
  const upper = part(1, "<sign>G</sign><line>2</line>", (bar) => [0, 1, 2].map((beat) => note(`n${bar * 3 + beat}`, ["C5", "E5", "G5"][beat], 1, "quarter")).join(""));
  const lower = part(2, "<sign>F</sign><line>4</line>", (bar) => note(bar ? `n100-${from - 1 + bar}-0` : "n100", "C3", 3, "half", bar ? '<tie type="stop"/><notations><tied type="stop"/></notations>' : ""));
  return `<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1"><part-name/></score-part><score-part id="P2"><part-name/></score-part></part-list>${upper}${lower}</score-partwise>`;
}

let toolkit: Toolkit;
let ink: Ink;
beforeAll(async () => {
  toolkit = new VerovioToolkit(await load());
  ink = engraved(toolkit, { text: fragment(4), width: 700, loose: { before: [], after: [] } });
}, 60_000);

/** What the engine writes for chords above the staff. */
const harmony = (root: string, kind: string, more = "") => `<harmony placement="above"><root><root-step>${root[0]}</root-step>${root[1] ? `<root-alter>${root[1] === "b" ? -1 : 1}</root-alter>` : ""}</root><kind text="${kind}">other</kind>${more}</harmony>`;
const NO_CHORD = '<harmony placement="above"><root><root-step>N.C.</root-step></root><kind text="">none</kind></harmony>';

describe("chord symbols", () => {
  const chords = [harmony("Bb", "m7♭5", "<bass><bass-step>F</bass-step><bass-alter>1</bass-alter></bass>") + harmony("C", "", "<offset>20160</offset>"), NO_CHORD];
  const drawn = () => {
    let at = 0;
    const text = fragment(3).replaceAll(/(<measure number="\d+">(?:<print.*?<\/direction>)?)(?=<note)/g, (begin) => begin + (chords[at++] ?? ""));
    return engraved(toolkit, { text, width: 700, loose: { before: [], after: [] } });
  };

  it("are letters of the page with accidentals as outlines, each once", () => {
    const { svg } = drawn();
    expect(svg).not.toMatch(/[\u{E000}-\u{F8FF}]|Leipzig/u);
    const letters = [...svg.matchAll(/class="harm"[^>]*>([\s\S]*?)<\/g>/g)].map(([, inside]) => inside.replace(/<path[^>]*>/g, "*").replace(/<[^>]*>/g, ""));
    expect(letters).toEqual(["B*m7*5/F*", "C", "N.C."]);
  });

  it("stand above the first staff at their time, and are met there", () => {
    const found = drawn();
    expect(found.symbols.map(({ measure, number }) => [measure, number])).toEqual([[0, 0], [0, 1], [1, 0]]);
    const [first, second] = found.symbols;
    expect(first.y).toBeLessThan(found.staves[0].top);
    expect(first.width).toBeGreaterThan(45);
    expect(first.x + first.width).toBeLessThan(second.x);
    expect(Math.abs(second.x - found.signs.find(({ id }) => id === "n2")!.x)).toBeLessThan(12);
    expect(symbolAt(found, first.x + 5, first.y - 4)).toBe(first);
    expect(symbolAt(found, first.x + 5, first.y + 30)).toBeUndefined();
    expect([isAbove(found, first.y), isAbove(found, found.staves[0].top + 5)]).toEqual([true, false]);
  });

  it("are none where none are written", () => {
    expect(ink.symbols).toEqual([]);
  });
});

describe("ink", () => {
  it("has every sign under its id, in its measure and staff", () => {
    expect(ink.width).toBe(700);
    expect(ink.measures).toHaveLength(4);
    expect(ink.staves).toHaveLength(2);
    expect(ink.signs.filter(({ staff }) => staff === 0).map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, at) => `n${at}`));
    expect(ink.signs.filter(({ staff }) => staff === 1).map(({ id, measure }) => [id, measure])).toEqual([["n100", 0], ["n100-1-0", 1], ["n100-2-0", 2], ["n100-3-0", 3]]);
    for (const { x, measure } of ink.signs) expect(x > ink.measures[measure].first && x < ink.measures[measure].right).toBe(true);
    expect(ink.staves[0].bottom - ink.staves[0].top).toBeCloseTo(28.8, 1);
    expect(ink.measures.at(-1)!.right).toBeGreaterThan(690);
  });

  it("fills the width however few or many bars it has, and never breaks them", () => {
    for (const count of [1, 8, 14]) {
      const drawn = engraved(toolkit, { text: fragment(count), width: 500, loose: { before: [], after: [] } });
      expect(drawn.svg.match(/class="system"/g)).toHaveLength(1);
      expect(drawn.measures).toHaveLength(count);
      expect(drawn.measures.at(-1)!.right).toBeGreaterThan(490);
    }
  });

  it("needs no music font: tempo marks are outlines, and their words follow", () => {
    expect(ink.svg).not.toContain("Leland");
    expect(ink.svg.match(/class="mark"/g)).toHaveLength(2);
    expect(ink.svg).toContain(">168<");
  });

  it("draws half of a tie that comes from before or goes on", () => {
    const ties = (before: string[], after: string[]) => engraved(toolkit, { text: fragment(4), width: 700, loose: { before, after } }).svg.match(/class="tie" d="/g)?.length ?? 0;
    expect([ties([], []), ties(["n100"], []), ties(["n100"], ["n100-3-0", "n11"]), ties(["n999"], [])]).toEqual([0, 1, 3, 0]);
  });

  it("keeps words of a file words", () => {
    const mark = "<direction><direction-type><rehearsal>&lt;img src=x onerror=alert(1)&gt; &amp; so on</rehearsal></direction-type></direction>";
    const { svg } = engraved(toolkit, { text: fragment(1).replace("</attributes>", `</attributes>${mark}`), width: 700, loose: { before: [], after: [] } });
    expect(svg).toContain("onerror");
    expect(svg).not.toContain("<img");
  });

  it("names notes of the document", () => {
    expect(["n12", "n12-5-30240", "n12x", "m12", "q1jx7k"].map(noteOf)).toEqual([12, 12, NaN, NaN, NaN]);
  });

  it("says why there is none", () => {
    expect(() => engraved(toolkit, { text: "<no", width: 700, loose: { before: [], after: [] } })).toThrow();
  });
});

describe("time", () => {
  const line: Line = { from: 1, to: 4 };
  const start = (note: number) => (note < 100 ? note * TPQ : 0);

  it("is where the notes are, and between them", () => {
    const places = anchors(ink, line, bars, start);
    const sign = (id: string) => ink.signs.find((each) => each.id === id)!;
    expect(xOf(places, 5 * TPQ)).toBeCloseTo(sign("n5").x, 5);
    const between = xOf(places, 5.5 * TPQ);
    expect(between > sign("n5").x && between < sign("n6").x).toBe(true);
    expect(xOf(places, 3 * TPQ)).toBeCloseTo(sign("n3").x, 0);
    for (let tick = 0; tick < 12 * TPQ; tick += 240) expect(tickAt(places, xOf(places, tick))).toBeCloseTo(tick, 3);
    expect(xOf(places, 12 * TPQ)).toBeCloseTo(ink.measures[3].right, 5);
  });

  it("of a sign that goes on is in its id", () => {
    expect(tickOf("n100-2-20160", 7, bars)).toBe(2 * 3 * TPQ + 2 * TPQ);
    expect(tickOf("n100", 7, bars)).toBe(7);
  });

  it("finds bars and heads under the pointer", () => {
    const { x, y } = ink.signs.find(({ id }) => id === "n4")!;
    expect(signAt(ink, x + 3, y - 2)?.id).toBe("n4");
    expect(signAt(ink, x, y - 14)).toBeUndefined();
    expect(measureAt(ink, x)).toBe(1);
    expect([measureAt(ink, 0), measureAt(ink, 9999)]).toEqual([0, 3]);
  });
});

describe("the pen", () => {
  const known = new Map([[4, { track: 7, row: { start: 4 * TPQ, pitch: 76 } }], [100, { track: 8, row: { start: 0, pitch: 48 } }]]);
  const paper = () => {
    const start = (note: number) => (note < 100 ? note * TPQ : 0);
    return { ink, staves: [7, 8], places: anchors(ink, { from: 1, to: 4 }, bars, start), bars, grid: 480, fifths: () => 0, find: (note: number) => known.get(note), drums: () => false, drumAt: () => undefined as number | undefined };
  };

  it("knows the clef of every staff", () => {
    expect(ink.clefs.map(({ degree, staff }) => [degree, staff])).toEqual([[39, 0], [31, 1]]);
    // G on the second line from below, F on the fourth.
    expect(ink.clefs[0].y).toBeCloseTo(ink.staves[0].bottom - 7.2, 1);
    expect(ink.clefs[1].y).toBeCloseTo(ink.staves[1].top + 7.2, 1);
  });

  it("reads lines and spaces as the heads that stand on them", () => {
    const written = (id: string) => {
      const sign = ink.signs.find((each) => each.id === id)!;
      return degreeAt(ink, sign.staff, sign.x, sign.y)?.degree;
    };
    // C5, E5, G5, and C3 below.
    expect(["n0", "n1", "n2", "n100"].map(written)).toEqual([42, 44, 46, 28]);
  });

  it("writes where a head stands, else at the place of the grid before", () => {
    const [one, two] = ["n4", "n5"].map((id) => ink.signs.find((each) => each.id === id)!);
    const line = ink.staves[0].top + 14.4;
    expect(spotAt(paper(), one.x + 3, line)).toMatchObject({ track: 7, tick: 4 * TPQ, pitch: 71 });
    const between = spotAt(paper(), one.x + (two.x - one.x) * 0.55, line)!;
    expect([between.tick, Math.round(between.y)]).toEqual([4 * TPQ + 480, Math.round(line)]);
    expect(spotAt({ ...paper(), fifths: () => -2 }, one.x, line)?.pitch).toBe(70);
    expect(spotAt(paper(), one.x, ink.staves[1].bottom)).toMatchObject({ track: 8, pitch: 43 });
  });

  it("writes no note far from a staff, and on drums only what is on their staff already", () => {
    expect(staffAt(ink, ink.staves[1].bottom + 60)).toBeUndefined();
    const { x, y } = ink.signs.find(({ id }) => id === "n4")!;
    const drums = { ...paper(), drums: () => true };
    expect(spotAt(drums, x, y)?.pitch).toBe(76);
    expect(spotAt(drums, x, y + 3.6)).toBeUndefined();
    expect(spotAt({ ...drums, drumAt: (degree) => (degree === 43 ? 47 : undefined) }, x, y + 3.6)?.pitch).toBe(47);
  });

  it("finds the staves of a track", () => {
    expect(stavesOf(ink, [7, 7], 7)).toEqual({ top: ink.staves[0].top, bottom: ink.staves[1].bottom });
    expect(stavesOf(ink, [7, 8], 9)).toBeUndefined();
  });
});

describe("lines", () => {
  it("need more room for more notes, wherever in the piece they are", () => {
    const quarters = Notes.of(Array.from({ length: 12 }, (_, at) => row(at, at * TPQ)));
    const eighths = Notes.of(Array.from({ length: 24 }, (_, at) => row(at, (at * TPQ) / 2)));
    expect(room([quarters], bars, 0)).toBeCloseTo(91, 0);
    expect(room([quarters], bars, 3)).toBe(room([quarters], bars, 0));
    expect(room([eighths], bars, 1)).toBeGreaterThan(room([quarters], bars, 1));
    expect(room([quarters, eighths], bars, 1)).toBe(room([eighths], bars, 1));
    expect(room([], bars, 1)).toBeLessThan(room([quarters], bars, 1));
  });

  const whole = (found: readonly Line[], count: number) => {
    expect(found.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at))).toEqual(Array.from({ length: count }, (_, at) => at + 1));
  };

  it("hold every bar once, as many as fit and at most eight", () => {
    for (const width of [100, 400, 800, 5000]) {
      const found = lines(Array<number>(50).fill(90), width, 0);
      whole(found, 50);
      expect(Math.max(...found.map(({ from, to }) => to - from + 1))).toBeLessThanOrEqual(MOST_BARS);
    }
    expect(lines([90], 800, 0)).toEqual([{ from: 1, to: 1 }]);
  });

  it("stay where an edit changes little, and meet the old ones again behind it", () => {
    const rooms = Array<number>(60).fill(90);
    const before = lines(rooms, 800, 0);
    rooms[20] += 25;
    expect(lines(rooms, 800, 0, before)).toEqual(before);
    rooms[20] = 900;
    const after = lines(rooms, 800, 0, before);
    whole(after, 60);
    const same = after.filter(({ from, to }) => before.some((line) => line.from === from && line.to === to));
    expect(same.length).toBeGreaterThan(2);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  });

  it("fill the width, but for a last one with little in it", () => {
    expect(share({ from: 1, to: 2 }, [90, 90, 90], 800, 0)).toBe(1);
    expect(share({ from: 3, to: 3 }, [90, 90, 90], 800, 0)).toBeLessThan(0.3);
    expect(share({ from: 2, to: 9 }, Array<number>(9).fill(90), 800, 0)).toBe(1);
  });
});

describe("places", () => {
  const heights = Array<number>(30).fill(120);

  it("follow each other on a sheet without end", () => {
    const placed = scroll(heights, 800);
    expect(placed.papers).toHaveLength(1);
    for (let at = 1; at < 30; at++) expect(placed.tops[at]).toBeGreaterThanOrEqual(placed.tops[at - 1] + 120);
    expect(placed.height).toBeGreaterThan(placed.tops[29] + 120);
  });

  it("fill pages without running over their foot", () => {
    const placed = pages(heights, PAPERS.a4);
    expect(placed.papers.flatMap(({ from, to }) => heights.slice(from, to))).toHaveLength(30);
    for (const { top, height, from, to } of placed.papers) {
      expect(height).toBeCloseTo(297 * MM, 3);
      expect(placed.tops[from]).toBeGreaterThan(top);
      expect(placed.tops[to - 1] + 120).toBeLessThanOrEqual(top + height - 15 * MM);
    }
    expect(placed.papers[1].top).toBeCloseTo(297 * MM + BETWEEN, 3);
    expect(pages([5000], PAPERS.letter).papers).toHaveLength(1);
    expect(pages([], PAPERS.a4).papers).toHaveLength(1);
  });

  it("tell what is in sight", () => {
    const placed = scroll(heights, 800);
    expect(shown(placed, heights, 0, 200)).toEqual([0, 1]);
    const [first, last] = shown(placed, heights, placed.tops[10] + 5, placed.tops[12] + 5);
    expect([first, last]).toEqual([10, 13]);
  });

  it("tell what is read: not what is nearly gone, but for a system higher than the view", () => {
    const placed = scroll(heights, 800);
    const [top, height] = [placed.tops[10], heights[10]];
    expect(readable(placed, heights, top + height * 0.4, placed.tops[12] + 5)).toEqual([10, 13]);
    expect(readable(placed, heights, top + height * 0.6, placed.tops[12] + 5)).toEqual([11, 13]);
    expect(readable(placed, heights, top + height * 0.6, top + height * 0.9)).toEqual([10, 11]);
  });
});

describe("print", () => {
  it("has all systems on pages with a title and numbers", () => {
    const sheets = laid(Array<Ink>(16).fill(ink), PAPERS.a4, "Tom & <Jerry>");
    expect(sheets.length).toBeGreaterThan(1);
    expect(sheets.join("").match(/class="system"/g)).toHaveLength(16);
    expect(sheets[0]).toContain(">Tom &amp; &lt;Jerry&gt;</text>");
    expect(sheets[1]).not.toContain("Tom");
    expect(sheets[0]).toMatch(/^<\?xml[^>]*\?>\n<svg [^>]*width="210mm" height="297mm"/);
  });
});
