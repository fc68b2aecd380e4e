/** A small picture of numbers: grey ink, or blue and orange. */

import { useRef } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";

import { paint, tileFirst, type Mosaic } from "./mosaic";
import { colours } from "./screen";

interface Props {
  values: ArrayLike<number>;
  rows: number;
  cols: number;
  /** The value that has the full colour. */
  scale: number;
  ink?: boolean;
  /** Whole-number enlargement; the style sheet decides how large it is shown. */
  size?: number;
  class?: string;
}

export function Picture(props: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const { rows, cols, size = 5 } = props;
  const draw = () => {
    const { values, scale, ink } = latest.current;
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const mosaic: Mosaic = { tiles: 1, rows, cols, size, across: 1, down: 1, gap: 0, width: cols * size, height: rows * size };
    const image = context.createImageData(mosaic.width, mosaic.height);
    paint(new Uint32Array(image.data.buffer), mosaic, values, tileFirst(rows, cols), scale, colours.value, ink);
    context.putImageData(image, 0, 0);
  };
  useSignalEffect(draw);
  if (canvas.current) queueMicrotask(draw);
  return <canvas ref={canvas} class={props.class ?? "picture"} width={cols * size} height={rows * size} aria-hidden="true" />;
}
