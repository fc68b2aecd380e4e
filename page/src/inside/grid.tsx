/** A row's picture: every number a square that can be pointed at, touched, or reached by keys. */

import { useSignalEffect } from "@preact/signals";
import { useId, useRef, useState } from "preact/hooks";

import { css, signedIndex, textOn } from "../colour";
import { hit, move, offset, paint, tileBox, valueBox, type Box, type Mosaic, type Place, type Strides } from "../mosaic";
import { short } from "../numbers";
import { colours } from "../screen";
import { state } from "../state";
import { W } from "../words";

export interface GridProps {
  id?: string;
  mosaic: Mosaic;
  values: ArrayLike<number>;
  strides: Strides;
  scale: number;
  label: string;
  /** The number in words, for those who hear it. */
  speak(place: Place): string;
  pinned: Place | null;
  /** Boxes to ring: the numbers that the pinned one was made from. */
  rings: readonly Box[];
  onPreview(place: Place | null): void;
  onPin(place: Place): void;
  onFollow?(direction: -1 | 1): void;
}

const LOUPE = 9; // numbers across

export function Grid(props: GridProps) {
  const { mosaic, pinned } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [focus, setFocus] = useState<Place | null>(null);
  const [loupe, setLoupe] = useState<{ place: Place; x: number; y: number } | null>(null);
  const cell = useId();

  const draw = () => {
    if (canvas.current) paintRow(canvas.current, latest.current, state.signs.value);
  };
  useSignalEffect(draw);
  if (canvas.current) queueMicrotask(draw);

  const here = focus ?? pinned ?? { tile: 0, row: 0, col: 0 };
  const at = (event: PointerEvent) => {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const scale = mosaic.width / frame.width;
    return hit(mosaic, (event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = move(mosaic, here, event.key);
    if (to) {
      setFocus(to);
      props.onPreview(to);
    } else if (event.key === "Enter" || event.key === " ") {
      props.onPin(here);
    } else if (event.key === "[" || event.key === "]") {
      props.onFollow?.(event.key === "[" ? -1 : 1);
    } else {
      return;
    }
    event.preventDefault();
  };
  const onTouch = (event: PointerEvent, place: Place | null) => {
    if (event.pointerType !== "touch" || !place) return setLoupe(null);
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    setLoupe({ place, x: event.clientX - frame.left, y: event.clientY - frame.top });
  };
  return (
    <div
      id={props.id}
      class="grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-activedescendant={cell}
      style={{ width: `${mosaic.width}px`, height: `${mosaic.height}px` }}
      onKeyDown={onKeyDown}
      onFocus={() => {
        setFocus(pinned ?? here);
        props.onPreview(here);
      }}
      onBlur={() => {
        setFocus(null);
        props.onPreview(null);
      }}
      onPointerMove={(event) => {
        const place = at(event);
        props.onPreview(place);
        if (event.pointerType === "touch") onTouch(event, place);
      }}
      onPointerLeave={() => {
        setLoupe(null);
        props.onPreview(null);
      }}
      onPointerCancel={() => setLoupe(null)}
      onPointerUp={(event) => {
        const place = at(event);
        setLoupe(null);
        if (!place) return;
        setFocus(place);
        props.onPin(place);
      }}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div role="row" class="vh">
        <span role="gridcell" id={cell}>
          {props.speak(here)}
        </span>
      </div>
      {props.rings.map((box, index) => (
        <Ring key={index} box={box} kind="field" />
      ))}
      {pinned && mosaic.cols * mosaic.rows > 1 && <Ring box={tileBox(mosaic, pinned.tile)} kind="tile" />}
      {pinned && <Ring box={valueBox(mosaic, pinned)} kind="value" />}
      {focus && <Ring box={valueBox(mosaic, focus)} kind="focus" />}
      {loupe && <Loupe {...loupe} {...props} />}
    </div>
  );
}

export function Ring({ box, kind }: { box: Box; kind: "value" | "tile" | "field" | "focus" }) {
  return (
    <span
      class={`ring ring-${kind}`}
      style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` }}
    />
  );
}

/** Tiles are painted pixel by pixel; single cells are large enough to carry their number, so they are drawn sharp. */
function paintRow(canvas: HTMLCanvasElement, { mosaic, values, strides, scale }: GridProps, signs: boolean) {
  const cells = mosaic.rows === 1 && mosaic.cols === 1;
  const dense = cells ? Math.min(2, devicePixelRatio || 1) : 1;
  const [width, height] = [Math.round(mosaic.width * dense), Math.round(mosaic.height * dense)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d")!;
  if (!cells) {
    const image = imageFor(context, mosaic);
    paint(new Uint32Array(image.data.buffer), mosaic, values, strides, scale, colours.value);
    context.putImageData(image, 0, 0);
    if (signs && mosaic.size >= 7) drawSigns(context, mosaic, values, strides, scale);
    return;
  }
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, mosaic.width, mosaic.height);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `${mosaic.size >= 34 ? 12 : 11}px system-ui, sans-serif`;
  const frame = css(colours.value.frame);
  for (let tile = 0; tile < mosaic.tiles; tile++) {
    const value = values[tile * strides.tile]!;
    const pixel = colours.value.signed[signedIndex(value, scale)]!;
    const { x, y, width: side } = tileBox(mosaic, tile);
    context.fillStyle = css(pixel);
    context.fillRect(x, y, side, side);
    context.strokeStyle = frame;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
    if (value === 0 || side < 12) continue;
    context.fillStyle = textOn(pixel);
    if (side >= 28) context.fillText(short(value), x + side / 2, y + side / 2 + 0.5);
    else if (signs) context.fillText(value > 0 ? "+" : "−", x + side / 2, y + side / 2 + 0.5);
  }
}

const images = new WeakMap<CanvasRenderingContext2D, ImageData>();

function imageFor(context: CanvasRenderingContext2D, { width, height }: Mosaic): ImageData {
  let image = images.get(context);
  if (!image || image.width !== width || image.height !== height) {
    image = context.createImageData(width, height);
    images.set(context, image);
  }
  return image;
}

function drawSigns(
  context: CanvasRenderingContext2D,
  mosaic: Mosaic,
  values: ArrayLike<number>,
  strides: Strides,
  scale: number,
) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `${Math.min(12, mosaic.size)}px system-ui, sans-serif`;
  for (let tile = 0; tile < mosaic.tiles; tile++) {
    for (let row = 0; row < mosaic.rows; row++) {
      for (let col = 0; col < mosaic.cols; col++) {
        const value = values[offset(strides, { tile, row, col })]!;
        const index = signedIndex(value, scale);
        if (Math.abs(index - 255) < 12) continue;
        const { x, y } = valueBox(mosaic, { tile, row, col });
        context.fillStyle = textOn(colours.value.signed[index]!);
        context.fillText(value > 0 ? "+" : "−", x + mosaic.size / 2, y + mosaic.size / 2);
      }
    }
  }
}

/** Above the finger, what the finger hides. */
function Loupe({ place, x, y, mosaic, values, strides, scale }: { place: Place; x: number; y: number } & GridProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  queueMicrotask(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const half = (LOUPE - 1) / 2;
    context.fillStyle = css(colours.value.frame);
    context.fillRect(0, 0, LOUPE, LOUPE);
    for (let dy = -half; dy <= half; dy++) {
      for (let dx = -half; dx <= half; dx++) {
        const [row, col] = [place.row + dy, place.col + dx];
        if (row < 0 || col < 0 || row >= mosaic.rows || col >= mosaic.cols) continue;
        const value = values[offset(strides, { tile: place.tile, row, col })]!;
        context.fillStyle = css(colours.value.signed[signedIndex(value, scale)]!);
        context.fillRect(dx + half, dy + half, 1, 1);
      }
    }
  });
  return (
    <span class="loupe" style={{ left: `${x}px`, top: `${y}px` }} aria-hidden="true">
      <canvas ref={canvas} width={LOUPE} height={LOUPE} />
      <b>{short(values[offset(strides, place)]!)}</b>
    </span>
  );
}

export const gridLabel = (title: string, mosaic: Mosaic) => W.gridLabel(title, mosaic.tiles, mosaic.rows, mosaic.cols);
