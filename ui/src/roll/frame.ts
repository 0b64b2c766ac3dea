// One animation frame for everybody: painters register once and mark themselves; nothing runs when nothing changed.

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

/** Gives a canvas the pixels that it needs on this screen and the context scaled to CSS pixels. */
export function fitted(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const scale = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this web view has no canvas");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}
