// What instruments are called: the engine's list, learnt once when the window starts.

import type { Header } from "../bindings/Header";
import type { Instrument } from "../bindings/Instrument";

const DRUM_CHANNEL = 9;

let all: readonly Instrument[] = [];

export function learn(instruments: readonly Instrument[]) {
  all = instruments;
}

export const instruments = () => all;

export const isDrums = ({ channel }: Pick<Header, "channel">) => channel === DRUM_CHANNEL;

/** The name of a track's instrument; undefined before the list is there. */
export function instrumentName(header: Pick<Header, "channel" | "program">): string | undefined {
  const drums = isDrums(header);
  const found = all.find((one) => one.program === header.program && one.drums === drums);
  return found?.name ?? (drums && all.length ? "Drums" : undefined);
}

/** Those whose name or family has all the words, in the order of the list. */
export function found(words: string): Instrument[] {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ name, family }) => parts.every((part) => `${name} ${family}`.toLowerCase().includes(part)));
}
