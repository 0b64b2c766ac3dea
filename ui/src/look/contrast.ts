// Contrast as WCAG 2.2 measures it, of colours as the tokens write them.

export type Rgb = [number, number, number];

/** Linear sRGB of `oklch(L C h)` (Björn Ottosson's OKLab), cut to what a screen can show. */
export function linear(lightness: number, chroma: number, hue: number): Rgb {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const mixed: Rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return mixed.map((part) => Math.min(1, Math.max(0, part))) as Rgb;
}

export const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** From 1, alike, to 21, black on white. */
export function ratio(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The themes of a style sheet: the colours of each block that belongs to a `data-theme`, by name. */
export function themes(sheet: string): Map<string, Map<string, Rgb>> {
  const found = new Map<string, Map<string, Rgb>>();
  for (const [, theme, body] of sheet.matchAll(/\[data-theme="([\w-]+)"\]\s*\{([^}]*)\}/g)) {
    const colours = [...body.matchAll(/--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+)(?: ([\d.]+))?\)/g)].map(
      ([, name, ...numbers]) => [name, linear(...(numbers.map(Number) as Rgb))] as const,
    );
    found.set(theme, new Map(colours));
  }
  return found;
}
