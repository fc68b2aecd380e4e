/** The film of training: what the first layer learned, a line for each snapshot; and your digit at this step. */

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import * as api from "../api";
import { Bars } from "../digit/bars";
import { fit, paint, tileFirst } from "../mosaic";
import { colours } from "../screen";
import { card, reading, report } from "../session";
import { state } from "../state";
import { W } from "../words";
import { run, snapshots, step } from "./running";

const HEIGHT = 420;
const EVERY_MS = 1500;

interface Film {
  steps: number[];
  tiles: Float32Array[];
  rows: number;
  cols: number;
  count: number;
}

export function TrainPanel() {
  const ours = card.value?.address.startsWith(`run:${run.value?.run}@`) ? card.value : null;
  const layer = ours?.layers.find(({ weights }) => weights === "kernels" || weights === "templates");
  const film = useFilm(layer?.layer);
  const names = card.value?.classes ?? [];
  return (
    <>
      <section class="card" aria-label={ours ? W.digitAtStep : W.digitNow}>
        <h2>
          {ours ? W.digitAtStep : W.digitNow} <small>{ours && step.value !== null ? W.stepText(step.value) : card.value?.title}</small>
        </h2>
        <Bars names={names} shares={reading.value?.probabilities ?? null} softmax={card.value?.output !== "sigmoid"} />
      </section>
      {film && layer && (
        <section class="card film" aria-label={W.film}>
          <h2>
            {W.film} <small>{layer.title}</small>
          </h2>
          {linesOf(film, step.value).map((line) => (
            <FilmLine key={film.steps[line]} film={film} line={line} />
          ))}
        </section>
      )}
    </>
  );
}

/** Evenly chosen snapshots, the one that is looked at among them. */
function linesOf({ steps, rows }: Film, now: number | null): number[] {
  const count = Math.min(Math.floor(HEIGHT / (rows > 12 ? 62 : 36)), steps.length);
  const chosen = new Set(Array.from({ length: count }, (_, line) => Math.round((line * (steps.length - 1)) / Math.max(1, count - 1))));
  const here = steps.indexOf(now ?? -1);
  if (here >= 0 && !chosen.has(here)) {
    const nearest = [...chosen].reduce((best, line) => (Math.abs(line - here) < Math.abs(best - here) ? line : best));
    chosen.delete(nearest);
    chosen.add(here);
  }
  return [...chosen].sort((a, b) => a - b);
}

function useFilm(layer: number | undefined): Film | null {
  const [film, arrived] = useState<Film | null>(null);
  const name = run.value?.film ? run.value.run : null;
  const count = snapshots.value.length;
  const asked = useRef({ name: "", at: 0 });
  useEffect(() => {
    if (!name || layer === undefined || !count) {
      arrived(null);
      return;
    }
    const wait = asked.current.name === name ? Math.max(0, asked.current.at + EVERY_MS - performance.now()) : 0;
    const timer = setTimeout(() => {
      asked.current = { name, at: performance.now() };
      api.film(name, layer, 8).then(({ tensors }) => arrived(asFilm(tensors)), report);
    }, wait);
    return () => clearTimeout(timer);
  }, [name, layer, count]);
  return film;
}

function asFilm(tensors: Awaited<ReturnType<typeof api.film>>["tensors"]): Film {
  const { shape, data } = tensors["tiles"]!;
  const [lines, count, rows, cols, channels] = shape as [number, number, number, number, number];
  const size = count * rows * cols;
  const tiles = Array.from({ length: lines }, (_, line) =>
    Float32Array.from({ length: size }, (_, place) => (data[(line * size + place) * channels]! - 128) / 127),
  );
  return { steps: Array.from(tensors["step"]!.data), tiles, rows, cols, count };
}

function FilmLine({ film, line }: { film: Film; line: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const values = film.tiles[line]!;
  const large = film.rows > 12; // pictures of 28 × 28: fewer, but twice as large
  const mosaic = fit(Math.min(film.count, large ? 4 : 8), film.rows, film.cols, 270, large ? 56 : 30, 6);
  const latest = useRef({ values, mosaic });
  latest.current = { values, mosaic };
  const draw = () => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const { values, mosaic } = latest.current;
    const image = context.createImageData(mosaic.width, mosaic.height);
    paint(new Uint32Array(image.data.buffer), mosaic, values, tileFirst(mosaic.rows, mosaic.cols), 1, colours.value);
    context.putImageData(image, 0, 0);
  };
  useSignalEffect(draw);
  if (canvas.current) queueMicrotask(draw);
  const at = film.steps[line]!;
  return (
    <button type="button" class="film-line" aria-pressed={at === step.value} aria-label={W.stepText(at)} onClick={() => (state.step.value = at)}>
      <span>{at}</span>
      <canvas ref={canvas} width={mosaic.width} height={mosaic.height} aria-hidden="true" />
    </button>
  );
}
