// One animation frame for everybody: painters register once and mark themselves; nothing runs when nothing changed.

import { taste } from "../app/taste.svelte";
import { m } from "../paraglide/messages";

type Painter = (now: number) => boolean | void;

const painters = new Map<Painter, boolean>();
let waiting = 0;

/** Registers a painter. It runs in each frame that it was marked for, and again while it answers true. */
export function painter(paint: Painter): { mark: () => void; end: () => void } {
  painters.set(paint, false);
  return {
    mark: () => {
      painters.set(paint, true);
      waiting ||= requestAnimationFrame(run);
    },
    end: () => void painters.delete(paint),
  };
}

function run(now: number) {
  waiting = 0;
  for (const [paint, marked] of painters) {
    if (!marked) continue;
    painters.set(paint, false);
    if (paint(now)) {
      painters.set(paint, true);
      waiting ||= requestAnimationFrame(run);
    }
  }
}

const FIRST = typeof window === "undefined" ? 1 : window.devicePixelRatio || 1;

/** Pixels of the screen for one of CSS. Not every web view counts the window's own scale among them. */
export const density = () => Math.max(window.devicePixelRatio || 1, (FIRST * taste.scale) / 100);

/** Gives a canvas the pixels that it needs on this screen and the context scaled to CSS pixels. */
export function fitted(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const scale = density();
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const context = canvas.getContext("2d");
  if (!context) throw new Error(m.roll_no_canvas());
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}
