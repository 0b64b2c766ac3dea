// What a step that a model wrote was asked for, in words.

import type { Asked } from "../bindings/Asked";
import type { AskedStep } from "../bindings/AskedStep";
import type { HistoryState } from "../bindings/HistoryState";
import { called, instruments } from "../document/instruments";
import { BOLDNESS, choice, DENSITIES, FIRST, KEEPS, letter, MODES, rangeName, SCALES } from "../variations/settings";
import { m } from "../paraglide/messages";

const percent = (part: number) => m.history_percent({ percent: Math.round(part * 100) });
/** A number with no more digits than it was chosen with. */
const plain = (value: number) => String(Number(value.toFixed(2)));
const beside = (name: string | undefined, value: string) => (name ? m.history_value({ name, value }) : value);

/** What it was asked for; of what was left as it was at first nothing, but for candidate, seed, model and how far a variation goes. */
export function askedWords({ model, request, candidate }: Asked): string[] {
  const { settings, words, locks } = request;
  const changed = (key: keyof typeof FIRST) => JSON.stringify(settings[key]) !== JSON.stringify(FIRST[key]);
  const { scale, range, density, polyphony, temperature, instrument } = settings;
  const player = instruments().find(({ program, drums }) => program === instrument && !drums);
  const parts: [string, string | false | null][] = [
    [m.controls_mode(), changed("mode") && (choice(MODES, settings.mode) ?? settings.mode)],
    [m.transform_strength(), settings.mode === "variation" && percent(settings.strength)],
    [m.controls_keep(), changed("keep") && settings.keep.map((each) => choice(KEEPS, each) ?? each).join(m.words_comma())],
    [m.controls_scale(), changed("scale") && (scale === "off" ? m.controls_any_note() : (SCALES.find(({ value }) => value === scale)?.name() ?? scale))],
    [m.history_chords(), settings.chords && m.controls_follow_chords()],
    [m.controls_range(), range && rangeName(range)],
    [m.controls_density(), changed("density") && (choice(DENSITIES, density) ?? percent(density))],
    [m.controls_at_once(), polyphony !== null && m.words_notes({ count: polyphony })],
    [m.history_temperature(), changed("temperature") && beside(choice(BOLDNESS, temperature), plain(temperature))],
    [m.controls_instrument(), instrument !== null && (player ? called(player) : String(instrument))],
    [m.controls_candidates(), changed("count") && String(settings.count)],
    [m.history_locks(), locks.length > 0 && m.words_notes({ count: locks.length })],
    [m.history_words(), words.join(m.words_comma())],
    [m.history_candidate(), letter(candidate - 1)],
    [m.transform_seed(), String(settings.seed)],
    [m.history_model(), model],
  ];
  return parts.filter(([, value]) => value).map(([name, value]) => m.history_setting({ name, value: value || "" }));
}

/** The label of such a step without what else is said of it. */
export const brief = (label: string) => label.replace(/, seed \d+.*$/, "");

/** What steps were asked for, by their number in the list. */
export const byNumber = (found: readonly AskedStep[], { done }: HistoryState): ReadonlyMap<number, string[]> => new Map(found.map(({ away, asked }) => [done.length + away, askedWords(asked)]));
