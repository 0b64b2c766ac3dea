// A piece as a small picture: what the engine has drawn of it, and how that is painted.

/** What a picture says of its piece. */
export interface Picture {
  bars: number;
  tracks: number;
  notes: number;
  seconds: number;
  /** Four bytes for each mark: column, columns, row from above, hue (engine::Studio::thumbnail). */
  marks: Uint8Array;
}

/** Columns and rows of a picture, as the engine counts them. */
const COLUMNS = 255;
const ROWS = 47;

/** Bars that a piece without notes shows. */
const BARS = 8;

/** Four numbers of 32 bits, little-endian, and the marks. */
export function read(bytes: ArrayBuffer): Picture {
  const data = new DataView(bytes);
  const number = (at: number) => (bytes.byteLength >= at + 4 ? data.getUint32(at, true) : 0);
  return { bars: number(0), tracks: number(4), notes: number(8), seconds: number(12), marks: new Uint8Array(bytes, Math.min(16, bytes.byteLength)) };
}

/** Paints the marks in the hues of their tracks, or empty bars. */
export function paint(context: CanvasRenderingContext2D, width: number, height: number, { marks }: Picture, hues: readonly string[], ground: string, line: string) {
  context.fillStyle = ground;
  context.fillRect(0, 0, width, height);
  if (!marks.length) {
    // Empty bars, so that it is seen to be a piece.
    context.fillStyle = line;
    for (let bar = 1; bar < BARS; bar++) context.fillRect(Math.round((width * bar) / BARS), 0, 1, height);
  }
  const [across, down] = [(width - 8) / COLUMNS, (height - 12) / ROWS];
  for (let at = 0; at + 3 < marks.length; at += 4) {
    context.fillStyle = hues[marks[at + 3] % hues.length];
    context.fillRect(4 + marks[at] * across, 5 + marks[at + 2] * down, Math.max(1.5, marks[at + 1] * across - 0.5), 2);
  }
}

/** The words that a search has, against a title. */
export const fits = (words: string, title: string) => words.toLowerCase().split(/\s+/).every((word) => title.toLowerCase().includes(word));
