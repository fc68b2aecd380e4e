/** The curves as a table: for those who cannot see them, and for those who want the numbers. */

import { signal } from "@preact/signals";

import { signed, thousands } from "../numbers";
import { W } from "../words";
import { curves } from "./running";

const ROWS = 20;
const open = signal(false);

export function CurveTable() {
  const { step, loss, validation } = curves.value;
  const measured = new Map(validation.step.map((at, place) => [at, validation.accuracy[place]]));
  if (!step.length) return null;
  const rows = Array.from({ length: Math.min(ROWS, step.length) }, (_, row) =>
    Math.round((row * (step.length - 1)) / Math.max(1, Math.min(ROWS, step.length) - 1)),
  );
  return (
    <details open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>{W.asTable}</summary>
      {open.value && (
        <table class="terms">
          <thead>
            <tr>
              <th scope="col">{W.stepColumn}</th>
              <th scope="col">{W.charts.loss}</th>
              <th scope="col">{W.charts.accuracy}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row">{thousands(step[row]!)}</th>
                <td>{loss[row] === null ? "–" : signed(loss[row]!, 3)}</td>
                <td>{measured.get(step[row]!) == null ? "–" : `${signed(100 * measured.get(step[row]!)!, 1)} %`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
