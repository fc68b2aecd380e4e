/** One row for each layer: its values or its gradients as pictures, cells, bars, or one sentence. */

import type { LayerCard } from "../api";
import { channelLast, fit, type Place } from "../mosaic";
import { largest, thousands, written } from "../numbers";
import { card, reading, unread } from "../session";
import { state } from "../state";
import { W } from "../words";
import { explained, follow, pin, pinned, preview, type Spot } from "./asking";
import { blame, lit } from "./gradients";
import { Grid } from "./grid";
import { ringsOn } from "./rings";
import { SignedBars } from "./signed_bars";

const FIRST_HEIGHT = 250;
const LATER_HEIGHT = 150;

export const shapeText = (shape: readonly number[]) => shape.join(" × ");
export const gridId = (layer: number) => `row-${layer}`;

/** Layers whose numbers can be seen at the moment. */
export const visibleLayers = () =>
  (card.value?.layers ?? []).filter(({ row, layer }) => row !== "line" || state.open.value.includes(layer)).map(({ layer }) => layer);

export const placeOf = (index: readonly number[]): Place =>
  index.length === 3 ? { tile: index[2]!, row: index[0]!, col: index[1]! } : { tile: index[0]!, row: 0, col: 0 };
export const indexOf = (shape: readonly number[], { tile, row, col }: Place) => (shape.length === 3 ? [row, col, tile] : [tile]);

function numbersOf(layer: LayerCard): { values: ArrayLike<number>; scale: number } | null {
  if (state.mode.value !== "gradients") {
    const entry = reading.value?.tensors[`${layer.layer}/value`];
    return entry ? { values: entry.data, scale: layer.scale || largest(entry.data) } : null;
  }
  const entry = blame.value?.tensors[`${layer.layer}/gradient`];
  return entry ? { values: entry.data, scale: largest(entry.data) } : null;
}

export function LayerRow({ layer, width, first }: { layer: LayerCard; width: number; first: boolean }) {
  const gradients = state.mode.value === "gradients";
  const numbers = numbersOf(layer);
  const dark = gradients && lit.value >= 0 && layer.layer < lit.value;
  const broken = card.value?.broken_layer === layer.layer;
  return (
    <div class={`row${dark ? " unlit" : ""}`}>
      <h3>
        {broken && <span aria-label={W.brokenLayer}>✗ </span>}
        {layer.title} <small>{details(layer)}</small>
        {gradients && numbers && <small class="row-scale">{W.ofScale(numbers.scale)}</small>}
      </h3>
      {layer.row === "bars" ? (
        <SignedBars layer={layer} values={numbers?.values ?? null} of={gradients ? "gradient" : "value"} />
      ) : (
        <Numbers layer={layer} width={width} height={first ? FIRST_HEIGHT : LATER_HEIGHT} />
      )}
    </div>
  );
}

function details({ layer, in: given, out, parameters, row }: LayerCard): string {
  if (state.mode.value === "gradients") return W.blameOf(shapeText(out));
  const last = row === "bars" && layer === (card.value?.layers.length ?? 0) - 1;
  return W.layerDetails(shapeText(given), shapeText(out), thousands(parameters)) + (last ? W.lastLayer(card.value!.output) : "");
}

/** Activations, pooling, normalisation, dropout and flattening: what they did with this drawing, in one line. */
export function LineRow({ layer, width }: { layer: LayerCard; width: number }) {
  const open = state.open.value.includes(layer.layer);
  const gradients = state.mode.value === "gradients";
  const dark = gradients && lit.value >= 0 && layer.layer < lit.value;
  const sentence = (gradients ? blame : reading).value?.lines[String(layer.layer)] ?? layer.title;
  const toggle = () => {
    const others = state.open.peek().filter((one) => one !== layer.layer);
    state.open.value = open ? others : [...others, layer.layer].sort((a, b) => a - b);
  };
  return (
    <div class={`row line${dark ? " unlit" : ""}`}>
      <p>
        {gradients && sentence !== layer.title ? `${layer.title}: ${sentence[0]!.toLowerCase()}${sentence.slice(1)}` : sentence}
      </p>
      <button type="button" class="small" aria-expanded={open} aria-label={`${W.openRow}: ${layer.title}`} onClick={toggle}>
        {open ? W.closeRow : W.openRow}
      </button>
      {open && <Numbers layer={layer} width={width} height={LATER_HEIGHT} />}
    </div>
  );
}

function Numbers({ layer, width, height }: { layer: LayerCard; width: number; height: number }) {
  const numbers = numbersOf(layer);
  const [rows, cols, tiles] = layer.out.length === 3 ? (layer.out as [number, number, number]) : [1, 1, layer.out[0]!];
  const mosaic = fit(tiles, rows, cols, width, height, rows === 1 && cols === 1 ? 34 : 24);
  if (!numbers) {
    if (unread.value) return null;
    return <div class="skeleton" style={{ width: `${mosaic.width}px`, height: `${mosaic.height}px` }} aria-busy="true" />;
  }
  const strides = channelLast(tiles, cols);
  const of = state.mode.value === "gradients" ? "gradient" : "value";
  const spot = (place: Place): Spot => ({ of, layer: layer.layer, index: indexOf(layer.out, place) });
  const kept = pinned.value;
  const speak = (place: Place) =>
    W.spoken(
      layer.title,
      indexOf(layer.out, place),
      written(numbers.values[place.tile * strides.tile + place.row * strides.row + place.col * strides.col]),
      explained.value?.answer.terms.count,
    );
  return (
    <div class="grid-scroll">
      <Grid
        id={gridId(layer.layer)}
        mosaic={mosaic}
        values={numbers.values}
        strides={strides}
        scale={numbers.scale}
        label={W.gridLabel(layer.title, tiles, rows, cols)}
        speak={speak}
        pinned={kept?.layer === layer.layer && kept.of === of ? placeOf(kept.index) : null}
        rings={ringsOn(layer, mosaic, visibleLayers())}
        onPreview={(place) => (preview.value = place && spot(place))}
        onPin={(place) => pin(spot(place))}
        onFollow={followAndFocus}
      />
    </div>
  );
}

/** The focus goes along with the number. */
export function followAndFocus(direction: -1 | 1): void {
  const to = follow(direction);
  if (to) requestAnimationFrame(() => document.getElementById(gridId(to.layer))?.focus());
}
