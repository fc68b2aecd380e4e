/** An activation's curve with the explained number on it. */

import { useRef } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";

import { PALETTES } from "../colour";
import { theme } from "../screen";
import { W } from "../words";

/** The shapes only, to draw the line; the numbers come from Glassnet. */
const SHAPES: Record<string, (z: number) => number> = {
  relu: (z) => Math.max(0, z),
  leaky_relu: (z) => Math.max(z, 0.01 * z),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  gelu: (z) => z / (1 + Math.exp(-1.702 * z)),
};

const [WIDTH, HEIGHT] = [296, 120];

export function Curve({ kind, z, a }: { kind: string; z: number; a: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = useRef({ kind, z, a });
  now.current = { kind, z, a };
  const draw = () => {
    const context = canvas.current?.getContext("2d");
    if (context) drawCurve(context, now.current, theme.value);
  };
  useSignalEffect(draw);
  if (canvas.current) queueMicrotask(draw);
  return SHAPES[kind] ? <canvas ref={canvas} class="curve" width={2 * WIDTH} height={2 * HEIGHT} role="img" aria-label={W.curve} /> : null;
}

function drawCurve(context: CanvasRenderingContext2D, { kind, z, a }: { kind: string; z: number; a: number }, theme: "light" | "dark") {
  const shape = SHAPES[kind]!;
  const { text, frame } = PALETTES[theme];
  const reach = Math.max(2, 1.25 * Math.abs(z));
  const high = Math.max(1.1, 1.15 * Math.abs(a), shape(reach));
  const low = Math.min(-0.15 * high, shape(-reach), a) * 1.1;
  const x = (value: number) => ((value + reach) / (2 * reach)) * WIDTH;
  const y = (value: number) => HEIGHT - 6 - ((value - low) / (high - low)) * (HEIGHT - 12);
  context.setTransform(2, 0, 0, 2, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  context.strokeStyle = frame;
  context.lineWidth = 1;
  line(context, [[0, y(0)], [WIDTH, y(0)]]);
  line(context, [[x(0), 0], [x(0), HEIGHT]]);
  context.strokeStyle = text;
  context.lineWidth = 2;
  line(context, Array.from({ length: 121 }, (_, step) => {
    const at = -reach + (2 * reach * step) / 120;
    return [x(at), y(shape(at))] as [number, number];
  }));
  context.setLineDash([3, 3]);
  context.lineWidth = 1;
  line(context, [[x(z), y(0)], [x(z), y(a)], [x(0), y(a)]]);
  context.setLineDash([]);
  context.beginPath();
  context.arc(x(z), y(a), 5, 0, 7);
  context.fillStyle = a < 0 ? PALETTES[theme].negative : a > 0 ? PALETTES[theme].positive : text;
  context.fill();
}

function line(context: CanvasRenderingContext2D, points: [number, number][]) {
  context.beginPath();
  points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}
