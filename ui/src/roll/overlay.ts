// The upper canvas: proposals, what is being moved, the selection rectangle, what sounds. It clears only what it drew.

import { type Colours, shade } from "./colours";
import type { Point, Preview } from "./gesture";
import { sounding } from "./hit";
import type { Bend } from "./lasso";
import { type Layer, proposal } from "./paint";
import { right, type View, x, y, yOf } from "./view";
import type { TrackNotes } from "../bindings/TrackNotes";

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Upper {
  view: View;
  colours: Colours;
  layers: Layer[];
  proposals: TrackNotes[];
  preview: Preview | null;
  rectangle: { from: Point; to: Point } | null;
  /** What is being recorded, in the track that it goes to. */
  taken: Preview["rows"];
  /** The lasso. */
  path: readonly Bend[] | null;
  /** The tick that sounds, or null at rest. */
  tick: number | null;
}

export class Overlay {
  #drawn: Box | null = null;

  /** Everything is gone from the canvas already. */
  forget() {
    this.#drawn = null;
  }

  draw(context: CanvasRenderingContext2D, upper: Upper) {
    const { view, colours } = upper;
    if (this.#drawn) {
      const { left, top, right, bottom } = this.#drawn;
      context.clearRect(left, top, right - left, bottom - top);
    }
    this.#drawn = null;
    if (upper.proposals.length) {
      for (const { notes } of upper.proposals) {
        for (const note of notes) this.#reach(x(view, note.start), y(view, note.pitch), x(view, note.start + note.length), view.row);
      }
      proposal(context, view, colours, upper.proposals);
    }
    if (upper.tick !== null) this.#sounding(context, upper, upper.tick);
    if (upper.taken.length) this.#rows(context, upper, upper.taken, colours.rec);
    if (upper.preview) this.#rows(context, upper, upper.preview.rows, colours.text);
    if (upper.rectangle) this.#rectangle(context, upper, upper.rectangle);
    if (upper.path) this.#lasso(context, upper, upper.path);
  }

  #reach(left: number, top: number, right: number, height: number) {
    const box = { left: left - 3, top: top - 3, right: Math.max(right, left + 3) + 3, bottom: top + height + 3 };
    const old = this.#drawn;
    this.#drawn = old
      ? {
          left: Math.min(old.left, box.left), top: Math.min(old.top, box.top),
          right: Math.max(old.right, box.right), bottom: Math.max(old.bottom, box.bottom),
        }
      : box;
  }

  /** Notes that are not in the document as they are drawn: moved, or just played. */
  #rows(context: CanvasRenderingContext2D, { view, colours, layers }: Upper, rows: Preview["rows"], outline: string) {
    const hues = new Map(layers.map((layer) => [layer.track, layer.hue]));
    context.strokeStyle = outline;
    const end = right(view);
    for (const { track, row } of rows) {
      if (row.start > end || row.start + row.length < view.left) continue;
      const [left, top] = [x(view, row.start), y(view, row.pitch)];
      const width = Math.max(3, x(view, row.start + row.length) - left - 1);
      context.fillStyle = (hues.get(track) ?? colours.hues[0]).selected[shade(row.velocity)];
      context.fillRect(left + 0.5, top + 1, width, view.row - 2);
      context.strokeRect(left + 1, top + 1.5, width - 1, view.row - 3);
      this.#reach(left, top, left + width, view.row);
    }
  }

  #sounding(context: CanvasRenderingContext2D, { view, colours, layers, proposals }: Upper, tick: number) {
    sounding(layers.filter((layer) => !layer.ghost), tick, ({ notes, hue }, at) => {
      const [left, top] = [x(view, notes.start[at]), y(view, notes.pitch[at])];
      const width = Math.max(3, x(view, notes.start[at] + notes.length[at]) - left - 1);
      context.fillStyle = hue.sounding;
      context.fillRect(left + 0.5, top + 1, width, view.row - 2);
      this.#reach(left, top, left + width, view.row);
    });
    context.fillStyle = colours.candSounding;
    for (const { notes } of proposals) {
      for (const note of notes) {
        if (note.start > tick || note.start + note.length <= tick) continue;
        const [left, top] = [x(view, note.start), y(view, note.pitch)];
        context.fillRect(left + 0.5, top + 1, Math.max(3, x(view, note.start + note.length) - left - 1), view.row - 2);
      }
    }
  }

  #lasso(context: CanvasRenderingContext2D, { view, colours }: Upper, path: readonly Bend[]) {
    context.beginPath();
    for (const { tick, level } of path) {
      const [across, down] = [x(view, tick), yOf(view, level)];
      context.lineTo(across, down);
      this.#reach(across, down, across, 0);
    }
    context.closePath();
    context.fillStyle = context.strokeStyle = colours.accent;
    context.globalAlpha = 0.12;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }

  #rectangle(context: CanvasRenderingContext2D, { view, colours }: Upper, { from, to }: { from: Point; to: Point }) {
    const [left, right] = [x(view, Math.min(from.tick, to.tick)), x(view, Math.max(from.tick, to.tick))];
    const top = y(view, Math.max(from.pitch, to.pitch));
    const bottom = y(view, Math.min(from.pitch, to.pitch)) + view.row;
    context.fillStyle = colours.accent;
    context.globalAlpha = 0.12;
    context.fillRect(left, top, right - left, bottom - top);
    context.globalAlpha = 1;
    context.strokeStyle = colours.accent;
    context.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
    this.#reach(left, top, right, bottom - top);
  }
}
