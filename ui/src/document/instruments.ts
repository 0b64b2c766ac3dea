// What instruments are called: the engine's list, learnt once when the window starts.

import type { Header } from "../bindings/Header";
import type { Instrument } from "../bindings/Instrument";
import type { TrackSummary } from "../bindings/TrackSummary";
import { m } from "../paraglide/messages";

const DRUM_CHANNEL = 9;

let all: readonly Instrument[] = [];

export function learn(instruments: readonly Instrument[]) {
  all = instruments;
}

export const instruments = () => all;

export const isDrums = ({ channel }: Pick<Header, "channel">) => channel === DRUM_CHANNEL;

/** Names by the numbers of General MIDI; the engine's list says which there are. */
const named = (key: string): string | undefined => (m as unknown as Record<string, (() => string) | undefined>)[key]?.();

/** What an instrument is called in the language in force. */
export const called = ({ program, drums, name }: Instrument): string => named(`gm_${drums ? "kit" : "program"}_${program}`) ?? name;

/** What its family is called. */
export const familyOf = ({ program, drums }: Pick<Instrument, "program" | "drums">): string => (drums ? m.names_drums() : named(`gm_family_${program >> 3}`)) ?? "";

/** What a track's instrument is called. */
export const instrumentOf = ({ header, instrument }: Pick<TrackSummary, "header" | "instrument">): string => instrumentName(header) ?? instrument;

/** What a track is called: its own name, else its instrument's. */
export const trackName = (track: Pick<TrackSummary, "header" | "instrument">): string => track.header.name || instrumentOf(track);

/** The name of a track's instrument; undefined before the list is there. */
export function instrumentName(header: Pick<Header, "channel" | "program">): string | undefined {
  const drums = isDrums(header);
  const found = all.find((one) => one.program === header.program && one.drums === drums);
  return (found && called(found)) ?? (drums && all.length ? m.names_drums() : undefined);
}

/** Those whose name or family has all the words, in the language in force or in English; in the order of the list. */
export function found(words: string): Instrument[] {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one: Instrument) => [one.name, one.family, called(one), familyOf(one)].join("\n").toLowerCase();
  return all.filter((one) => parts.every((part) => text(one).includes(part)));
}
