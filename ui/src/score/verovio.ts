// How Verovio is asked for one system.

import { m } from "../paraglide/messages";
import { ink, type Ink, type Loose, SCALE } from "./ink";

/** One system to be engraved. */
export interface Order {
  number: number;
  /** MusicXML. */
  text: string;
  /** How wide it becomes, in pixels at 100 %. */
  width: number;
  loose: Loose;
}

/** What of Verovio's toolkit is used. */
export interface Toolkit {
  setOptions(options: object): void;
  loadData(text: string): boolean;
  renderToSVG(page: number): string;
  getLog(): string;
}

const OPTIONS = {
  scale: SCALE, font: "Leland", header: "none", footer: "none",
  // The bars of a fragment stand in one system, however wide they are, and fill its width.
  breaks: "encoded", minLastJustification: 0,
  adjustPageHeight: true, pageMarginLeft: 30, pageMarginRight: 0, pageMarginTop: 10, pageMarginBottom: 10,
  svgViewBox: true, svgFormatRaw: true, smuflTextFont: "none",
};

/** Engraves a system. Throws with Verovio's reason. */
export function engraved(toolkit: Toolkit, { text, width, loose }: Omit<Order, "number">): Ink {
  toolkit.setOptions({ ...OPTIONS, pageWidth: Math.round((width * 100) / SCALE) });
  if (!toolkit.loadData(text)) throw new Error(toolkit.getLog().trim() || m.score_not_read());
  return ink(toolkit.renderToSVG(1), loose);
}
