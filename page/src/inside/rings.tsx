/** Rings around what a number was made from: in the row above, and on what the network sees. */

import { tileBox, valueBox, type Box, type Mosaic } from "../mosaic";
import type { LayerCard } from "../api";
import { card, stage } from "../session";
import { explained } from "./asking";

interface Field {
  layer: number;
  /** The array that the numbers lie in. */
  shape: readonly number[];
  first: readonly [number, number];
  last: readonly [number, number];
  /** Rows of the places, for vectors. */
  units: readonly number[] | null;
}

/** Where the terms of the shown explanation lie; `null` where they are everywhere. */
function field(): Field | null {
  const terms = explained.value?.answer.terms;
  if (!terms?.places.length || explained.value!.spot.of !== "value") return null;
  const { shape, places, layer } = terms;
  if (shape.length !== 3) {
    return places.length > 16 ? null : { layer, shape, first: [0, 0], last: [0, 0], units: places.map(([unit]) => unit!) };
  }
  const rows = places.map(([row]) => row!);
  const cols = places.map(([, col]) => col!);
  const [first, last] = [
    [Math.min(...rows), Math.min(...cols)],
    [Math.max(...rows), Math.max(...cols)],
  ] as [[number, number], [number, number]];
  const all = first[0] === 0 && first[1] === 0 && last[0] === shape[0]! - 1 && last[1] === shape[1]! - 1;
  return all ? null : { layer, shape, first, last, units: null };
}

/** Boxes on the row of `layer`, if it is the nearest one shown that the terms can be seen in. */
export function ringsOn(layer: LayerCard, mosaic: Mosaic, visible: readonly number[]): Box[] {
  const seen = field();
  if (!seen) return [];
  const nearest = Math.max(...visible.filter((shown) => shown <= seen.layer), -2);
  if (nearest !== layer.layer) return [];
  if (seen.units) return layer.out.length === 1 && layer.out[0] === seen.shape[0] ? seen.units.map((tile) => tileBox(mosaic, tile)) : [];
  if (layer.out.length !== 3 || layer.out[2] !== seen.shape[2]) return [];
  const scale = Math.round(layer.out[0]! / seen.shape[0]!); // a pooling between the two rows
  const channels = new Set(explained.value!.answer.terms.places.map(([, , channel]) => channel!));
  return [...channels].map((tile) => {
    const start = valueBox(mosaic, { tile, row: seen.first[0] * scale, col: seen.first[1] * scale });
    const end = valueBox(mosaic, { tile, row: seen.last[0] * scale + scale - 1, col: seen.last[1] * scale + scale - 1 });
    return { x: start.x, y: start.y, width: end.x + end.width - start.x, height: end.y + end.height - start.y };
  });
}

/** The patch of pixels that the shown number was made from, on a picture of 28 × 28 of any size. */
export function SeenRing() {
  if (stage.value !== "inside" || !card.value) return null;
  const spot = explained.value?.spot;
  const seen: Pick<Field, "first" | "last" | "shape"> | null =
    spot?.layer === -1 && spot.of === "value"
      ? { first: [spot.index[0]!, spot.index[1]!], last: [spot.index[0]!, spot.index[1]!], shape: card.value.input }
      : field();
  if (!seen || (spot?.layer !== -1 && (seen as Field).layer !== -1)) return null;
  const [rows, cols] = seen.shape as [number, number];
  return (
    <span
      class="ring ring-field"
      style={{
        left: `${(100 * seen.first[1]) / cols}%`,
        top: `${(100 * seen.first[0]) / rows}%`,
        width: `${(100 * (seen.last[1] - seen.first[1] + 1)) / cols}%`,
        height: `${(100 * (seen.last[0] - seen.first[0] + 1)) / rows}%`,
      }}
    />
  );
}
