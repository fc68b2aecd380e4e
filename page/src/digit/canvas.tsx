/** The square to draw on: with a mouse, a finger, a pen, or the keys. */

import { computed, signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import * as api from "../api";
import { SIDE, type Stroke } from "../ink";
import { colours, theme } from "../screen";
import { PALETTES } from "../colour";
import { clear, nextExample, photo, reader, reading, strokes, underway } from "../session";
import { state } from "../state";
import { W } from "../words";
import { begin, finish, listen, undo } from "./strokes";

const PIXELS = 624;
const CELLS = 28;

/** The keyboard's cross, while it is used. */
const cross = signal<{ column: number; row: number } | null>(null);
const penDown = computed(() => cross.value !== null && underway.value !== null);

const centre = (cell: number) => Math.round(((cell + 0.5) * SIDE) / CELLS);

export function DrawingCanvas() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = useRef<HTMLImageElement | null>(null);
  useEffect(() => listen(canvas.current!), []);

  const draw = () => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, PIXELS, PIXELS);
    if (strokes.value.length) {
      drawStrokes(context, strokes.value);
    } else if (photo.value) {
      drawPhoto(context, image, draw);
    } else if (state.example.value) {
      drawExample(context);
    }
    if (cross.value) drawCross(context);
  };
  useSignalEffect(draw);

  const empty = !strokes.value.length && !photo.value && !state.example.value;
  return (
    <div class="drawing">
      <canvas
        ref={canvas}
        width={PIXELS}
        height={PIXELS}
        tabIndex={0}
        role="application"
        aria-label={W.canvasLabel}
        onKeyDown={onKey}
        onBlur={() => {
          if (penDown.peek()) finish(underway.peek()!);
          cross.value = null;
        }}
      />
      {empty && (
        <span class="draw-here" aria-hidden="true">
          {W.drawHere}
        </span>
      )}
      <span class="vh" aria-live="polite">
        {cross.value && W.canvasAt(cross.value.column, cross.value.row, penDown.value)}
      </span>
      <Boxes />
    </div>
  );
}

function drawStrokes(context: CanvasRenderingContext2D, strokes: readonly Stroke[]) {
  const scale = PIXELS / SIDE;
  context.strokeStyle = context.fillStyle = PALETTES[theme.value].text;
  context.lineWidth = state.pen.value * scale;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(stroke[0]! * scale, stroke[1]! * scale);
    for (let at = 2; at < stroke.length; at += 2) context.lineTo(stroke[at]! * scale, stroke[at + 1]! * scale);
    if (stroke.length === 2) context.lineTo(stroke[0]! * scale, stroke[1]! * scale); // a dot
    context.stroke();
  }
}

function drawExample(context: CanvasRenderingContext2D) {
  const seen = reading.value?.tensors["normal/4"];
  if (!seen || !("set" in reading.value!.ink)) return;
  const [rows, cols] = seen.shape as [number, number];
  const small = new OffscreenCanvas(cols, rows);
  const pixels = new ImageData(cols, rows);
  new Uint32Array(pixels.data.buffer).set(Array.from(seen.data, (grey) => colours.value.ink[grey]!));
  small.getContext("2d")!.putImageData(pixels, 0, 0);
  context.imageSmoothingQuality = "high";
  const scale = PIXELS / Math.max(rows, cols);
  context.drawImage(small, (PIXELS - cols * scale) / 2, (PIXELS - rows * scale) / 2, cols * scale, rows * scale);
}

function drawPhoto(
  context: CanvasRenderingContext2D,
  image: { current: HTMLImageElement | null },
  again: () => void,
) {
  const { image: id, width, height } = photo.value!;
  if (image.current?.dataset["id"] !== id) {
    image.current = new Image();
    image.current.dataset["id"] = id;
    image.current.onload = again;
    image.current.src = api.imageAddress(id);
  }
  if (!image.current.complete || !image.current.naturalWidth) return;
  const scale = PIXELS / Math.max(width, height);
  const [wide, high] = [width * scale, height * scale];
  context.drawImage(image.current, (PIXELS - wide) / 2, (PIXELS - high) / 2, wide, high);
}

function drawCross(context: CanvasRenderingContext2D) {
  const cell = PIXELS / CELLS;
  const { column, row } = cross.value!;
  context.lineWidth = 3;
  context.strokeStyle = PALETTES[theme.value].text;
  context.strokeRect(column * cell, row * cell, cell, cell);
  context.globalAlpha = 0.35;
  context.fillStyle = context.strokeStyle;
  context.fillRect((column + 0.5) * cell - 1, 0, 2, PIXELS);
  context.fillRect(0, (row + 0.5) * cell - 1, PIXELS, 2);
  context.globalAlpha = 1;
}

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function onKey(event: KeyboardEvent) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = STEPS[event.key];
  const at = cross.peek() ?? { column: 13, row: 13 };
  if (step) {
    const far = event.shiftKey ? 4 : 1;
    const inside = (cell: number) => Math.max(0, Math.min(CELLS - 1, cell));
    const to = { column: inside(at.column + far * step[0]), row: inside(at.row + far * step[1]) };
    if (penDown.peek()) underway.value = [...underway.peek()!, centre(to.column), centre(to.row)];
    cross.value = to;
  } else if (event.key === " ") {
    if (penDown.peek()) {
      finish(underway.peek()!);
    } else {
      cross.value = at;
      begin([centre(at.column), centre(at.row)]);
    }
  } else if (event.key === "Backspace") {
    undo();
  } else if (event.key === "Delete") {
    clear();
  } else if (/^[0-9]$/.test(event.key)) {
    void nextExample(Number(event.key));
  } else {
    return;
  }
  event.preventDefault();
}

/** Several shapes: each a button on the canvas. */
function Boxes() {
  const several = photo.value && photo.value.digits.length > 1 ? photo.value.digits : null;
  const drawnBoxes = !photo.value && reader.value?.state === "several" ? reader.value.digits : null;
  const digits = several ?? drawnBoxes;
  if (!digits) return null;
  const [width, height] = photo.value ? [photo.value.width, photo.value.height] : [SIDE, SIDE];
  const side = Math.max(width, height);
  const share = (value: number, length: number) => `${(100 * (value + (side - length) / 2)) / side}%`;
  return (
    <>
      {digits.map(({ label, box: [x0, y0, x1, y1] }, index) => (
        <button
          type="button"
          key={index}
          class="found"
          aria-label={W.digitBox(label)}
          aria-pressed={photo.value?.box === index}
          style={{
            left: share(x0, width),
            top: share(y0, height),
            width: `${(100 * (x1 - x0)) / side}%`,
            height: `${(100 * (y1 - y0)) / side}%`,
          }}
          onClick={() => (photo.value ? (photo.value = { ...photo.value, box: index }) : onlyInside([x0, y0, x1, y1]))}
        >
          <span>{label ?? "?"}</span>
        </button>
      ))}
    </>
  );
}

/** Keep the strokes whose middle lies in a box. */
function onlyInside([x0, y0, x1, y1]: readonly number[]) {
  state.ink.value = state.ink.peek().filter((stroke) => {
    const middle = (axis: number) => {
      const values = stroke.filter((_, place) => place % 2 === axis);
      return (Math.min(...values) + Math.max(...values)) / 2;
    };
    return middle(0) >= x0! && middle(0) <= x1! && middle(1) >= y0! && middle(1) <= y1!;
  });
}
