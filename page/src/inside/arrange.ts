/** How a list of numbers becomes a picture: channels side by side in a square, or the numbers themselves. */

export interface Arrangement {
  rows: number;
  cols: number;
  /** For every place of the picture the number's place in the flat array, −1 where there is none. */
  from: Int32Array;
}

/** Near a square, and without empty places where that is possible: 8 stand in 4 × 2, 64 in 8 × 8. */
function columns(count: number): number {
  const square = Math.ceil(Math.sqrt(count));
  for (let across = square; across <= 2 * square; across++) if (count % across === 0) return across;
  return square;
}

/** Lay out an array of `shape`, (n) or (rows, cols, channels), as one picture. */
export function arrange(shape: readonly number[]): Arrangement {
  const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, shape[0] ?? 1];
  const across = columns(channels);
  const down = Math.ceil(channels / across);
  const [rows, cols] = [down * height, across * width];
  const from = new Int32Array(rows * cols).fill(-1);
  for (let channel = 0; channel < channels; channel++) {
    const [top, left] = [Math.floor(channel / across) * height, (channel % across) * width];
    for (let row = 0; row < height; row++) {
      for (let col = 0; col < width; col++) {
        from[(top + row) * cols + left + col] = (row * width + col) * channels + channel;
      }
    }
  }
  return { rows, cols, from };
}

export function gather({ from }: Arrangement, values: ArrayLike<number>, start = 0): Float32Array {
  return Float32Array.from(from, (place) => (place < 0 ? 0 : values[start + place]!));
}

/** Index in an array of `shape` of a place in the flat array. */
export function unravel(place: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = place % shape[axis]!;
    place = Math.floor(place / shape[axis]!);
  }
  return index;
}

export const ravel = (index: readonly number[], shape: readonly number[]) =>
  index.reduce((place, along, axis) => place * shape[axis]! + along, 0);
