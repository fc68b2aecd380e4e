/** A drawing: strokes of whole-number points on a square of 256 × 256, small enough to travel in a link. */

/** One stroke: x, y, x, y, … each 0 to 255. */
export type Stroke = readonly number[];

export const SIDE = 256;

/** Widths of the pen on that square: thin, middle, thick. */
export const PENS = [12, 18, 26] as const;

/** The page opens with a digit already read: a four, in two strokes. */
export const OPENING: readonly Stroke[] = [
  [122, 36, 112, 62, 98, 90, 82, 118, 66, 142, 62, 150, 66, 155, 78, 156, 112, 153, 150, 149, 192, 145],
  [156, 92, 154, 122, 151, 152, 147, 186, 141, 224],
];

const MOST_BYTES = 6000; // a link longer than this is no drawing of a digit

export const level = (value: number) => Math.max(0, Math.min(SIDE - 1, Math.round(value)));

/** Ramer, Douglas and Peucker: fewer points, none further than `tolerance` from the line that was drawn. */
export function simplify(stroke: Stroke, tolerance = 0.75): number[] {
  const count = stroke.length / 2;
  if (count <= 2) return [...stroke];
  const kept = new Uint8Array(count);
  kept[0] = kept[count - 1] = 1;
  const open: [number, number][] = [[0, count - 1]];
  while (open.length) {
    const [first, last] = open.pop()!;
    let furthest = 0;
    let split = 0;
    for (let point = first + 1; point < last; point++) {
      const distance = fromLine(stroke, point, first, last);
      if (distance > furthest) [furthest, split] = [distance, point];
    }
    if (furthest > tolerance) {
      kept[split] = 1;
      open.push([first, split], [split, last]);
    }
  }
  const points: number[] = [];
  kept.forEach((keep, point) => keep && points.push(stroke[2 * point]!, stroke[2 * point + 1]!));
  return points;
}

/** Distance of a point from the stretch between two others. */
function fromLine(stroke: Stroke, point: number, first: number, last: number): number {
  const [x, y] = [stroke[2 * point]!, stroke[2 * point + 1]!];
  const [ax, ay] = [stroke[2 * first]!, stroke[2 * first + 1]!];
  const [dx, dy] = [stroke[2 * last]! - ax, stroke[2 * last + 1]! - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** For every stroke its number of points, then the points, one byte for each number, as base64url. */
export function encode(strokes: readonly Stroke[]): string {
  const bytes: number[] = [];
  for (const stroke of strokes) {
    let start = 0;
    do {
      // a stroke longer than a byte can count goes on in pieces that share a point
      const piece = stroke.slice(start, start + 2 * 255);
      bytes.push(piece.length / 2, ...piece);
      start += 2 * 254;
    } while (start + 2 < stroke.length);
  }
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** The strokes of a link, or `null` for anything that is none. */
export function decode(text: string): Stroke[] | null {
  if (text.length > MOST_BYTES * 2 || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  let bytes: number[];
  try {
    bytes = Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
  if (bytes.length > MOST_BYTES) return null;
  const strokes: number[][] = [];
  for (let at = 0; at < bytes.length; ) {
    const count = bytes[at]!;
    const stroke = bytes.slice(at + 1, at + 1 + 2 * count);
    if (count === 0 || stroke.length !== 2 * count) return null;
    strokes.push(stroke);
    at += 1 + 2 * count;
  }
  return strokes;
}
