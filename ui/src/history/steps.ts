// The history as a list to go along.

import type { HistoryState } from "../bindings/HistoryState";

export interface Step {
  /** What was done; null: what was there before the first step that is known. */
  label: string | null;
  /** So many steps to take again from here, or, below 0, to take back. */
  away: number;
  /** Counted from the first known one; 0: before it. */
  number: number;
}

/** The engine tells of so many steps before and after. */
const TOLD = 200;

/** The steps, the oldest first, each with the way to it. Where not all are told the list begins with what came before. */
export function steps({ done, undone }: HistoryState): Step[] {
  const all = [...done, ...undone].map((label, at) => ({ label, away: at + 1 - done.length, number: at + 1 }));
  return [{ label: null, away: 0 - done.length, number: 0 }, ...all];
}

/** Whether there are steps before those that are told. */
export const isCut = ({ done }: HistoryState) => done.length >= TOLD;
