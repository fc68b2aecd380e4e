/** The terms that weigh most, and the tile of a number as a table. */

import type { Explanation } from "../api";
import { largest, signed, written } from "../numbers";
import { card, reading } from "../session";
import { W } from "../words";
import { pin, type Explained, type Spot } from "./asking";
import { blame } from "./gradients";
import { unravel } from "./arrange";

const SHOWN = 6;

export function TermTable({ explained: { answer, spot } }: { explained: Explained }) {
  const { terms } = answer;
  if (!terms.weights || terms.count < 2) return null;
  const rows = terms.values
    .map((value, term) => ({ term, value: value ?? 0, weight: terms.weights![term] ?? 0 }))
    .map((row) => ({ ...row, product: row.value * row.weight }))
    .filter(({ product }) => product !== 0)
    .sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const shown = rows.slice(0, SHOWN);
  if (shown.length < 2) return null;
  const others = terms.count - shown.length;
  const rest = rows.slice(SHOWN).reduce((sum, { product }) => sum + product, terms.rest ?? 0);
  return (
    <table class="terms">
      <caption>{W.largestTerms}</caption>
      <thead>
        <tr>
          <th scope="col">{W.from}</th>
          <th scope="col">{spot.of === "value" ? W.value : W.blameShort}</th>
          <th scope="col">{spot.of === "weight" ? W.timesInput : W.timesWeight}</th>
          <th scope="col">{W.product}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ term, value, weight, product }) => (
          <tr key={term}>
            <th scope="row">
              <button type="button" class="link" onClick={() => pin({ of: spot.of === "weight" ? "value" : spot.of, layer: terms.layer, index: terms.places[term]! })}>
                {placeText(terms, term)}
              </button>
            </th>
            <td>{written(value)}</td>
            <td>{written(weight)}</td>
            <td class={product < 0 ? "minus" : "plus"}>{written(product)}</td>
          </tr>
        ))}
        {others > 0 && (
          <tr>
            <th scope="row" colSpan={3}>
              {W.others(others)}
            </th>
            <td class={rest < 0 ? "minus" : "plus"}>{written(rest)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** Places in a flattened picture are told as places of the picture. */
function placeText(terms: Explanation["terms"], term: number): string {
  const place = terms.places[term]!;
  const layer = card.value?.layers[terms.layer];
  if (place.length === 1 && layer?.kind === "flatten") return W.place(unravel(place[0]!, layer.in), layer.in);
  return W.place(place, terms.shape);
}

/** The whole tile that a number is in, as numbers. */
export function TileTable({ spot }: { spot: Spot }) {
  const layer = card.value?.layers[spot.layer];
  const shape = layer?.out ?? card.value?.input;
  const name = spot.layer === -1 ? "input" : String(spot.layer);
  const entry =
    spot.of === "gradient" ? blame.value?.tensors[`${name}/gradient`] : spot.of === "value" ? reading.value?.tensors[`${name}/value`] : null;
  if (!entry || !shape) return <p class="small muted">{W.noTable}</p>;
  const picture = shape.length === 3;
  const [rows, cols, channels] = picture ? (shape as [number, number, number]) : [Math.ceil(shape[0]! / 8), 8, 1];
  const tile = picture ? spot.index[2]! : 0;
  const title = W.tileTable(layer?.title ?? W.pixelsOf(rows, cols), tile);
  const decimals = Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(largest(entry.data) || 1))));
  return (
    <div class="tile-table" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: cols }, (_, col) => (
              <th scope="col" key={col}>
                {col}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              <th scope="row">{picture ? row : row * cols}</th>
              {Array.from({ length: cols }, (_, col) => {
                const value = entry.data[picture ? (row * cols + col) * channels + tile : row * cols + col];
                return <td key={col}>{value === undefined ? "" : signed(value, decimals)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
