/** The run that is looked at: its card, its curves, its diagnoses; live while it is at work and the page is seen. */

import { batch, computed, effect, signal } from "@preact/signals";

import * as api from "../api";
import { sentence } from "../numbers";
import { about, attempt, model, refreshAbout, report, stage } from "../session";
import { state } from "../state";
import { follow, Refusal } from "../wire";
import type { Tensors } from "../wire";
import { W } from "../words";

/** Columns of equal length. */
export interface Curves {
  step: number[];
  loss: (number | null)[];
  accuracy: (number | null)[];
  validation: { step: number[]; loss: (number | null)[]; accuracy: (number | null)[] };
}

export const emptyCurves = (): Curves => ({ step: [], loss: [], accuracy: [], validation: { step: [], loss: [], accuracy: [] } });

/** The recipe that the next run is to have. */
export const recipe = computed(() => {
  const recipes = about.value?.recipes ?? [];
  return recipes.find(({ name }) => name === state.recipe.value) ?? recipes[0];
});

export const run = signal<api.Run | null>(null);
export const curves = signal<Curves>(emptyCurves());
export const otherCurves = signal<Curves | null>(null);
/** How the chosen recipe went for us, by epochs: shown while there is no run of one's own. */
export const recorded = computed<Curves | null>(() => {
  const told = state.run.value ? null : recipe.value?.recorded;
  if (!told) return null;
  const epochs = told.train_loss.map((_, epoch) => epoch + 1);
  const measured = told.validation_accuracy.some((share) => share !== null);
  const validation = measured
    ? { step: epochs, loss: told.validation_loss, accuracy: told.validation_accuracy }
    : emptyCurves().validation;
  return { step: epochs, loss: told.train_loss, accuracy: told.train_accuracy, validation };
});

export const diagnoses = signal<readonly api.Diagnosis[]>([]);
export const speed = signal<number | null>(null);
/** Another run is at work: what was asked for, so that it can be asked for again, instead. */
export const busy = signal<{ what: string; instead: () => void } | null>(null);

/** The rate for the next run as it was typed; empty: the recipe's own. */
export const rate = signal("");

export const active = computed(() => run.value?.state === "running" || run.value?.state === "starting");
export const snapshots = computed(() => run.value?.snapshots ?? []);

/** A step that was not filmed: what came of recomputing it, or what is said meanwhile. */
export interface Exact {
  run: string;
  step: number;
  said: string;
  /** `undefined` until it is there. */
  hash?: string;
}
export const exact = signal<Exact | null>(null);

/** The step that is looked at: the chosen one, filmed or recomputed, else the nearest or the latest snapshot. */
export const step = computed(() => {
  const all = snapshots.value;
  const wanted = state.step.value;
  if (wanted === null || !all.length) return all.at(-1) ?? null;
  if (exact.value?.hash && exact.value.step === wanted && exact.value.run === run.value?.run) return wanted;
  return all.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best), all[0]!);
});

export function curvesOf({ tensors }: Tensors<unknown>): Curves {
  const column = (name: string) => Array.from(tensors[name]?.data ?? [], (value) => (Number.isFinite(value) ? value : null));
  const evaluated = { step: column("evaluated/step") as number[], loss: column("evaluated/loss"), accuracy: column("evaluated/accuracy") };
  const epochs = { step: column("epoch/step") as number[], loss: column("epoch/validation_loss"), accuracy: column("epoch/validation_accuracy") };
  const measured = epochs.loss.some((loss) => loss !== null) || epochs.accuracy.some((share) => share !== null);
  return {
    step: column("step") as number[],
    loss: column("loss"),
    accuracy: column("accuracy"),
    validation: evaluated.step.length || !measured ? evaluated : epochs,
  };
}

function hear(kind: string, data: any): void {
  const now = curves.peek();
  if (kind === "progress") {
    if (data.step <= (now.step.at(-1) ?? -1)) return; // told again after a gap
    now.step.push(data.step);
    now.loss.push(data.loss);
    now.accuracy.push(data.accuracy);
    batch(() => {
      curves.value = { ...now };
      speed.value = data.samples_per_second;
      run.value = run.peek() && { ...run.peek()!, step: data.step, epoch: data.epoch };
    });
  } else if (kind === "evaluated") {
    if (data.step <= (now.validation.step.at(-1) ?? -1)) return;
    now.validation.step.push(data.step);
    now.validation.loss.push(data.loss);
    now.validation.accuracy.push(data.accuracy);
    curves.value = { ...now };
  } else if (kind === "snapshot") {
    const all = run.peek()?.snapshots ?? [];
    if (run.peek() && !all.includes(data.step)) {
      const hashes = { ...run.peek()!.hashes, [data.step]: data.hash };
      run.value = { ...run.peek()!, snapshots: [...all, data.step].sort((a, b) => a - b), hashes };
    }
  } else if (kind === "diagnosis") {
    const told = diagnoses.peek();
    if (!told.some(({ step, text }) => step === data.step && text === data.text)) diagnoses.value = [data, ...told];
  } else if (kind === "state") {
    run.value = { ...data, snapshots: run.peek()?.snapshots ?? [], hashes: run.peek()?.hashes };
    if (isOver(data)) void finished(data.run);
  }
}

async function finished(name: string): Promise<void> {
  await refreshAbout();
  const card = await attempt(() => api.runCard(name));
  if (card && state.run.peek() === name) run.value = card;
}

export async function load(name: string): Promise<void> {
  const [card, told] = await Promise.all([attempt(() => api.runCard(name)), attempt(() => api.history(name))]);
  if (!card || state.run.peek() !== name) return;
  batch(() => {
    run.value = card;
    curves.value = told ? curvesOf(told) : emptyCurves();
    diagnoses.value = [...(told?.extras.diagnoses ?? [])].reverse();
  });
}

const isOver = ({ state }: api.Run) => state === "finished" || state === "failed";

const visible = signal(!document.hidden);

let started = false;

/** Follow the run that the state names; called when Train is first shown. */
export function watchRuns(): void {
  if (started) return;
  started = true;
  document.addEventListener("visibilitychange", () => (visible.value = !document.hidden));
  const stop = effect(() => {
    if (!about.value) return; // it may come after this view
    const first = about.value.active_run ?? /^run:([^@]+)/.exec(model.peek())?.[1];
    if (first && !state.run.peek()) state.run.value = first;
    queueMicrotask(() => stop());
  });
  effect(() => {
    const name = state.run.value;
    if (!name) {
      batch(() => ((run.value = null), (curves.value = emptyCurves()), (diagnoses.value = [])));
    } else if (name !== run.peek()?.run) void load(name);
  });
  const open = computed(() => visible.value && run.value !== null && !isOver(run.value) && state.run.value === run.value.run);
  effect(() => {
    if (!open.value) return;
    const name = state.run.peek();
    return follow(api.eventsAddress(name), (kind, data) => state.run.peek() === name && hear(kind, data), [
      "progress",
      "evaluated",
      "snapshot",
      "epoch",
      "diagnosis",
      "state",
    ]);
  });
  let seen = true;
  effect(() => {
    const name = state.run.peek();
    if (visible.value && !seen && name) void load(name); // the stream tells the newest events only, the history all
    seen = visible.value;
  });
  const missing = computed(() => {
    const wanted = state.step.value;
    const there = wanted !== null && snapshots.value.length > 0 && run.value !== null && wanted <= run.value.step;
    return there && !snapshots.value.includes(wanted) ? wanted : null;
  });
  effect(() => {
    const [name, wanted] = [run.value?.run, missing.value];
    if (name && wanted !== null && !(exact.peek()?.run === name && exact.peek()?.step === wanted)) void recompute(name, wanted);
  });
  effect(() => {
    // the drawing is read by the network as it was at this step
    const [name, at] = [run.value?.film ? run.value.run : null, step.value];
    if (stage.value === "train" && name && at !== null) state.model.value = `run:${name}@${at}`;
  });
  effect(() => {
    const other = state.other.value;
    otherCurves.value = null;
    if (other) void attempt(() => api.history(other)).then((told) => told && (otherCurves.value = curvesOf(told)));
  });
}

/** Have a step recomputed that was not filmed, and look at it when it is there, if it is still wanted. */
async function recompute(name: string, wanted: number): Promise<void> {
  const say = (said: string, hash?: string) => {
    const now = exact.peek();
    if (now?.run === name && now.step === wanted) exact.value = { run: name, step: wanted, said, hash };
  };
  exact.value = { run: name, step: wanted, said: W.recomputing(null) };
  try {
    const card = await api.runCard(name);
    const from = (card.restarts ?? []).filter((one) => one <= wanted).at(-1);
    say(W.recomputing(from === undefined ? null : wanted - from));
    const told = await api.exactly(name, wanted);
    say(told.sentence, told.hash);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 401) {
      exact.value = null;
      return report(error);
    }
    say(`✗ ${sentence(error.what)} ${error.todo ? sentence(error.todo) : ""}`);
  }
}

/** Ask for something that only one run at a time may do; if another is at work, offer to do it instead. */
async function ask(work: (instead: boolean) => Promise<api.Run>): Promise<api.Run | undefined> {
  const once = async (instead: boolean): Promise<api.Run | undefined> => {
    busy.value = null;
    try {
      const card = await work(instead);
      batch(() => {
        state.run.value = card.run;
        const known = run.peek(); // of a run at work the stream has told more by now than this answer knows
        if (known?.run === card.run && isOver(known)) run.value = { ...known, ...card };
      });
      return card;
    } catch (error) {
      if (error instanceof Refusal && error.status === 409 && !instead) {
        busy.value = { what: error.what, instead: () => void once(true) };
        return undefined;
      }
      return await attempt<api.Run>(() => Promise.reject(error));
    }
  };
  return once(false);
}

export async function start(wanted: api.NewRun): Promise<api.Run | undefined> {
  state.step.value = null;
  const card = await ask((instead) => api.startRun({ ...wanted, instead }));
  if (card) void refreshAbout();
  return card;
}

/** Wait until the run that was asked for stands still and has a moment that can be looked at. */
export const firstSnapshot = () =>
  new Promise<void>((done) => {
    const stop = effect(() => {
      if (run.value?.run !== state.run.value || run.value.state !== "paused" || !snapshots.value.length) return;
      done();
      queueMicrotask(() => stop());
    });
  });

export const order = (body: api.Order) => {
  const name = state.run.peek();
  state.step.value = null;
  return ask((instead) => api.order(name, { ...body, instead }));
};
