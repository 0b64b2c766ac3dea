// Music dragged out of the window as a MIDI file, onto the desktop or into another program.

import * as backend from "../backend/tauri";
import type { Excerpt } from "../bindings/Excerpt";
import { studio } from "./studio.svelte";

/** So far the pointer goes before a press becomes a drag, in pixels. */
const FAR = 6;

let leaving = false;

/** Whether what is dragged over the window comes out of it. */
export const isLeaving = () => leaving;

/** The page has the pointer again. */
const back = (event: PointerEvent) => {
  if (event.type === "pointermove" && event.buttons & 1) return;
  leaving = false;
  removeEventListener("pointermove", back, true);
  removeEventListener("pointerdown", back, true);
};

/**
 * Where the button comes up over another program WebKit does not hear of it, and takes the next press for one more button
 * of a pointer that is down: it says `mousedown`, but not `pointerdown`, on which everything here rests. So that is said.
 */
function watchPress(pointerId: number) {
  const told = new AbortController();
  const press = (event: MouseEvent) => {
    told.abort();
    const { button, buttons, clientX, clientY, screenX, screenY, detail, ctrlKey, shiftKey, altKey, metaKey } = event;
    const same = { button, buttons, clientX, clientY, screenX, screenY, detail, ctrlKey, shiftKey, altKey, metaKey };
    event.target?.dispatchEvent(new PointerEvent("pointerdown", { ...same, bubbles: true, cancelable: true, composed: true, pointerId, pointerType: "mouse", isPrimary: true }));
  };
  addEventListener("pointerdown", () => told.abort(), { capture: true, signal: told.signal });
  addEventListener("mousedown", press, { capture: true, signal: told.signal });
}

/** Hands the drag over to the system; what the page was doing with the pointer is over. */
function dragOut(excerpt: Excerpt, pointerId: number) {
  leaving = true;
  watchPress(pointerId);
  addEventListener("pointermove", back, true);
  addEventListener("pointerdown", back, true);
  return studio.ask(backend.dragOut(excerpt), undefined);
}

/** What makes an element a thing that can be dragged out; a press that does not move stays a press. */
export function draggable(excerpt: () => Excerpt) {
  return (element: HTMLElement) => {
    let from: { x: number; y: number } | null = null;
    const down = (event: PointerEvent) => (from = event.button === 0 ? { x: event.clientX, y: event.clientY } : null);
    const move = (event: PointerEvent) => {
      if (!from || !(event.buttons & 1) || Math.hypot(event.clientX - from.x, event.clientY - from.y) < FAR) return;
      from = null;
      void dragOut(excerpt(), event.pointerId);
    };
    const up = () => (from = null);
    const ended = new AbortController();
    const { signal } = ended;
    element.addEventListener("pointerdown", down, { signal });
    element.addEventListener("pointermove", move, { signal });
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, up, { signal });
    // The page has no drag and drop of its own.
    element.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
    return () => ended.abort();
  };
}
