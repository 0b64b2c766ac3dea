// Chord symbols as letters of the score's font and accidentals as outlines, so that a page needs no font of music,
// neither here nor in a PDF.

import { EM, FLAT, SHARP, type Sign } from "../chords/signs";

/** The letters' size in tenths of the engraver's unit. */
const SIZE = 390;
/** How far letters go to the right in bold Times, in thousandths of their size (Adobe's metrics of Times-Bold). */
const WIDTHS: Readonly<Record<string, number>> = {
  A: 722, B: 667, C: 722, D: 722, E: 667, F: 611, G: 778, N: 722, m: 833, a: 500, j: 333, d: 556, i: 278, u: 556, g: 500, s: 389, "/": 278, "(": 333, ")": 333, ".": 250, " ": 250,
};
const DIGIT = 500;

/** What the engraver writes for accidentals. */
const SIGNS: Readonly<Record<string, Sign>> = { "\u{EA64}": FLAT, "\u{EA66}": SHARP };

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
        const em = (EM * SIZE) / 1000;
        drawn += `<path class="mark" transform="translate(${round(x)}, ${round(Number(y) - (sign.raised * SIZE) / 1000)}) scale(${em}, -${em})" d="${sign.outline}"/>`;
        x += sign.width * em;
      } else if (text) {
        drawn += `<text x="${round(x)}" y="${y}" font-size="${SIZE}px" font-weight="bold">${run}</text>`;
        for (const letter of text) x += ((WIDTHS[letter] ?? DIGIT) * SIZE) / 1000;
      }
    }
    return `<g id="${id}" class="harm" data-place="${left} ${y} ${round(x - Number(left))}">${drawn}</g>`;
  });
}
