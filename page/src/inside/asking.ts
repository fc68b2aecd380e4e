/** Which number is looked at, and what Glassnet says about where it comes from. */

import { batch, computed, effect, signal } from "@preact/signals";

import * as api from "../api";
import { roomy } from "../screen";
import { card, ink, lost, reading, reportAbout, stage, unread } from "../session";
import { raiseSheet, sheet } from "../sheet";
import { state } from "../state";
import { newestWins } from "../wire";
import { target } from "./gradients";

export type Of = "value" | "gradient" | "weight";

/** A number of the network: in a layer's values and gradients, or among what the layer learned. */
export interface Spot {
  of: Of;
  layer: number;
  index: readonly number[];
}

export interface Explained {
  spot: Spot;
  /** The address of the network that it is about. */
  model: string;
  answer: api.Explanation;
}

/** What the pointer or the focus is on; leaving returns to what is pinned. */
export const preview = signal<Spot | null>(null);
export const explained = signal<Explained | null>(null);

const of = computed<Of>(() =>
  state.mode.value === "weights" ? "weight" : state.mode.value === "gradients" ? "gradient" : "value",
);

export const pinned = computed<Spot | null>(() => {
  const now = card.value;
  if (!now) return null;
  const kept = of.value === "weight" ? state.weight.value : state.pin.value;
  const [layer, ...index] = kept;
  if (layer !== undefined && fits(now, of.value, layer, index)) return { of: of.value, layer, index };
  return of.value === "weight" ? firstWeight(now) : strongest(now);
});

export const shown = computed(() => preview.value ?? pinned.value);

function fits(now: api.Card, of: Of, layer: number, index: readonly number[]): boolean {
  const last = now.layers.length;
  if (of === "weight") {
    const kind = now.layers[layer]?.weights;
    return kind === "kernels" ? index.length === 4 : kind === "features" ? index.length === 1 : kind != null && index.length === 2;
  }
  const shape = layer === -1 ? now.input : layer === last ? [now.classes.length] : now.layers[layer]?.out;
  if (!shape || (of === "gradient" && layer === last)) return false;
  return shape.length === index.length && index.every((place, axis) => place < shape[axis]!);
}

/** The value that did most for the answer, in the first row that has pictures or cells. */
function strongest(now: api.Card): Spot | null {
  const first = now.layers.find(({ row }) => row !== "line");
  const index = first && threadOf(now)?.[first.layer + 1];
  return index ? { of: of.value, layer: first.layer, index } : null;
}

/** The numbers that did most for the answer; `null` while the reading is still another network's. */
const threadOf = (now: api.Card) => (reading.value?.model === now.address ? reading.value.thread : null);

function firstWeight(now: api.Card): Spot | null {
  const first = now.layers.find(({ weights }) => weights && weights !== "features");
  if (!first) return null;
  const middle = first.in.map((side) => side >> 1);
  const index =
    first.weights === "kernels"
      ? [2, 2, 0, 0].map((place, axis) => (axis < 2 ? Math.min(place, (kernelSide(first) ?? 3) - 1) : 0))
      : [first.weights === "templates" ? centre(now.input) : (middle[0] ?? 0), 0];
  return { of: "weight", layer: first.layer, index };
}

/** Place of the middle pixel in the flat array. */
const centre = ([rows, cols]: readonly number[]) => (rows! >> 1) * cols! + (cols! >> 1);

const kernelSide = ({ notation }: api.LayerCard) => Number(/(\d+)x\d+/.exec(notation)?.[1]) || null;

export function pin(spot: Spot): void {
  const kept = [spot.layer, ...spot.index];
  batch(() => {
    if (spot.of === "weight") state.weight.value = kept;
    else state.pin.value = kept;
    preview.value = null;
  });
  raiseSheet();
}

const ask = newestWins<{ spot: Spot; body: api.Question }, Explained>(
  async ({ spot, body }) => ({ spot, model: body.model, answer: await api.explain(body) }),
  (answer) => {
    // until it is here the old numbers stay; too late is an answer about another network than the one that is shown now
    if (question.peek()?.body.model === answer.model) explained.value = answer;
  },
  (error, { body }) => reportAbout(body.model, error),
);

const nothingToExplain = () => {
  const digit = ink.value;
  return lost.value || unread.value !== null || ("strokes" in digit && !digit.strokes.length);
};

/** What is to be asked about the number that is shown; `null` where nothing can be. */
export const question = computed<{ spot: Spot; body: api.Question } | null>(() => {
  const [spot, now] = [shown.value, card.value];
  if (!spot || !now || now.members.length || nothingToExplain()) return null;
  // of the network whose card is here: another one may be on its way, and has other places
  const body: api.Question = { ink: ink.value, model: now.address, layer: spot.layer, index: spot.index, of: spot.of };
  if (spot.of !== "value") {
    if (target.value === null) return null; // comes with the answer
    body.target = target.value;
  }
  if (spot.of === "weight") body.parameter = now.layers[spot.layer]?.weights === "features" ? "gamma" : "weight";
  return { spot, body };
});

export function explainWhatIsShown(): void {
  effect(() => {
    if (nothingToExplain()) explained.value = null;
    if (stage.value !== "inside" || (!roomy.value && sheet.value === "down")) return;
    if (question.value) ask(question.value);
  });
}

/** Follow a number back to the strongest of its terms, or on to where it goes. */
export function follow(direction: -1 | 1): Spot | null {
  const now = explained.peek();
  if (!now || now.spot.of === "weight") return null;
  const next = direction === -1 ? back(now.answer) : onward(now);
  if (!next) return null;
  const spot: Spot = { of: now.spot.of, ...next };
  const row = card.peek()?.layers[spot.layer]?.row;
  if (row === "line" && !state.open.peek().includes(spot.layer)) {
    state.open.value = [...state.open.peek(), spot.layer].sort((a, b) => a - b);
  }
  pin(spot);
  return spot;
}

function back({ terms }: api.Explanation) {
  const products = terms.values.map((value, term) => Math.abs((value ?? 0) * (terms.weights?.[term] ?? 1)));
  const best = products.indexOf(Math.max(...products));
  return best < 0 ? null : { layer: terms.layer, index: terms.places[best]! };
}

function onward({ answer }: Explained) {
  if (answer.then[0]) return { layer: answer.then[0].layer, index: answer.then[0].index };
  const layer = answer.feeds?.layer;
  const now = card.peek();
  const index = layer === undefined || !now ? undefined : threadOf(now)?.[layer + 1];
  return index ? { layer: layer!, index } : null;
}
