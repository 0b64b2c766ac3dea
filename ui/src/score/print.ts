// The whole score on pages of paper, as they go to the printer: each an SVG document.

import * as backend from "../backend/tauri";
import { m } from "../paraglide/messages";
import { engraver } from "./engraver";
import type { Ink } from "./ink";
import { MARGIN, measure, MM, pages, type Paper, TITLE } from "./place";
import { type Line, lines, share } from "./systems";

export interface Edition {
  title: string;
  /** What stands above the music at the left: whose part it is. */
  part: string;
  tracks: number[];
  /** The room that each bar needs, and the key at the beginning. */
  rooms: readonly number[];
  fifths: number;
  paper: Paper;
}

/** Engraves everything and lays it out; `heard` hears how many systems are done and may answer false to stop. */
export async function printed(edition: Edition, heard: (done: number, of: number) => boolean): Promise<string[]> {
  const { tracks, rooms, fifths, paper, title, part } = edition;
  const width = Math.round(measure(paper, 0));
  const systems = lines(rooms, width, fifths);
  const inks: Ink[] = [];
  for (const line of systems) {
    if (!heard(inks.length, systems.length)) return [];
    inks.push(await engraved(line, tracks, Math.round(width * share(line, rooms, width, fifths))));
  }
  heard(inks.length, systems.length);
  return laid(inks, paper, title, part);
}

async function engraved(line: Line, tracks: number[], width: number): Promise<Ink> {
  const fragment = await backend.fragment({ fromBar: line.from, toBar: line.to, tracks, candidate: null, tried: false, known: [] });
  const loose = { before: fragment.tiedBefore, after: fragment.tiedAfter };
  const ink = await engraver.engrave({ text: fragment.text ?? "", width, loose }, () => true);
  if (!ink) throw new Error(m.print_stopped());
  return ink;
}

/** Pages of systems. */
export function laid(inks: readonly Ink[], paper: Paper, title: string, part = ""): string[] {
  const placed = pages(inks.map(({ height }) => height), paper);
  const [width, height] = [paper.width * MM, paper.height * MM];
  return placed.papers.map(({ top, from, to }, number) => {
    const systems = inks.slice(from, to).map((ink, at) => put(ink, placed.side, placed.tops[from + at] - top));
    const words = [
      number === 0 && title ? text(width / 2, placed.tops[0] - top - TITLE + 24, 22, title) : "",
      part ? text(placed.side, number === 0 ? placed.tops[0] - top - TITLE + 24 : MARGIN.top - 14, 14, part, "start") : "",
      placed.papers.length > 1 ? text(width / 2, height - 26, 10, String(number + 1)) : "",
    ];
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${paper.width}mm" height="${paper.height}mm" viewBox="0 0 ${round(width)} ${round(height)}">${words.join("")}${systems.join("")}</svg>\n`;
  });
}

const put = (ink: Ink, x: number, y: number) => ink.svg.replace("<svg ", `<svg x="${round(x)}" y="${round(y)}" width="${ink.width}" height="${ink.height}" `);
const text = (x: number, y: number, size: number, words: string, anchor = "middle") =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-family="Times, serif" font-size="${size}">${escaped(words)}</text>`;
const escaped = (words: string) => words.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? sign);
const round = (value: number) => Math.round(value * 100) / 100;
