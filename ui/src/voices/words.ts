// What is said of a training and of what came of it.

import type { Learning } from "../bindings/Learning";
import type { VoiceEntry } from "../bindings/VoiceEntry";
import type { VoiceUse } from "../bindings/VoiceUse";
import { m } from "../paraglide/messages";

/** Bits per note as the window shows them. */
export const bits = (value: number) => value.toFixed(2);

/** A difference with its sign: a real minus, and nothing that rounds to −0.00. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

export const percent = (share: number) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

/** 3:40 */
export const clock = (seconds: number) => {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

/** 940, 12.4 k, 1.2 M */
export function short(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const [size, unit] = count < 1e6 ? [count / 1e3, "k"] : [count / 1e6, "M"];
  return `${Number(size.toFixed(size < 100 ? 1 : 0))} ${unit}`;
}

/** A number with its thousands set apart, as both languages have them. */
export const grouped = (count: number) => count.toLocaleString("en");

/** What a training does at a step; empty where a step is no new stage. */
export function stage(step: Learning): string {
  switch (step.kind) {
    case "began":
    case "on":
      return m.lesson_beginning();
    case "reading":
      return m.stage_reading({ done: step.done, of: step.of });
    case "took":
    case "preparing":
      return m.stage_preparing();
    case "searching":
      return m.stage_searching({ done: step.done, of: step.of });
    case "lighter":
      return m.stage_lighter();
    case "step":
    case "held":
      return m.stage_learning();
    case "alone":
    case "rolledBack":
      return m.stage_rolled_back();
    case "proving":
      return m.stage_proving({ passage: step.done + 1, of: step.of });
  }
}

/** Why a training ended. */
export const ENDS: Record<string, () => string> = {
  plan: m.ends_plan,
  patience: m.ends_patience,
  time: m.ends_time,
  cancelled: m.ends_cancelled,
};

/** A voice in the list: its second line. */
export function about({ card, unfinished, gains }: VoiceEntry): string {
  if (!card) return unfinished ? m.voices_unfinished() : m.voices_untrained();
  const count = card.files.used + card.files.repaired;
  const files = m.voices_files({ count, shown: grouped(count) });
  return gains ? files : `${files}${m.words_comma()}${m.lesson_no_gain()}`;
}

/** What the proof says, in a sentence or two. */
export function verdict({ card, gains }: VoiceEntry): string {
  if (!card) return "";
  const saved = card.test.before - card.test.after;
  const learnt = gains
    ? m.verdict_learnt({ bits: bits(saved) })
    : m.verdict_no_gain();
  const lost = card.baseForgetting;
  const kept = lost > 0.05 ? m.verdict_forgot({ percent: percent(lost) }) : m.verdict_kept();
  return m.verdict_both({ learnt, kept });
}

/** A share of copied passages beside what the composer's own pieces share. */
export function copying(voice: number, own: number): string {
  if (voice === 0) return m.copying_none();
  if (voice <= own) return m.copying_own();
  return voice > 0.2 ? m.copying_long() : m.copying_little();
}

/** Voices that write, in a few words: "Salon waltzes 80 % and Reels 40 %". */
export function singers(uses: readonly VoiceUse[], voices: readonly VoiceEntry[]): string {
  const named = uses.filter(({ strength }) => strength > 0).map(({ voice, strength }) => `${voices.find(({ id }) => id === voice)?.name ?? voice} ${Math.round(strength * 100)} %`);
  return named.join(m.words_and()) || m.voices_base();
}

/** Who wrote a candidate, from what the engine calls it: "base 0123456789ab with Reels 80 %". */
export function writer(name: string): string {
  const [, ...voices] = name.split(" with ");
  return voices.join(m.words_and()) || m.voices_base();
}
