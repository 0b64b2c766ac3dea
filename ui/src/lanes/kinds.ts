// What controllers are called, and how their values are drawn and written.

import type { Controller } from "../bindings/Controller";
import { m } from "../paraglide/messages";

/** Numbers on the wire: controllers have their own, these two come after them (score::Controller::code). */
export const BEND = 128;
export const PRESSURE = 129;
export const SUSTAIN = 64;
/** No controller: which instrument plays (the lane of `programs.ts`). */
export const PROGRAM = 130;

/** Controllers that have a button of their own. */
export const COMMON = [BEND, 1, 7, 10, 11, SUSTAIN, PROGRAM];

/** Names of the MIDI 1.0 Detailed Specification, table III, where one is in use. */
const NAMES: Record<number, () => string> = {
  [BEND]: m.lanes_bend, [PRESSURE]: m.lanes_pressure, [PROGRAM]: m.lanes_program, 1: m.lanes_modulation, 2: m.lanes_breath, 4: m.lanes_foot, 5: m.lanes_glide_time, 7: m.lanes_volume, 8: m.lanes_balance, 10: m.lanes_pan, 11: m.lanes_expression,
  64: m.lanes_sustain, 65: m.lanes_glide, 66: m.lanes_sostenuto, 67: m.lanes_soft_pedal, 68: m.lanes_legato, 71: m.lanes_resonance, 72: m.lanes_release, 73: m.lanes_attack, 74: m.lanes_brightness, 91: m.lanes_reverb, 93: m.lanes_chorus,
};

export const laneName = (code: number) => NAMES[code]?.() ?? `CC ${code}`;

/** Beside a lane there is little room. */
const SHORT: Record<number, () => string> = { [PROGRAM]: m.lanes_short_program, 1: m.lanes_short_modulation, 11: m.lanes_short_expression, 65: m.lanes_glide, 66: m.lanes_short_sostenuto, 67: m.lanes_short_soft, 71: m.lanes_short_resonance, 74: m.lanes_short_brightness };

export const shortName = (code: number) => SHORT[code]?.() ?? laneName(code);

/** All others, the named ones first. */
export function others(): number[] {
  const all = [PRESSURE, ...Array.from({ length: 120 }, (_, code) => code)].filter((code) => !COMMON.includes(code));
  return [...all.filter((code) => NAMES[code]), ...all.filter((code) => !NAMES[code])];
}

export const isLane = (code: unknown): code is number => typeof code === "number" && Number.isInteger(code) && code >= 0 && code <= PROGRAM && (code < 120 || code >= BEND);

export function controllerOf(code: number): Controller {
  if (code === BEND) return "bend";
  if (code === PRESSURE) return "pressure";
  return { control: code };
}

/** Its least and its greatest value. */
export const range = (code: number): [number, number] => (code === BEND ? [-8192, 8191] : [0, 127]);

/** The value from which it is drawn: the middle of what has one. */
export const middle = (code: number) => (code === 8 || code === 10 ? 64 : 0);

/** What holds before the first value (General MIDI 1; MIDI 1.0, reset all controllers). */
export const start = (code: number) => ({ 7: 100, 8: 64, 10: 64, 11: 127, 91: 40 })[code] ?? 0;

/** A pedal is up or down. */
export const isPedal = (code: number) => code >= 64 && code <= 69;
export const isDown = (value: number) => value >= 64;

/** A value as it is spoken and shown. */
export function shown(code: number, value: number): string {
  if (isPedal(code)) return isDown(value) ? m.lanes_down() : m.lanes_up();
  if (middle(code) === 64) return value === 64 ? m.lanes_centre() : value < 64 ? m.lanes_left({ value: 64 - value }) : m.lanes_right({ value: value - 64 });
  return String(value);
}
