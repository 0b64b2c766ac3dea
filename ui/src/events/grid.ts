// Where one is in a table that is longer than its window, and where keys lead.

/** Pixels of a row. */
export const ROW = 24;

/** Rows that are drawn beyond the window, so that scrolling shows no gaps. */
const MORE = 8;

export interface Cell {
  row: number;
  column: number;
}

/** The rows that are drawn, `to` excluded. */
export function drawn(top: number, height: number, count: number): { from: number; to: number } {
  const from = Math.max(0, Math.floor(top / ROW) - MORE);
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((top + height) / ROW) + MORE) };
}

/** Where the window must begin so that it holds the row. */
export function scrolled(row: number, top: number, height: number): number {
  return Math.max(0, Math.min(row * ROW, Math.max(top, (row + 1) * ROW - height)));
}

/** Where a key leads, or null if it leads nowhere. */
export function led(at: Cell, key: string, control: boolean, size: { rows: number; columns: number; page: number }): Cell | null {
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const to = (row: number, column: number) => ({
    row: Math.min(last.row, Math.max(0, row)),
    column: Math.min(last.column, Math.max(0, column)),
  });
  if (size.rows < 1) return null;
  switch (key) {
    case "ArrowDown":
      return to(at.row + 1, at.column);
    case "ArrowUp":
      return to(at.row - 1, at.column);
    case "ArrowRight":
      return to(at.row, at.column + 1);
    case "ArrowLeft":
      return to(at.row, at.column - 1);
    case "PageDown":
      return to(at.row + size.page, at.column);
    case "PageUp":
      return to(at.row - size.page, at.column);
    case "Home":
      return control ? to(0, 0) : to(at.row, 0);
    case "End":
      return control ? last : to(at.row, last.column);
    default:
      return null;
  }
}
