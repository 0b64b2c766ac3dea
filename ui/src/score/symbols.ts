// Chord symbols as letters of the score's font and accidentals as outlines, so that a page needs no font of music,
// neither here nor in a PDF. Outlines after Leland (SIL Open Font License 1.1), 1000 units to the em.

/** The letters' size in tenths of the engraver's unit. */
const SIZE = 390;
/** Accidentals beside letters, and how far they stand above the line on which letters stand. */
const EM = 0.62 * SIZE;
const RAISED = 0.2 * SIZE;

/** How far letters go to the right in bold Times, in thousandths of their size (Adobe's metrics of Times-Bold). */
const WIDTHS: Readonly<Record<string, number>> = {
  A: 722, B: 667, C: 722, D: 722, E: 667, F: 611, G: 778, N: 722, m: 833, a: 500, j: 333, d: 556, i: 278, u: 556, g: 500, s: 389, "/": 278, "(": 333, ")": 333, ".": 250, " ": 250,
};
const DIGIT = 500;

/** What the engraver writes for accidentals, each with its width and its outline. */
const SIGNS: Readonly<Record<string, readonly [number, string]>> = {
  "\u{EA64}": [250, "M132 40v11c0 21 -3 55 -39 55c-40 0 -55 -29 -57 -38l-3 -195c58 46 99 88 99 167zM120 155c59 0 83 -49 83 -101c0 -103 -90 -185 -176 -228c-2 -1 -6 -2 -8 -2c-8 0 -14 6 -14 14l-5 601c0 8 6 14 14 14h12c8 0 14 -6 14 -14l-4 -321c5 6 34 37 84 37z"],
  "\u{EA66}": [290, "M78 74v-166l89 19v165zM233 105l-38 -7v-165l33 7h2c8 0 14 -6 14 -14v-59c0 -6 -5 -13 -11 -14l-38 -7v-147h-28v141l-89 -18v-155h-28v149l-33 -7h-3c-8 0 -14 6 -14 14v58c0 6 5 13 11 14l39 8v165l-33 -7h-3c-8 0 -14 6 -14 14v58c0 6 5 13 11 14l39 8v147h28v-141 l89 18v155h28v-149l33 7h2c8 0 14 -6 14 -14v-59c0 -6 -5 -13 -11 -14z"],
};

const HARM = /<g id="([^"]*)" class="harm"><text x="(-?[\d.]+)" y="(-?[\d.]+)"[^>]*>([\s\S]*?)<\/text><\/g>/g;
const RUN = /<tspan (?:font-family="[^"]*" )?font-size="[\d.]+px">([^<]*)<\/tspan>/g;

const round = (value: number) => Math.round(value * 10) / 10;
const decoded = (text: string) => text.replace(/&#x([0-9A-Fa-f]+);/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)));

/** Draws the chord symbols of a picture; each says where it stands and how far it reaches. */
export function symbols(svg: string): string {
  return svg.replace(HARM, (_, id: string, left: string, y: string, inside: string) => {
    let [x, drawn] = [Number(left), ""];
    for (const [, run] of inside.matchAll(RUN)) {
      const text = decoded(run);
      const sign = SIGNS[text];
      if (sign) {
        drawn += `<path class="mark" transform="translate(${round(x)}, ${round(Number(y) - RAISED)}) scale(${EM / 1000}, -${EM / 1000})" d="${sign[1]}"/>`;
        x += (sign[0] * EM) / 1000;
      } else if (text) {
        drawn += `<text x="${round(x)}" y="${y}" font-size="${SIZE}px" font-weight="bold">${run}</text>`;
        for (const letter of text) x += ((WIDTHS[letter] ?? DIGIT) * SIZE) / 1000;
      }
    }
    return `<g id="${id}" class="harm" data-place="${left} ${y} ${round(x - Number(left))}">${drawn}</g>`;
  });
}
