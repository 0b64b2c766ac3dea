// uPlot, loaded when the first curve is drawn.

import type uPlot from "uplot";

/** As it is loaded uPlot asks for the numbers of the system's language; a system that has none calls it "C", which is no language's name. */
export async function plotting(): Promise<typeof uPlot> {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en", configurable: true });
  }
  return (await import("uplot")).default;
}
