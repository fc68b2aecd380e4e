/** One digit in five steps: take it, read it, measure the loss, send the blame back, move the weights.
 *
 *  Every step is a state of the page: the rows of Inside show it while the strip says it. */

import { batch, computed, signal } from "@preact/signals";

import * as api from "./api";
import { blame, edits, wave } from "./inside/gradients";
import { written } from "./numbers";
import { attempt, card, ghost, look, reading } from "./session";
import { state } from "./state";
import { W } from "./words";

interface Slow extends api.SlowMotion {
  run: string;
}

const slow = signal<Slow | null>(null);
const at = signal(0);
export const slowly = computed(() => slow.value !== null);

export async function beginSlowMotion(run: string): Promise<void> {
  const answer = await attempt(() => api.slowMotion(run));
  if (!answer) return;
  slow.value = { ...answer, run };
  go(0);
}

function go(step: number): void {
  const now = slow.peek();
  if (!now) return;
  at.value = Math.max(0, Math.min(4, step));
  batch(() => {
    state.view.value = "inside";
    state.target.value = now.target;
    if (at.peek() === 0) look(`${now.ink.set}:${now.ink.index}`);
    state.mode.value = at.peek() === 2 || at.peek() === 3 ? "gradients" : "values";
    state.model.value = at.peek() === 4 ? now.after : now.model;
    if (at.peek() === 4) {
      edits.value = [{ from: now.model, edit: now.edit }];
      ghost.value = now.edit.before;
    } else {
      ghost.value = null;
    }
  });
  if (at.peek() === 3) wave();
}

function leave(): void {
  batch(() => {
    slow.value = null;
    state.view.value = "train";
    ghost.value = null;
  });
}

function said(now: Slow): string {
  switch (at.value) {
    case 0:
      return W.slow.take(now.label);
    case 1:
      return reading.value?.sentence ?? "…";
    case 2:
      return blame.value ? W.slow.loss(blame.value.symbols, blame.value.numbers) : "…";
    case 3:
      return W.slow.blame(Object.keys(blame.value?.norms ?? {}).length, written(blame.value?.norms["input"] ?? 0));
    default:
      return `${now.edit.sentence} ${now.sentence}`;
  }
}

export function SlowStrip() {
  const now = slow.value;
  if (!now) return null;
  return (
    <section class="card slow" aria-label={W.slow.title}>
      <ol>
        {W.slow.steps.map((name, step) => (
          <li key={name}>
            <button type="button" aria-current={step === at.value ? "step" : undefined} onClick={() => go(step)}>
              {step + 1} {name}
            </button>
          </li>
        ))}
      </ol>
      <p role="status">{said(now)}</p>
      <div class="actions">
        <button type="button" disabled={at.value === 0} onClick={() => go(at.value - 1)}>
          {W.back}
        </button>
        {at.value < 4 ? (
          <button type="button" class="strong" onClick={() => go(at.value + 1)}>
            {W.next}
          </button>
        ) : (
          <button type="button" class="strong" onClick={() => void beginSlowMotion(now.run)}>
            {W.slow.another}
          </button>
        )}
        <button type="button" onClick={leave}>
          {W.slow.leave}
        </button>
        <span class="muted small">{card.value?.title}</span>
      </div>
    </section>
  );
}
