// Every knob of a training with the words, the unit and the range that it has in the window.

import type { Knobs } from "../bindings/Knobs";
import { m } from "../paraglide/messages";

export const METHODS: [Knobs["method"], () => string, () => string][] = [
  ["auto", m.knobs_auto, m.knobs_auto_words],
  ["prefix", m.knobs_prefix, m.knobs_prefix_words],
  ["lora", m.knobs_lora, m.knobs_lora_words],
  ["top", m.knobs_top, m.knobs_top_words],
  ["full", m.knobs_full, m.knobs_full_words],
];

/** Minutes that can be chosen. */
export const MINUTES = [0.5, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 240];

export interface Knob {
  of: keyof Knobs;
  name: () => string;
  hint: () => string;
  least: number;
  most: number;
  step: number;
  /** Shown so many times as large as it is kept: shares as percent. */
  times?: number;
  unit?: () => string;
  /** It may be left to the studio. */
  auto?: boolean;
  /** Only with these methods does it do anything. */
  with?: Knobs["method"][];
}

export const KNOBS: Knob[] = [
  { of: "rank", name: m.knobs_rank, hint: m.knobs_rank_hint, least: 1, most: 256, step: 1, auto: true, with: ["auto", "lora"] },
  { of: "frozenLayers", name: m.knobs_frozen, hint: m.knobs_frozen_hint, least: 0, most: 64, step: 1, with: ["auto", "lora"] },
  { of: "topLayers", name: m.knobs_top_layers, hint: m.knobs_top_layers_hint, least: 1, most: 64, step: 1, with: ["top"] },
  { of: "rate", name: m.knobs_rate, hint: m.knobs_rate_hint, least: 0.000001, most: 1, step: 0.0001, auto: true },
  { of: "epochs", name: m.knobs_epochs, hint: m.knobs_epochs_hint, least: 1, most: 1000, step: 1 },
  { of: "patience", name: m.knobs_patience, hint: m.knobs_patience_hint, least: 1, most: 20, step: 1 },
  { of: "replay", name: m.knobs_replay, hint: m.knobs_replay_hint, least: 0, most: 95, step: 1, times: 100, unit: () => "%" },
  { of: "forget", name: m.knobs_forget, hint: m.knobs_forget_hint, least: 0.1, most: 100, step: 0.1, times: 100, unit: () => "%" },
  { of: "dropout", name: m.knobs_dropout, hint: m.knobs_dropout_hint, least: 0, most: 95, step: 1, times: 100, unit: () => "%", with: ["auto", "lora"] },
  { of: "weightDecay", name: m.knobs_weight_decay, hint: m.knobs_weight_decay_hint, least: 0, most: 1, step: 0.01 },
  { of: "warm", name: m.knobs_warm, hint: m.knobs_warm_hint, least: 0, most: 100, step: 1, times: 100, unit: () => "%" },
  { of: "decay", name: m.knobs_decay, hint: m.knobs_decay_hint, least: 0, most: 100, step: 1, times: 100, unit: () => "%" },
  { of: "batchTokens", name: m.knobs_step, hint: m.knobs_step_hint, least: 2, most: 1_048_576, step: 1, unit: m.knobs_tokens },
  { of: "transposeDown", name: m.knobs_lower, hint: m.knobs_lower_hint, least: 0, most: 24, step: 1, unit: m.knobs_semitones },
  { of: "transposeUp", name: m.knobs_higher, hint: m.knobs_higher_hint, least: 0, most: 24, step: 1, unit: m.knobs_semitones },
  { of: "search", name: m.knobs_search, hint: m.knobs_search_hint, least: 0, most: 240, step: 0.5, unit: m.knobs_min },
  { of: "memory", name: m.knobs_memory, hint: m.knobs_memory_hint, least: 1, most: 65_536, step: 1, unit: () => "MB", auto: true },
  { of: "passages", name: m.knobs_passages, hint: m.knobs_passages_hint, least: 0, most: 200, step: 1 },
  { of: "seed", name: m.knobs_seed, hint: m.knobs_seed_hint, least: 0, most: 1_000_000_000, step: 1 },
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
