/** What the drawing should have been, the blame that flows back from there, and the edits made because of it. */

import { batch, computed, effect, signal } from "@preact/signals";

import * as api from "../api";
import { still } from "../screen";
import { attempt, card, ghost, ink, model, reading, reportAbout, stage, unread } from "../session";
import { state } from "../state";
import { newestWins, type Entry } from "../wire";

export interface Blame extends api.Gradients {
  tensors: Record<string, Entry>;
}

export const blame = signal<Blame | null>(null);

/** The wanted class: what was chosen, else the runner-up of the answer. */
export const target = computed<number | null>(() => {
  const classes = card.value?.classes.length ?? 0;
  if (state.target.value !== null && state.target.value < classes) return state.target.value;
  const shares = reading.value?.probabilities;
  if (!shares) return null;
  const best = shares.indexOf(Math.max(...shares));
  return shares.reduce((second, share, index) => (index !== best && (second < 0 || share > shares[second]!) ? index : second), -1);
});

const ask = newestWins<Parameters<typeof api.gradients>[0], Blame>(
  async (body) => {
    const { tensors, extras } = await api.gradients(body);
    return { ...extras, tensors };
  },
  (answer) => (blame.value = answer),
  (error, { model }) => reportAbout(model, error),
);

export function askForBlame(): void {
  effect(() => {
    const asked = ink.value;
    if (stage.value !== "inside" || state.mode.value !== "gradients" || target.value === null || !card.value) return;
    if (unread.value || ("strokes" in asked && !asked.strokes.length)) return;
    ask({ ink: asked, model: card.value.address, target: target.value, layers: "all" });
  });
}

/** Rows from this layer on are lit; the wave runs from the last to the first, once. */
export const lit = signal(-1);
let timer: ReturnType<typeof setInterval> | undefined;

export function wave(): void {
  clearInterval(timer);
  const rows = card.peek()?.layers.length ?? 0;
  if (still.peek() || !rows) {
    lit.value = -1;
    return;
  }
  lit.value = rows;
  timer = setInterval(
    () => {
      lit.value -= 1;
      if (lit.value < 0) clearInterval(timer);
    },
    Math.min(80, 800 / rows),
  );
}

export function waveOnChange(): void {
  effect(() => {
    if (state.mode.value === "gradients" && stage.value === "inside" && target.value !== null) wave();
  });
}

/** Edits on the way to the model that is looked at, so that each can be taken back. */
export const edits = signal<readonly { from: string; edit: api.Edit }[]>([]);

async function make(ask: () => Promise<api.Edit>): Promise<void> {
  const from = model.peek();
  const edit = await attempt(ask);
  if (!edit) return;
  batch(() => {
    edits.value = [...edits.peek(), { from, edit }];
    ghost.value = edit.before;
    state.model.value = edit.address;
  });
}

export const takeStep = () =>
  make(() => api.step({ model: model.peek(), ink: ink.peek(), step: { target: target.peek()!, rate: state.rate.peek() } }));

export const switchOff = (layer: number, unit: number) =>
  make(() => api.switchOff({ model: model.peek(), ink: ink.peek(), off: { layer, unit } }));

export function undoEdit(): void {
  const last = edits.peek().at(-1);
  const from = last?.from ?? card.peek()?.base;
  if (!from) return;
  batch(() => {
    edits.value = edits.peek().slice(0, -1);
    ghost.value = null;
    state.model.value = from;
  });
}

/** Another model or another drawing: what was compared before no longer stands. */
export function forgetGhosts(): void {
  let before = ink.peek();
  effect(() => {
    const address = model.value;
    const drawing = ink.value;
    const mine = edits.peek().at(-1)?.edit.address === address;
    if (!mine) batch(() => ((ghost.value = null), (edits.value = edits.peek().filter(({ edit }) => edit.address === address))));
    else if (drawing !== before) ghost.value = null;
    before = drawing;
  });
}
