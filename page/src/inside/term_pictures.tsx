/** What a number was made from, as pictures: inputs, × weights, = products. */

import { useState } from "preact/hooks";

import type { Explanation } from "../api";
import { css, signedIndex, STEPS, textOn } from "../colour";
import { largest, short, written } from "../numbers";
import { Picture } from "../picture";
import { colours } from "../screen";
import { card } from "../session";
import { W } from "../words";
import { arrange, gather, ravel } from "./arrange";
import type { Explained } from "./asking";
import { Curve } from "./curve";

const LARGEST_PATCH = 121;

export function TermPictures({ explained }: { explained: Explained }) {
  const { answer, spot } = explained;
  const { terms } = answer;
  const layer = card.value?.layers[spot.layer];
  if (spot.of === "value" && layer?.row === "line" && terms.count === 1) {
    return <Curve kind={layer.kind} z={terms.values[0] ?? 0} a={answer.value ?? 0} />;
  }
  if (terms.count < 2 || !terms.places.length) return null;
  const patch = patchOf(terms);
  if (patch) return <Patch terms={terms} patch={patch} gradient={spot.of === "gradient"} />;
  return terms.weights && terms.count > 1 ? <Whole explained={explained} /> : null;
}

interface PatchShape {
  rows: number;
  cols: number;
  channels: number[];
}

/** The terms' places as rows × columns × channels, where they are such a block and small enough to print. */
function patchOf({ places, shape, count }: Explanation["terms"]): PatchShape | null {
  if (shape.length !== 3 || places.length !== count) return null;
  const distinct = (axis: number) => [...new Set(places.map((place) => place[axis]!))];
  const [rows, cols, channels] = [distinct(0).length, distinct(1).length, distinct(2)];
  const isBlock = rows * cols * channels.length === count;
  return isBlock && rows * cols <= LARGEST_PATCH && cols <= 11 ? { rows, cols, channels } : null;
}

function Patch({ terms, patch, gradient }: { terms: Explanation["terms"]; patch: PatchShape; gradient: boolean }) {
  const { rows, cols, channels } = patch;
  const of = (list: readonly (number | null)[], channel: number) =>
    terms.places.flatMap((place, term) => (place[2] === channel ? [list[term] ?? 0] : []));
  const weights = terms.weights;
  const products = terms.values.map((value, term) => (value ?? 0) * (weights?.[term] ?? 1));
  const sums = channels.map((channel) => of(products, channel).reduce((sum, product) => sum + product, 0));
  const order = channels.map((_, index) => index).sort((a, b) => Math.abs(sums[b]!) - Math.abs(sums[a]!));
  const [chosen, choose] = useState<number | null>(null);
  const channel = chosen !== null && channels.includes(chosen) ? chosen : channels[order[0]!]!;
  const ink = terms.layer === -1 && !gradient;
  const winner = weights?.every((weight) => weight === 0 || weight === 1) && of(weights, channel).filter(Boolean).length === 1;
  if (winner) {
    return <NumberGrid caption={W.oneOf(rows * cols)} rows={rows} cols={cols} values={of(terms.values, channel)} winner={of(weights!, channel).indexOf(1)} />;
  }
  return (
    <div class="patch">
      {channels.length > 1 && (
        <label class="small">
          {W.channel}{" "}
          <select value={String(channel)} onChange={(event) => choose(Number(event.currentTarget.value))}>
            {order.map((index) => (
              <option key={index} value={String(channels[index])}>
                {W.channelSum(channels[index]!, written(sums[index]!))}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="pair">
        <NumberGrid caption={gradient ? W.blames(rows * cols) : ink ? W.pixels(rows * cols) : W.values(rows * cols)} rows={rows} cols={cols} values={of(terms.values, channel)} ink={ink} />
        {weights && <NumberGrid caption={W.timesKernel} rows={rows} cols={cols} values={of(weights, channel)} lines />}
      </div>
      {weights && (
        <NumberGrid
          caption={W.products(rows * cols, written(sums[channels.indexOf(channel)]!))}
          rows={rows}
          cols={cols}
          values={of(products, channel)}
          lines
        />
      )}
    </div>
  );
}

interface NumberGridProps {
  caption: string;
  rows: number;
  cols: number;
  values: number[];
  ink?: boolean;
  /** Signs as coloured lines below the numbers, instead of coloured cells. */
  lines?: boolean;
  winner?: number;
}

/** A small real table of numbers. */
function NumberGrid({ caption, rows, cols, values, ink, lines, winner }: NumberGridProps) {
  const end = Math.max(...values.map(Math.abs), 1e-9);
  return (
    <table class="numbers">
      <caption>{caption}</caption>
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row}>
            {values.slice(row * cols, (row + 1) * cols).map((value, col) => {
              const pixel = ink
                ? colours.value.ink[Math.round(Math.max(0, Math.min(1, value)) * STEPS)]!
                : colours.value.signed[signedIndex(value, end)]!;
              const look = lines ? undefined : { background: css(pixel), color: textOn(pixel) };
              const mark = lines && value !== 0 ? (value < 0 ? "below-minus" : "below-plus") : "";
              return (
                <td key={col} style={look} class={`${mark}${row * cols + col === winner ? " winner" : ""}`}>
                  {short(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** All inputs of a dense unit: the values, its weights, and weights × values, as pictures where the inputs were one. */
function Whole({ explained: { answer, spot } }: { explained: Explained }) {
  const { terms } = answer;
  const flattened = card.value?.layers[terms.layer];
  const channel = terms.places[0]![2];
  const one = channel !== undefined && terms.places.every((place) => place[2] === channel); // one map of many
  const [rows, cols] = terms.shape;
  const own = one ? [rows!, cols!, 1] : terms.shape;
  const shape = own.length === 1 && flattened?.kind === "flatten" ? flattened.in : own;
  const size = own.reduce((product, side) => product * side, 1);
  const full = (list: readonly (number | null)[]) => {
    const values = new Float32Array(size);
    terms.places.forEach((place, term) => (values[ravel(one ? [place[0]!, place[1]!, 0] : place, own)] = list[term] ?? 0));
    return values;
  };
  const side = arrange(shape);
  const weights = full(terms.weights!);
  const values = full(terms.values);
  const products = values.map((value, place) => value * weights[place]!);
  const ink = terms.layer === -1 && spot.of === "value" && values.every((value) => value >= 0);
  const tall = Math.max(side.rows, side.cols);
  const picture = (caption: string, numbers: Float32Array, grey = false) => {
    const gathered = gather(side, numbers);
    return (
      <figure>
        <span class="frame">
          <Picture
            values={gathered}
            rows={side.rows}
            cols={side.cols}
            scale={largest(gathered) || 1}
            ink={grey}
            size={Math.max(2, Math.ceil(200 / tall))}
          />
        </span>
        <figcaption>{caption}</figcaption>
      </figure>
    );
  };
  const dense = spot.of === "value";
  const pixels = shape.length === 3 && terms.layer <= 0 && shape[2] === 1;
  return (
    <div class="three">
      {picture(dense ? (ink ? W.yourInk : W.inputs(size)) : W.blames(size), values, ink)}
      {picture(spot.of === "weight" ? W.timesInput : W.timesWeights, weights)}
      {picture(pixels && dense ? W.weightsTimesInk : W.productsOnly, products)}
    </div>
  );
}
