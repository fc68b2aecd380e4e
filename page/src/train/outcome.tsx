/** What came of a run: how it compares with another, and what it says of itself in words. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { written } from "../numbers";
import { about, attempt } from "../session";
import { state } from "../state";
import { W } from "../words";
import { active, curves, diagnoses, run, start, step } from "./running";

export function Comparison() {
  const runs = (about.value?.runs ?? []).filter((one) => one.run !== state.run.value);
  const [said, say] = useState("");
  const [now, other] = [state.run.value, state.other.value];
  useEffect(() => {
    say("");
    if (now && other) void attempt(() => api.compare(now, other)).then((answer) => answer && say(answer.sentence));
  }, [now, other, run.value?.state]);
  if (!runs.length || !run.value) return null;
  return (
    <div class="comparison">
      <label>
        {W.compareWith}{" "}
        <select value={other} onChange={(event) => (state.other.value = event.currentTarget.value)}>
          <option value="">{W.nothing}</option>
          {runs.map((one) => (
            <option key={one.run} value={one.run}>
              {one.run}
            </option>
          ))}
        </select>
      </label>
      {said && (
        <p class="small" role="status">
          {said}
        </p>
      )}
    </div>
  );
}

export function Diagnoses() {
  if (!run.value) return null;
  const branch = (set: Record<string, unknown>) => {
    const at = step.peek();
    const finite = at !== null && run.peek()?.outcome !== "diverged";
    void start({ recipe: run.peek()!.recipe, data: run.peek()!.data, seed: run.peek()!.seed, epochs: run.peek()!.epochs, set, from: finite ? `run:${run.peek()!.run}@${at}` : null });
  };
  return (
    <ul class="diagnoses">
      {diagnoses.value.slice(0, 5).map((one) => (
        <li key={`${one.step}${one.kind}`} class="note">
          <p>
            {one.fatal && "✗ "}
            <b>{W.atStep(one.step)}</b> {one.text} {one.try}
          </p>
          {one.set && (
            <button type="button" disabled={active.value} onClick={() => branch(one.set!)}>
              {W.tryIt(JSON.stringify(one.set))}
            </button>
          )}
        </li>
      ))}
      {!diagnoses.value.length && curves.value.loss.length > 3 && (
        <li class="note">
          <p>{W.learning(written(curves.value.loss[0]), written(curves.value.loss.at(-1)), curves.value.step.at(-1)!)}</p>
        </li>
      )}
    </ul>
  );
}

