/** From fingers, pens and mice to strokes. Coordinates are read once, when the stroke begins. */

import { batch } from "@preact/signals";

import { level, SIDE, simplify, type Stroke } from "../ink";
import { ink, askReader, about, clear, opening, photo, underway } from "../session";
import { state } from "../state";

const PALM_MS = 500; // a hand that rests while a pen writes

/** Put a finished stroke into the drawing, and let the whole reader look. */
export function finish(stroke: Stroke): void {
  batch(() => {
    underway.value = null;
    state.ink.value = [...state.ink.peek(), simplify(stroke)];
  });
  penUp();
}

export function penUp(): void {
  if (about.peek()?.reader && state.ink.peek().length) askReader(ink.peek());
}

export function undo(): void {
  if (!state.ink.peek().length) clear();
  else state.ink.value = state.ink.peek().slice(0, -1);
  penUp();
}

/** Begin to draw: whatever picture was shown before makes room. */
export function begin(stroke: Stroke): void {
  batch(() => {
    opening.value = false;
    photo.value = null;
    state.example.value = "";
    underway.value = stroke;
  });
}

export function listen(canvas: HTMLCanvasElement): () => void {
  let pointer: number | null = null;
  let frame: DOMRect;
  let penSeen = -Infinity;

  const points = (event: PointerEvent): number[] => {
    const coalesced = event.getCoalescedEvents?.() ?? [];
    return (coalesced.length ? coalesced : [event]).flatMap(({ clientX, clientY }) => [
      level(((clientX - frame.left) / frame.width) * SIDE),
      level(((clientY - frame.top) / frame.height) * SIDE),
    ]);
  };
  const down = (event: PointerEvent) => {
    if (event.pointerType === "pen") penSeen = event.timeStamp;
    if (pointer !== null || event.button !== 0) return;
    if (event.pointerType === "touch" && event.timeStamp - penSeen < PALM_MS) return;
    pointer = event.pointerId;
    frame = canvas.getBoundingClientRect();
    if (event.pointerType !== "touch") canvas.setPointerCapture(pointer);
    begin(points(event).slice(0, 2));
  };
  const move = (event: PointerEvent) => {
    if (event.pointerType === "pen") penSeen = event.timeStamp;
    if (event.pointerId !== pointer || !underway.peek()) return;
    underway.value = [...underway.peek()!, ...points(event)];
  };
  const up = (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    if (underway.peek()) finish(underway.peek()!);
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up); // the stroke ends, its ink stays
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
  };
}
