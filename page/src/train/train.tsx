/** Train: press Run, watch it learn, drag time back. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { sentence, signed, thousands, written } from "../numbers";
import { about } from "../session";
import { beginSlowMotion } from "../slow_motion";
import { state } from "../state";
import { W } from "../words";
import { Chart } from "./charts";
import { CurveTable } from "./curve_table";
import { Comparison, Diagnoses } from "./outcome";
import { active, busy, exact, firstSnapshot, order, rate, recipe, recorded, run, snapshots, speed, start, step, watchRuns } from "./running";

export { TrainPanel } from "./film";

export function TrainStage() {
  useEffect(watchRuns, []);
  return (
    <div class="card train">
      <Controls />
      {busy.value && (
        <div class="note edited" role="alert">
          <p>{sentence(busy.value.what)}</p>
          <button type="button" onClick={busy.value.instead}>
            {W.instead}
          </button>
        </div>
      )}
      <RunLine />
      {run.value || state.run.value ? (
        <>
          <Chart which="loss" />
          <Chart which="accuracy" />
        </>
      ) : (
        <WhatWillHappen />
      )}
      <Time />
      <Comparison />
      <Diagnoses />
      <CurveTable />
    </div>
  );
}

function WhatWillHappen() {
  const told = recorded.value;
  const right = told?.validation.accuracy.at(-1);
  return (
    <>
      <ol class="promises">
        {W.runSteps.map(([title, text]) => (
          <li key={title}>
            <b>{title}</b> {text}
          </li>
        ))}
      </ol>
      {told ? (
        <section class="recorded" aria-label={W.recordedTitle}>
          <h3>{W.recordedTitle}</h3>
          <p class="small muted">
            {W.recordedWhat(recipe.value!.name, recipe.value!.recorded!.data, told.step.length, right == null ? null : signed(100 * right, 1))}
          </p>
          <Chart which="loss" />
          <Chart which="accuracy" />
        </section>
      ) : (
        recipe.value && <p class="small muted">{W.notRecorded(recipe.value.name)}</p>
      )}
    </>
  );
}

function settings(): api.NewRun | null {
  const chosen = recipe.peek();
  const learningRate = Number(rate.peek().replace(",", "."));
  return chosen
    ? {
        recipe: chosen.name,
        data: state.data.peek() || null,
        seed: state.seed.peek(),
        epochs: state.epochs.peek(),
        set: rate.peek() && learningRate > 0 ? { "optimizer.learning_rate": learningRate } : {},
      }
    : null;
}

function begin(extra: Partial<api.NewRun> = {}) {
  const wanted = settings();
  return wanted ? start({ ...wanted, ...extra }) : undefined;
}

function Controls() {
  const recipes = about.value?.recipes ?? [];
  const chosen = recipe.value;
  const now = run.value;
  const paused = now?.state === "paused";
  const stepBy = async (unit: "batch" | "epoch" | "digit") => {
    if (!paused || !now) {
      const made = await begin({ begin: "pause" });
      if (!made) return;
      await firstSnapshot();
    }
    if (unit === "digit") await beginSlowMotion(state.run.peek());
    else await order({ do: "step", unit, n: 1 });
  };
  return (
    <div class="controls">
      <div class="control-line">
        <label>
          {W.recipe}{" "}
          <select value={chosen?.name} onChange={(event) => (state.recipe.value = event.currentTarget.value)}>
            {recipes.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {active.value ? (
          <button type="button" class="strong" onClick={() => void order({ do: "pause" })}>
            {W.pause}
          </button>
        ) : paused ? (
          <button type="button" class="strong" onClick={() => void order({ do: "run" })}>
            {W.goOn}
          </button>
        ) : (
          <button type="button" class="strong" disabled={!chosen} onClick={() => void begin()}>
            {W.run}
          </button>
        )}
        {paused && (
          <button type="button" onClick={() => void begin()}>
            {W.newRun}
          </button>
        )}
        <div class="segments" role="group" aria-label={W.stepsLabel}>
          {(["digit", "batch", "epoch"] as const).map((unit) => (
            <button key={unit} type="button" disabled={active.value || !chosen} onClick={() => void stepBy(unit)}>
              {W.steps[unit]}
            </button>
          ))}
        </div>
      </div>
      <div class="settings">
        <NumberField label={W.seed} value={state.seed.value} least={0} set={(value) => (state.seed.value = value)} />
        <NumberField label={W.stopAfter} value={state.epochs.value} least={1} set={(value) => (state.epochs.value = value)} />
        <label>
          {W.rate}{" "}
          <input type="text" inputMode="decimal" value={rate.value} placeholder={chosen ? written(chosen.learning_rate) : ""} onInput={(event) => (rate.value = event.currentTarget.value)} />
        </label>
        <label>
          {W.trainData}{" "}
          <select value={state.data.value} onChange={(event) => (state.data.value = event.currentTarget.value)}>
            <option value="">{W.recipesOwn}</option>
            {state.data.value && !about.value?.sources.some(({ source }) => source === state.data.value) && (
              <option value={state.data.value}>{state.data.value}</option>
            )}
            {(about.value?.sources ?? [])
              .filter(({ here, source }) => here || source === state.data.value)
              .map(({ source, title, count }) => (
                <option key={source} value={source}>
                  {count ? `${title} (${thousands(count)})` : title}
                </option>
              ))}
          </select>
        </label>
      </div>
      {chosen && <p class="muted small">{chosen.title}. {W.recipeLayers(chosen.layers, chosen.optimizer, chosen.batch_size)}</p>}
    </div>
  );
}

function NumberField({ label, value, least, set }: { label: string; value: number; least: number; set(value: number): void }) {
  return (
    <label>
      {label}
      <input
        type="number"
        min={least}
        step={1}
        value={value}
        onChange={(event) => {
          const whole = Math.round(Number(event.currentTarget.value));
          if (whole >= least && whole <= 9_999_999) set(whole);
          else event.currentTarget.value = String(value);
        }}
      />
    </label>
  );
}

function RunLine() {
  const runs = about.value?.runs ?? [];
  const now = run.value;
  return (
    <div class="run-line">
      {runs.length > 0 && (
        <label>
          {W.runLabel}{" "}
          <select
            value={state.run.value}
            onChange={(event) => {
              state.step.value = null;
              state.run.value = event.currentTarget.value;
            }}
          >
            {!runs.some((one) => one.run === state.run.value) && <option value={state.run.value}>{state.run.value || W.noRun}</option>}
            {runs.map((one) => (
              <option key={one.run} value={one.run}>
                {one.run}
              </option>
            ))}
          </select>
        </label>
      )}
      <p class="small" role="status">
        {now ? W.runState(now.state, now.epoch, now.epochs, now.accuracy === null ? null : signed(100 * now.accuracy, 1), now.data_title) : W.noRunYet}
        {active.value && speed.value ? ` ${W.speed(thousands(Math.round(speed.value)))}` : ""}
      </p>
      {now?.error && (
        <p class="note">
          ✗ <b>{sentence(now.error.what)}</b> {now.error.do && sentence(now.error.do)}
        </p>
      )}
      {now?.notice && <p class="small muted">{now.notice}</p>}
    </div>
  );
}

/** The step as a number: what was typed is gone to, and recomputed where it was not filmed. */
function StepBox({ now, last }: { now: number; last: number }) {
  const [typed, type] = useState<string | null>(null);
  const [refused, refuse] = useState("");
  const go = (text: string) => {
    const digits = text.replace(/[\s,]/g, "");
    const there = /^\d{1,12}$/.test(digits) && Number(digits) <= last;
    if (there) state.step.value = Number(digits);
    type(there ? null : text);
    refuse(there ? "" : W.noSuchStep(text, thousands(last)));
  };
  const told = exact.value?.step === state.step.value && exact.value?.run === state.run.value ? exact.value : null;
  return (
    <div class="exact">
      <label>
        {W.stepBox}{" "}
        <input
          type="text"
          inputMode="numeric"
          value={typed ?? String(told?.step ?? now)}
          aria-invalid={refused ? true : undefined}
          aria-describedby="exact-said"
          onInput={(event) => type(event.currentTarget.value)}
          onChange={(event) => go(event.currentTarget.value)}
        />
      </label>
      <span id="exact-said" class="small" role="status">
        {refused || told?.said}
      </span>
    </div>
  );
}

/** Time: a slider over the snapshots, two buttons that do the same, and a box for any step between. */
function Time() {
  const all = snapshots.value;
  const now = run.value;
  if (!now) return null;
  if (!now.film || !all.length) return <p class="small muted">{W.noFilm}</p>;
  const place = Math.max(0, all.findLastIndex((one) => one <= (step.value ?? 0)));
  const between = all[place] !== step.value; // recomputed, after the snapshot that the slider stands at
  const go = (to: number) => (state.step.value = all[Math.max(0, Math.min(all.length - 1, to))]!);
  const hash = between ? exact.value?.hash : now.hashes?.[String(step.value)];
  return (
    <div class="time">
      <p>
        <label for="time">{W.stepOf(thousands(step.value ?? 0), thousands(now.steps), now.steps_per_epoch ? Math.ceil((step.value ?? 0) / now.steps_per_epoch) : 0, now.epochs)}</label>{" "}
        <small title={W.hashHint}>{hash}</small>
      </p>
      <div class="time-line">
        <button type="button" class="icon" aria-label={W.earlierStep} disabled={place === 0 && !between} onClick={() => go(between ? place : place - 1)}>
          ◀
        </button>
        <input
          id="time"
          type="range"
          min={0}
          max={all.length - 1}
          step={1}
          value={place}
          aria-valuetext={W.stepText(step.value ?? 0)}
          onInput={(event) => go(Number(event.currentTarget.value))}
        />
        <button type="button" class="icon" aria-label={W.laterStep} disabled={place === all.length - 1} onClick={() => go(place + 1)}>
          ▶
        </button>
        {state.step.value !== null && (
          <button type="button" onClick={() => (state.step.value = null)}>
            {W.latest}
          </button>
        )}
        <button type="button" disabled={active.value} title={W.branchHint} onClick={() => void begin({ from: `run:${now.run}@${step.value}` })}>
          {W.branch}
        </button>
      </div>
      <StepBox now={step.value ?? 0} last={now.step} />
    </div>
  );
}
