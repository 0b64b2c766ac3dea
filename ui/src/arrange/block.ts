// A block of the arrangement: some tracks in some bars, as values.

/** A bar of a track: its place in the list from 0, and the bar from 1. */
export interface Cell {
  row: number;
  bar: number;
}

export interface Block {
  rows: { from: number; to: number };
  /** From 1, both included. */
  bars: { from: number; to: number };
}

const range = (one: number, other: number) => ({ from: Math.min(one, other), to: Math.max(one, other) });

/** All that lies between two cells, both included. */
export const between = (one: Cell, other: Cell): Block => ({ rows: range(one.row, other.row), bars: range(one.bar, other.bar) });

export const holds = ({ rows, bars }: Block, { row, bar }: Cell) => rows.from <= row && row <= rows.to && bars.from <= bar && bar <= bars.to;

/** The cell that lies so many rows and bars on, inside a piece of so many. */
export const stepped = (cell: Cell, step: Cell, rows: number, bars: number): Cell => ({
  row: Math.min(rows - 1, Math.max(0, cell.row + step.row)),
  bar: Math.min(bars, Math.max(1, cell.bar + step.bar)),
});

/** By how many rows and bars a block may go in a piece of so many rows: not before the first bar, not beyond a track. */
export const shifted = ({ rows, bars }: Block, by: Cell, count: number): Cell => ({
  row: Math.max(-rows.from, Math.min(count - 1 - rows.to, by.row)),
  bar: Math.max(1 - bars.from, by.bar),
});
