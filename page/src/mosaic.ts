/** Where every number of a layer stands on its row: pictures side by side, or single cells. Pure arithmetic, no DOM. */

import { signedIndex, STEPS, type Tables } from "./colour";

/** Tiles of `rows` × `cols` numbers, `across` tiles in a line, every number a square of `size` pixels. */
export interface Mosaic {
  tiles: number;
  rows: number;
  cols: number;
  size: number;
  across: number;
  down: number;
  gap: number;
  width: number;
  height: number;
}

export interface Place {
  tile: number;
  row: number;
  col: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How far apart neighbours lie in the flat array: pictures are (rows, cols, tiles), weights (tiles, rows, cols). */
export interface Strides {
  tile: number;
  row: number;
  col: number;
}

export const channelLast = (tiles: number, cols: number): Strides => ({ tile: 1, row: cols * tiles, col: tiles });
export const tileFirst = (rows: number, cols: number): Strides => ({ tile: rows * cols, row: cols, col: 1 });

/** The largest whole-number scale at which all tiles fit `maxWidth` × `maxHeight`, and never below 1. */
export function fit(
  tiles: number,
  rows: number,
  cols: number,
  maxWidth: number,
  maxHeight: number,
  largest = 24,
): Mosaic {
  const single = rows === 1 && cols === 1;
  for (let size = largest; size >= 1; size--) {
    const gap = single ? 2 : Math.max(2, Math.min(4, size));
    const across = Math.min(tiles, Math.floor((maxWidth + gap) / (cols * size + gap)));
    if (across < 1) continue;
    const down = Math.ceil(tiles / across);
    const height = down * (rows * size + gap) - gap;
    if (height <= maxHeight || size === 1) {
      const even = Math.ceil(tiles / down); // the same lines, filled evenly
      return { tiles, rows, cols, size, across: even, down, gap, width: even * (cols * size + gap) - gap, height };
    }
  }
  const down = tiles; // narrower than one tile: one below the other, and the row scrolls
  return { tiles, rows, cols, size: 1, across: 1, down, gap: 2, width: cols, height: down * (rows + 2) - 2 };
}

export function tileBox(mosaic: Mosaic, tile: number): Box {
  const { rows, cols, size, across, gap } = mosaic;
  return {
    x: (tile % across) * (cols * size + gap),
    y: Math.floor(tile / across) * (rows * size + gap),
    width: cols * size,
    height: rows * size,
  };
}

export function valueBox(mosaic: Mosaic, { tile, row, col }: Place): Box {
  const { x, y } = tileBox(mosaic, tile);
  return { x: x + col * mosaic.size, y: y + row * mosaic.size, width: mosaic.size, height: mosaic.size };
}

/** The number under a point, or the nearest one beside a gap; `null` outside and on empty places. */
export function hit(mosaic: Mosaic, x: number, y: number): Place | null {
  const { rows, cols, size, across, down, gap, tiles } = mosaic;
  if (x < 0 || y < 0 || x >= mosaic.width || y >= mosaic.height) return null;
  const lineX = Math.min(across - 1, Math.floor(x / (cols * size + gap)));
  const lineY = Math.min(down - 1, Math.floor(y / (rows * size + gap)));
  const tile = lineY * across + lineX;
  if (tile >= tiles) return null;
  const col = Math.min(cols - 1, Math.floor((x - lineX * (cols * size + gap)) / size));
  const row = Math.min(rows - 1, Math.floor((y - lineY * (rows * size + gap)) / size));
  return { tile, row, col };
}

export const offset = (strides: Strides, { tile, row, col }: Place) =>
  tile * strides.tile + row * strides.row + col * strides.col;

/** Where a key leads: arrows go number by number across all tiles, Page keys tile by tile. `null`: not ours. */
export function move(mosaic: Mosaic, place: Place, key: string): Place | null {
  const { rows, cols, across, down, tiles } = mosaic;
  const lineX = place.tile % across;
  const lineY = Math.floor(place.tile / across);
  const x = lineX * cols + place.col;
  const y = lineY * rows + place.row;
  const at = (nx: number, ny: number): Place => {
    const cx = Math.max(0, Math.min(across * cols - 1, nx));
    const cy = Math.max(0, Math.min(down * rows - 1, ny));
    const tile = Math.floor(cy / rows) * across + Math.floor(cx / cols);
    return tile < tiles ? { tile, row: cy % rows, col: cx % cols } : place; // nothing there: stay
  };
  switch (key) {
    case "ArrowLeft":
      return at(x - 1, y);
    case "ArrowRight":
      return at(x + 1, y);
    case "ArrowUp":
      return at(x, y - 1);
    case "ArrowDown":
      return at(x, y + 1);
    case "PageDown":
      return { ...place, tile: Math.min(tiles - 1, place.tile + 1) };
    case "PageUp":
      return { ...place, tile: Math.max(0, place.tile - 1) };
    case "Home":
      return { tile: 0, row: 0, col: 0 };
    case "End":
      return { tile: tiles - 1, row: rows - 1, col: cols - 1 };
    default:
      return null;
  }
}

/** Fill `pixels` (the mosaic's width × height) with the colours of `values` on a scale from −`scale` to `scale`. */
export function paint(
  pixels: Uint32Array,
  mosaic: Mosaic,
  values: ArrayLike<number>,
  strides: Strides,
  scale: number,
  tables: Tables,
  ink = false,
): void {
  const { tiles, rows, cols, size, width } = mosaic;
  pixels.fill(tables.frame);
  const lookup = ink ? tables.ink : tables.signed;
  for (let place = tiles; place < mosaic.across * mosaic.down; place++) {
    fillBox(pixels, width, tileBox(mosaic, place), tables.paper);
  }
  for (let tile = 0; tile < tiles; tile++) {
    const { x: left, y: top } = tileBox(mosaic, tile);
    for (let row = 0; row < rows; row++) {
      const line = (top + row * size) * width + left;
      let from = tile * strides.tile + row * strides.row;
      for (let col = 0; col < cols; col++, from += strides.col) {
        const value = values[from]!;
        const colour = lookup[ink ? Math.round(Math.max(0, Math.min(1, value / scale)) * STEPS) : signedIndex(value, scale)]!;
        const start = line + col * size;
        for (let pixel = start; pixel < start + size; pixel++) pixels[pixel] = colour;
      }
      for (let copy = 1; copy < size; copy++) {
        pixels.copyWithin(line + copy * width, line, line + cols * size);
      }
    }
  }
}

function fillBox(pixels: Uint32Array, width: number, box: Box, colour: number): void {
  for (let y = box.y; y < box.y + box.height + 0; y++) {
    pixels.fill(colour, y * width + box.x, y * width + box.x + box.width);
  }
}
