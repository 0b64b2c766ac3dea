// Colours for the canvases: the tokens of the theme in force, mixed once and kept as strings.

type Rgb = [number, number, number];

/** Velocities are drawn in so many shades. */
const SHADES = 16;

export interface Hue {
  /** Fill by velocity shade, 0 softest. */
  fill: string[];
  selected: string[];
  sounding: string;
  border: string;
  ghost: string;
  /** The hue itself: stems, mini-map. */
  plain: string;
  rgb: Rgb;
  /** What a name on the note is written in. */
  label: string;
}

export interface Colours {
  dark: boolean;
  rollIn: string;
  rollOut: string;
  bar: string;
  beat: string;
  sub: string;
  octave: string;
  tint: string;
  text: string;
  text2: string;
  text3: string;
  line: string;
  lineStrong: string;
  panel: string;
  strip: string;
  raised: string;
  well: string;
  accent: string;
  accentSoft: string;
  cand: string;
  candFill: string;
  candSoft: string;
  candSounding: string;
  rec: string;
  keyWhite: string;
  keyBlack: string;
  keyText: string;
  hues: Hue[];
  font: string;
}

const css = ([r, g, b]: Rgb, alpha = 1) => `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${alpha})`;
const mix = (a: Rgb, b: Rgb, part: number): Rgb => [0, 1, 2].map((at) => a[at] * part + b[at] * (1 - part)) as Rgb;

/** The shade of a velocity. */
export const shade = (velocity: number) => Math.min(SHADES - 1, (velocity * SHADES) >> 7);

/** Reads the theme that is in force. */
export function colours(dark: boolean): Colours {
  const style = getComputedStyle(document.documentElement);
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const rgb = (name: string): Rgb => {
    if (!context) return [128, 128, 128];
    context.fillStyle = value(name);
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] as Rgb;
  };
  const plain = (name: string) => css(rgb(name));
  const [rollIn, text, cand, candFill] = ["roll-in", "text", "cand", "cand-fill"].map(rgb);
  const [white, black]: [Rgb, Rgb] = [[255, 255, 255], [0, 0, 0]];
  const towards = dark ? white : black;
  // visual.md: velocity sets how much of the hue is mixed into the row's colour.
  const [floor, span, ghost] = dark ? [0.66, 0.34, 0.3] : [0.62, 0.38, 0.27];
  const hue = (number: number): Hue => {
    const hue = rgb(`track-${number}`);
    const fills = Array.from({ length: SHADES }, (_, at) => mix(hue, rollIn, floor + (span * (at + 1)) / SHADES));
    const luminance = (0.299 * hue[0] + 0.587 * hue[1] + 0.114 * hue[2]) / 255;
    return {
      fill: fills.map((fill) => css(fill)),
      selected: fills.map((fill) => css(mix(fill, towards, 0.75))),
      sounding: css(mix(hue, towards, dark ? 0.55 : 0.72)),
      border: dark ? "rgb(0 0 0 / .38)" : css(mix(hue, black, 0.66)),
      ghost: css(mix(hue, rollIn, ghost)),
      plain: css(hue),
      rgb: hue,
      label: luminance > 0.47 ? "rgb(8 10 16 / .84)" : "#fff",
    };
  };
  return {
    dark,
    rollIn: css(rollIn), rollOut: plain("roll-out"),
    bar: value("grid-bar"), beat: value("grid-beat"), sub: value("grid-sub"), octave: value("grid-octave"),
    tint: value("range-tint"),
    text: css(text), text2: plain("text-2"), text3: plain("text-3"),
    line: plain("line"), lineStrong: plain("line-strong"),
    panel: plain("panel"), strip: plain("strip"), raised: plain("raised"), well: plain("well"),
    accent: plain("accent"), accentSoft: plain("accent-soft"),
    cand: css(cand), candFill: css(mix(candFill, rollIn, dark ? 0.88 : 0.46)), candSoft: plain("cand-soft"),
    candSounding: css(mix(candFill, towards, dark ? 0.25 : 0.6)),
    rec: plain("rec"), keyWhite: plain("key-white"), keyBlack: plain("key-black"), keyText: plain("key-text"),
    hues: Array.from({ length: 12 }, (_, at) => hue(at + 1)),
    font: value("font"),
  };
}
