// The fader's scale: where a gain stands on it, and how gains and panoramas are written.

import { m } from "../paraglide/messages";
/** Tenths of a decibel: silence, and the most. */
export const SILENT = -600;
export const MOST = 60;

/** Decibels that are written beside the fader. */
export const MARKS = [6, 0, -6, -12, -24, -40];

/** Half of the fader's way is for the 12 dB around which one mixes; the law is that of the square root of amplitude. */
const LAW = 40;

/** Where a gain in tenths of a decibel stands, 0 at the bottom to 1 at the top. */
export function place(gain: number): number {
  if (gain <= SILENT) return 0;
  return 10 ** ((Math.min(MOST, gain) - MOST) / (10 * LAW));
}

/** The gain at a place of the fader. */
export function gainAt(place: number): number {
  if (place <= 10 ** ((SILENT - MOST) / (10 * LAW))) return SILENT;
  return Math.round(Math.min(MOST, MOST + 10 * LAW * Math.log10(Math.min(1, place))));
}

export function gainText(gain: number): string {
  if (gain <= SILENT) return "−∞";
  return `${gain > 0 ? "+" : gain < 0 ? "−" : ""}${(Math.abs(gain) / 10).toFixed(1)}`;
}

export function panText(pan: number): string {
  return pan === 0 ? "C" : `${Math.abs(pan)}${pan < 0 ? "L" : "R"}`;
}

/** A panorama in words. */
export function panWords(pan: number): string {
  return pan === 0 ? m.lanes_centre() : (pan < 0 ? m.mixer_left : m.mixer_right)({ percent: Math.abs(pan) });
}
