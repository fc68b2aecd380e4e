/** What the layers learned: kernels and templates, one tile for each unit. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { fit, tileFirst, type Place } from "../mosaic";
import { thousands, written } from "../numbers";
import { card, report } from "../session";
import { W } from "../words";
import { arrange, gather } from "./arrange";
import { pin, pinned, preview, type Spot } from "./asking";
import { Grid } from "./grid";
import { gridId, shapeText } from "./rows";

const atOnce = ({ weights }: api.LayerCard) => (weights === "templates" ? 32 : 64);

interface Tiles {
  count: number;
  rows: number;
  cols: number;
  data: Float32Array;
  scale: number;
  units: number[];
  total: number;
  /** Index in the parameter's own shape. */
  index(place: Place): number[] | null;
  place(index: readonly number[]): Place | null;
}

export function WeightsRow({ layer, width }: { layer: api.LayerCard; width: number }) {
  const [from, start] = useState(0);
  const some = atOnce(layer);
  const tiles = useTiles(layer, from);
  const kept = pinned.value;
  const spot = (place: Place): Spot | null => {
    const index = tiles?.index(place);
    return index ? { of: "weight", layer: layer.layer, index } : null;
  };
  const mosaic = tiles && fit(tiles.count, tiles.rows, tiles.cols, width, layer.weights === "templates" ? 450 : 250, 22);
  return (
    <div class="row">
      <h3>
        {layer.title} <small>{weightDetails(layer)}</small>
        {tiles && <small class="row-scale">{W.ofScale(tiles.scale)}</small>}
      </h3>
      {tiles && mosaic ? (
        <div class="grid-scroll">
          <Grid
            id={gridId(layer.layer)}
            mosaic={mosaic}
            values={tiles.data}
            strides={tileFirst(tiles.rows, tiles.cols)}
            scale={tiles.scale}
            label={W.gridLabel(layer.title, tiles.count, tiles.rows, tiles.cols)}
            speak={(place) =>
              W.spoken(layer.title, tiles.index(place) ?? [], written(tiles.data[(place.tile * tiles.rows + place.row) * tiles.cols + place.col]))
            }
            pinned={kept?.of === "weight" && kept.layer === layer.layer ? tiles.place(kept.index) : null}
            rings={[]}
            onPreview={(place) => (preview.value = place && spot(place))}
            onPin={(place) => {
              const chosen = spot(place);
              if (chosen) pin(chosen);
            }}
          />
        </div>
      ) : (
        <div class="skeleton" aria-busy="true" />
      )}
      {tiles && tiles.total > some && (
        <p class="pages">
          <button type="button" class="small" disabled={from === 0} onClick={() => start(Math.max(0, from - some))}>
            {W.earlier}
          </button>
          <span>{W.unitsOf(from, from + tiles.units.length - 1, tiles.total)}</span>
          <button type="button" class="small" disabled={from + some >= tiles.total} onClick={() => start(from + some)}>
            {W.later}
          </button>
        </p>
      )}
    </div>
  );
}

function weightDetails(layer: api.LayerCard): string {
  const count = layer.out.at(-1)!;
  if (layer.weights === "kernels") return W.kernels(thousands(count), layer.in[2] ?? 1);
  if (layer.weights === "templates") return W.templates(thousands(count));
  return W.columns(thousands(count), shapeText(layer.in));
}

function useTiles(layer: api.LayerCard, from: number): Tiles | null {
  const [tiles, arrived] = useState<Tiles | null>(null);
  const address = card.value?.address;
  useEffect(() => {
    if (!address) return;
    let current = true;
    api.weights(address, layer.layer, { first: from, count: atOnce(layer) }).then(({ tensors, extras }) => {
      const weight = tensors["weight"];
      if (current && weight) arrived(asTiles(layer, weight.shape, weight.data as Float32Array, extras));
    }, (error) => current && report(error));
    return () => {
      current = false;
    };
  }, [address, layer.layer, from]);
  return tiles;
}

/** One tile for each unit, a kernel's channels side by side. */
function asTiles(
  layer: api.LayerCard,
  [count, ...shape]: number[],
  data: Float32Array,
  { scale, units, total }: { scale: number; units: number[]; total: number },
): Tiles {
  const side = arrange(shape);
  const size = side.from.length;
  const each = data.length / count!;
  const gathered = new Float32Array(count! * size);
  for (let unit = 0; unit < count!; unit++) gathered.set(gather(side, data, unit * each), unit * size);
  const flat = ({ row, col }: Place) => side.from[row * side.cols + col]!;
  const kernel = layer.weights === "kernels";
  const channels = shape[2] ?? 1;
  return {
    count: count!,
    rows: side.rows,
    cols: side.cols,
    data: gathered,
    scale: layer.weight_scale || scale,
    units,
    total,
    index(place) {
      const at = flat(place);
      const unit = units[place.tile];
      if (at < 0 || unit === undefined) return null;
      if (!kernel) return [at, unit];
      const pixel = Math.floor(at / channels);
      return [Math.floor(pixel / shape[1]!), pixel % shape[1]!, at % channels, unit];
    },
    place(index) {
      const tile = units.indexOf(index.at(-1)!);
      const at = kernel ? (index[0]! * shape[1]! + index[1]!) * channels + index[2]! : index[0]!;
      const where = side.from.indexOf(at);
      return tile < 0 || where < 0 ? null : { tile, row: Math.floor(where / side.cols), col: where % side.cols };
    },
  };
}
