// What is said of a training and of what came of it.

import type { Learning } from "../bindings/Learning";
import type { VoiceEntry } from "../bindings/VoiceEntry";
import type { VoiceUse } from "../bindings/VoiceUse";

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

export const many = (count: number, what: string) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

/** What a training does at a step; empty where a step is no new stage. */
export function stage(step: Learning): string {
  switch (step.kind) {
    case "began":
      return "Beginning";
    case "reading":
      return `Reading, file ${step.done} of ${step.of}`;
    case "took":
    case "preparing":
      return "Preparing what is learnt";
    case "step":
    case "held":
      return "Learning";
    case "rolledBack":
      return "A number was not finite: back to the last checkpoint, half as fast";
    case "proving":
      return `Proving, passage ${step.done + 1} of ${step.of}`;
  }
}

/** Why a training ended. */
export const ENDS: Record<string, string> = {
  plan: "It went through its whole plan.",
  patience: "It stopped because pieces kept aside were not foretold better any more.",
  time: "It stopped because its time was over.",
  cancelled: "It was stopped.",
};

/** A voice in the list: its second line. */
export function about({ card, unfinished, gains }: VoiceEntry): string {
  if (!card) return unfinished ? "Stopped, can be gone on with" : "Not trained yet";
  const files = many(card.files.used + card.files.repaired, "file");
  return gains ? files : `${files}, no gain`;
}

/** What the proof says, in a sentence or two. */
export function verdict({ card, gains }: VoiceEntry): string {
  if (!card) return "";
  const saved = card.test.before - card.test.after;
  const learnt = gains
    ? `The voice expects your music better, by ${bits(saved)} bits in each note.`
    : "The base model foretells this music as well. More files, or more time, may help.";
  const lost = card.baseForgetting;
  const kept = lost > 0.05 ? `It has forgotten some of other styles: they cost it ${percent(lost)} more.` : "It still knows other styles.";
  return `${learnt} ${kept}`;
}

/** A share of copied passages beside what the composer's own pieces share. */
export function copying(voice: number, own: number): string {
  if (voice === 0) return "Nothing that it wrote has sixteen notes in a row from your files.";
  if (voice <= own) return "No more than your own pieces share with each other.";
  return voice > 0.2 ? "Long passages match your files. Lower its amount, or train it for a shorter time." : "A little more than your own pieces share with each other.";
}

/** Voices that write, in a few words: "Salon waltzes 80 % and Reels 40 %". */
export function singers(uses: readonly VoiceUse[], voices: readonly VoiceEntry[]): string {
  const named = uses.filter(({ strength }) => strength > 0).map(({ voice, strength }) => `${voices.find(({ id }) => id === voice)?.name ?? voice} ${Math.round(strength * 100)} %`);
  return named.join(" and ") || "Base";
}

/** Who wrote a candidate, from what the engine calls it: "base 0123456789ab with Reels 80 %". */
export function writer(name: string): string {
  const [, ...voices] = name.split(" with ");
  return voices.join(" and ") || "Base";
}
