// Every knob of a training with the words, the unit and the range that it has in the window.

import type { Knobs } from "../bindings/Knobs";

export const METHODS: [Knobs["method"], string, string][] = [
  ["auto", "Auto", "Whatever suits the size of the folder"],
  ["lora", "LoRA", "A small change of all matrices: learns fast and forgets little"],
  ["top", "Top layers", "The last layers alone"],
  ["full", "Full", "Every weight: learns most, and forgets most"],
];

/** Minutes that can be chosen. */
export const MINUTES = [0.5, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 240];

export interface Knob {
  of: keyof Knobs;
  name: string;
  hint: string;
  least: number;
  most: number;
  step: number;
  /** Shown so many times as large as it is kept: shares as percent. */
  times?: number;
  unit?: string;
  /** It may be left to the studio. */
  auto?: boolean;
  /** Only with these methods does it do anything. */
  with?: Knobs["method"][];
}

export const KNOBS: Knob[] = [
  { of: "rank", name: "Rank", hint: "How much a low-rank change can hold; automatic: 4, 8 or 16 by the number of pieces", least: 1, most: 256, step: 1, auto: true, with: ["auto", "lora"] },
  { of: "frozenLayers", name: "Frozen layers", hint: "Layers from below that stay as they are", least: 0, most: 64, step: 1, with: ["auto", "lora"] },
  { of: "topLayers", name: "Top layers", hint: "How many layers from above learn", least: 1, most: 64, step: 1, with: ["top"] },
  { of: "rate", name: "Learning rate", hint: "The highest rate; automatic: by the method", least: 0.000001, most: 1, step: 0.0001, auto: true },
  { of: "epochs", name: "Passes", hint: "How often the music is gone through, in ever other keys and windows", least: 1, most: 1000, step: 1 },
  { of: "patience", name: "Patience", hint: "Measurements without a better one after which it ends; there are 20 in a plan", least: 1, most: 20, step: 1 },
  { of: "replay", name: "Remember", hint: "Share of what is learnt that the base model would write itself, so that it is not forgotten", least: 0, most: 95, step: 1, times: 100, unit: "%" },
  { of: "dropout", name: "Dropout", hint: "Share of what low-rank changes read that is left out while it learns", least: 0, most: 95, step: 1, times: 100, unit: "%", with: ["auto", "lora"] },
  { of: "weightDecay", name: "Weight decay", hint: "What the change loses at each step, as a part of the rate", least: 0, most: 1, step: 0.01 },
  { of: "warm", name: "Warm-up", hint: "The share of the plan over which the rate rises", least: 0, most: 100, step: 1, times: 100, unit: "%" },
  { of: "decay", name: "Fall", hint: "The last part of the plan, over which the rate falls", least: 0, most: 100, step: 1, times: 100, unit: "%" },
  { of: "batchTokens", name: "Step", hint: "Tokens of one step", least: 2, most: 1_048_576, step: 1, unit: "tokens" },
  { of: "passages", name: "Passages", hint: "How many passages are written to tell what is copied; 0: none", least: 0, most: 200, step: 1 },
  { of: "seed", name: "Seed", hint: "Which pieces are kept aside, which windows are drawn, and the first weights", least: 0, most: 1_000_000_000, step: 1 },
];

/** Whether a knob does anything with a method. */
export const works = (knob: Knob, method: Knobs["method"]) => !knob.with || knob.with.includes(method);

/** A number as it is shown; empty: automatic. */
export function shown(knob: Knob, knobs: Knobs): string {
  const value = knobs[knob.of];
  return typeof value === "number" ? String(Number((value * (knob.times ?? 1)).toPrecision(6))) : "";
}

/** What a field says, within its range; none where it says nothing that can be meant. */
export function entered(knob: Knob, text: string): number | null | undefined {
  if (!text.trim()) return knob.auto ? null : undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  const within = Math.min(knob.most, Math.max(knob.least, knob.step === 1 ? Math.round(value) : value));
  return within / (knob.times ?? 1);
}
