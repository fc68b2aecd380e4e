/** One weight through its training, where the model is a moment of a run. */

import { useEffect, useRef, useState } from "preact/hooks";

import * as api from "../api";
import { PALETTES } from "../colour";
import { written } from "../numbers";
import { theme } from "../screen";
import { card, report } from "../session";
import { W } from "../words";
import type { Spot } from "./asking";

const [WIDTH, HEIGHT] = [296, 64];

export function WeightPath({ spot }: { spot: Spot }) {
  const run = /^run:(.+)@\d+$/.exec(card.value?.address ?? "")?.[1];
  const canvas = useRef<HTMLCanvasElement>(null);
  const [path, arrived] = useState<{ steps: number[]; values: number[] } | null>(null);
  const index = spot.index.join(",");
  useEffect(() => {
    arrived(null);
    if (!run) return;
    let current = true;
    api.path(run, spot.layer, "weight", spot.index).then(({ steps, values }) => {
      if (current && steps.length > 1) arrived({ steps, values: values.map((value) => value ?? 0) });
    }, (error) => current && report(error));
    return () => {
      current = false;
    };
  }, [run, spot.layer, index]);
  const colour = PALETTES[theme.value];
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !path) return;
    const [low, high] = [Math.min(0, ...path.values), Math.max(0, ...path.values)];
    const end = path.steps.at(-1)! || 1;
    const x = (step: number) => 3 + (step / end) * (WIDTH - 6);
    const y = (value: number) => HEIGHT - 4 - ((value - low) / (high - low || 1)) * (HEIGHT - 8);
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = colour.frame;
    context.fillRect(0, y(0), WIDTH, 1);
    context.strokeStyle = colour.text;
    context.lineWidth = 1.5;
    context.beginPath();
    path.steps.forEach((step, point) => context.lineTo(x(step), y(path.values[point]!)));
    context.stroke();
  }, [path, colour]);
  if (!path) return null;
  return (
    <figure class="weight-path">
      <canvas ref={canvas} width={2 * WIDTH} height={2 * HEIGHT} aria-hidden="true" />
      <figcaption>{W.weightPath(path.steps.at(-1)!, written(path.values[0]!), written(path.values.at(-1)!))}</figcaption>
    </figure>
  );
}
