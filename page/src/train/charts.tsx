/** The two curves of a run: the loss and the share of right answers, with the moment that is looked at. */

import "uplot/dist/uPlot.min.css";

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { PALETTES } from "../colour";
import { signed, written } from "../numbers";
import { narrow, theme } from "../screen";
import { state } from "../state";
import { W } from "../words";
import { curves, otherCurves, recorded, snapshots, step, type Curves } from "./running";

type Which = "loss" | "accuracy";

/** Distances of ticks: there is nothing between two steps. */
const WHOLE = [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4, 5].map((power) => digit * 10 ** power)).sort((one, other) => one - other);

type Column = readonly (number | null)[];

/** A running mean that forgets: what the eye would draw through the points. */
function smooth(values: Column): (number | null)[] {
  const keep = Math.min(0.9, 1 - 1 / Math.max(1, Math.min(10, values.length / 12)));
  let mean: number | null = null;
  return values.map((value) => {
    if (value !== null) mean = mean === null ? value : keep * mean + (1 - keep) * value;
    return mean;
  });
}

function table(which: Which): uPlot.AlignedData {
  const lines = (one: Curves) => (which === "loss" ? one.loss : one.accuracy);
  const now = recorded.value ?? curves.value;
  const tables: uPlot.AlignedData[] = [[now.step, lines(now), smooth(lines(now))] as uPlot.AlignedData];
  tables.push([now.validation.step, now.validation[which]] as uPlot.AlignedData);
  const other = otherCurves.value;
  tables.push((other ? [other.step, smooth(lines(other))] : [[], []]) as uPlot.AlignedData);
  return uPlot.join(tables);
}

export function Chart({ which }: { which: Which }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const colours = theme.value;
  const grey = recorded.value !== null;
  const height = narrow.value ? (which === "loss" ? 190 : 150) : which === "loss" ? 180 : 140;
  useEffect(() => {
    const room = box.current!;
    const made = new uPlot(options(which, room.clientWidth, height, colours, grey), table(which), room);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: room.clientWidth, height }));
    observer.observe(room);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [which, colours, height, grey]);
  useSignalEffect(() => {
    step.value; // the line of the moment is drawn anew
    plot.current?.setData(table(which));
  });
  return (
    <figure class="chart" aria-label={W.chartSummary[which](summaryOf(which))}>
      <figcaption>
        <b>{W.charts[which]}</b> {which === "loss" && <small>{grey ? W.chartRecorded : W.chartParts(otherCurves.value !== null)}</small>}
      </figcaption>
      <div ref={box} aria-hidden="true" />
    </figure>
  );
}

function summaryOf(which: Which): string {
  const { loss, accuracy, step: steps, validation } = recorded.value ?? curves.value;
  const shares = validation.step.length ? [validation.accuracy, validation.step] as const : [accuracy, steps] as const;
  const [values, at] = which === "loss" ? [loss, steps] : shares;
  const fromTo = recorded.value ? W.fromToEpoch : W.fromTo;
  return values.length < 2 ? W.noCurve : fromTo(written(values[0]), written(values.at(-1)), at.at(-1)!);
}

function options(which: Which, width: number, height: number, colours: "light" | "dark", grey: boolean): uPlot.Options {
  const { frame, text: full } = PALETTES[colours];
  const muted = colours === "light" ? "#85888f" : "#7b8190";
  const text = grey ? muted : full; // of a run that is not one's own
  const axis = {
    stroke: colours === "light" ? "#595d65" : "#a5abb6",
    grid: { stroke: frame, width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_plot, _low, high) => [0, Math.max(grey ? 1 : 10, high)] },
      y: which === "accuracy" ? { range: [0, 1] } : { range: (_plot, _low, high) => [0, Math.max(0.1, (high || 2.5) * 1.05)] },
    },
    axes: [
      { ...axis, size: 26, incrs: WHOLE },
      { ...axis, size: 46, values: (_plot, ticks) => ticks.map((tick) => (which === "accuracy" ? `${Math.round(100 * tick)} %` : signed(tick, tick % 1 ? 1 : 0))) },
    ],
    series: [
      {},
      { stroke: muted, width: 1, spanGaps: true, points: { show: false } },
      { stroke: text, width: 2.5, spanGaps: true, points: { show: false } },
      { stroke: text, width: 0, points: { show: true, size: 8, width: 1.5, stroke: text, fill: PALETTES[colours].paper } },
      { stroke: text, width: 1.5, dash: [5, 4], spanGaps: true, points: { show: false } },
    ],
    hooks: {
      draw: [
        (plot) => {
          const at = step.peek();
          if (at === null || grey) return;
          const x = plot.valToPos(at, "x", true);
          plot.ctx.fillStyle = text;
          plot.ctx.fillRect(Math.round(x) - devicePixelRatio / 2, plot.bbox.top, Math.max(1, devicePixelRatio), plot.bbox.height);
        },
      ],
      ready: [
        (plot) => {
          plot.over.addEventListener("click", () => {
            const at = plot.posToVal(plot.cursor.left ?? 0, "x");
            const all = snapshots.peek();
            if (all.length) state.step.value = all.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best));
          });
        },
      ],
    },
  };
}
