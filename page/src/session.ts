/** What the page knows from Glassnet, and when it asks: the model's card, the reading of the drawing, the explanation.
 *
 *  The state says what is looked at; these signals hold the answers. Tensors are held by reference, never copied. */

import { batch, computed, effect, signal } from "@preact/signals";

import * as api from "./api";
import { OPENING, type Stroke } from "./ink";
import { narrow } from "./screen";
import { state } from "./state";
import { newestWins, Refusal, Unreachable, type Entry } from "./wire";

export interface Reading extends api.Read {
  ink: api.Ink;
  tensors: Record<string, Entry>;
}

export interface Trouble {
  what: string;
  todo: string | null;
}

export const about = signal<api.About | null>(null);
export const card = signal<api.Card | null>(null);
export const reading = signal<Reading | null>(null);
export const reader = signal<api.ReaderAnswer | null>(null);
export const trouble = signal<Trouble | null>(null);

/** The model that the state names cannot be had. */
export const lost = signal(false);

/** Why the network has not read what it was given: another size, a picture that is not here any more. */
export const unread = signal<Trouble | null>(null);

/** Whether this window was not let in: Glassnet answers, but not to it. */
export const locked = signal(false);

/** Whether Glassnet is late with an answer, or does not answer at all. */
export const silence = signal<"" | "late" | "gone">("");

/** The stroke under the pointer, before it becomes part of the drawing. */
export const underway = signal<Stroke | null>(null);

/** Whether the page still shows the digit that it opened with; the first ink, or anything else to look at, ends that. */
export const opening = signal(false);

/** A picture that was dropped, pasted or chosen; it lives in Glassnet's memory and is in no link. */
export interface Photo {
  image: string;
  width: number;
  height: number;
  box: number;
  digits: api.ReaderAnswer["digits"];
}
export const photo = signal<Photo | null>(null);

/** The ten outputs before the last edit, drawn as dashed ghosts. */
export const ghost = signal<number[] | null>(null);

/** What the stage shows: beside the left column of a wide window that is never only the drawing. */
export const stage = computed(() => (state.view.value === "draw" && !narrow.value ? "inside" : state.view.value));

export const model = computed(() => state.model.value || about.value?.model || "");

export const drawn = computed(() => state.ink.value.length > 0 || underway.value !== null);

/** What is on the square, if it was drawn. */
export const strokes = computed<readonly Stroke[]>(() =>
  underway.value ? [...state.ink.value, underway.value] : opening.value ? OPENING : state.ink.value,
);

export const ink = computed<api.Ink>(() => {
  if (drawn.value || opening.value) return { strokes: strokes.value, pen: state.pen.value, form: state.form.value };
  if (photo.value) return { image: photo.value.image, box: photo.value.box };
  const [, set, index] = /^(.+):(\d+)$/.exec(state.example.value) ?? [];
  if (set) return { set, index: Number(index) };
  return { strokes: [], pen: state.pen.value, form: state.form.value };
});

const inWords = ({ what, todo }: Refusal): Trouble => ({ what, todo: todo ?? null });

export function report(error: unknown): void {
  if (error instanceof Unreachable) {
    silence.value = "gone";
  } else if (error instanceof Refusal && error.status === 401) {
    locked.value = true;
  } else if (error instanceof Refusal) {
    trouble.value = inWords(error);
  } else if ((error as Error)?.name !== "AbortError") {
    throw error;
  }
}

/** What is refused about a network that is not looked at any more concerns nobody. */
export function reportAbout(address: string, error: unknown): void {
  const refused = error instanceof Refusal && error.status !== 401;
  if (!refused || card.peek()?.address === address) report(error);
}

/** Run what may be refused; the refusal is shown, and `undefined` comes back. */
export async function attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    const answer = await work();
    trouble.value = null;
    return answer;
  } catch (error) {
    report(error);
    return undefined;
  }
}

export async function refreshAbout(): Promise<void> {
  const answer = await attempt(api.about);
  if (answer) batch(() => ((about.value = answer), (silence.value = "")));
}

let late: ReturnType<typeof setTimeout> | undefined;

/** While a run goes on its moments come faster than their cards: one is asked for at a time. */
const askCard = newestWins<string, api.Card>(
  (address) => api.card(address),
  (answer) =>
    batch(() => {
      card.value = answer;
      if (lost.value) trouble.value = null;
      lost.value = false;
    }),
  (error) => {
    if (error instanceof Refusal && error.status !== 401) void lose(error);
    else report(error);
  },
);

/** There is no such model, or none any more: say so, and what there is instead. */
async function lose(error: Refusal): Promise<void> {
  batch(() => {
    lost.value = true;
    card.value = reading.value = unread.value = null;
  });
  await refreshAbout();
  if (lost.peek()) report(error); // unless another one was chosen meanwhile
}

/** A browser keeps a card for ever: the model itself may have been removed since. */
async function loseIfGone(address: string): Promise<void> {
  try {
    await api.card(address, true);
  } catch (error) {
    if (error instanceof Refusal && address === model.peek()) await lose(error);
  }
}

interface ReadQuestion {
  ink: api.Ink;
  model: string;
  layers: "all" | number[];
}

const askRead = newestWins<ReadQuestion, Reading>(
  async ({ ink, model, layers }) => {
    clearTimeout(late);
    late = setTimeout(() => (silence.value = "late"), 300);
    const { tensors, extras } = await api.read({ ink, model, layers, steps: true, thread: layers === "all" });
    return { ...extras, ink, tensors };
  },
  (answer) => {
    clearTimeout(late);
    batch(() => {
      reading.value = answer;
      unread.value = null;
      silence.value = "";
    });
  },
  (error, asked) => {
    clearTimeout(late);
    if (!(error instanceof Refusal) || error.status === 401) return report(error);
    batch(() => {
      reading.value = null;
      unread.value = inWords(error);
      silence.value = "";
    });
    if (error.status === 404) void loseIfGone(asked.model);
  },
);

/** Ask the whole reader (several shapes, no digit at all): when the pen is lifted. */
export const askReader = newestWins<api.Ink, api.ReaderAnswer>(
  (ink) => api.reader({ ink }),
  (answer, asked) => {
    if (asked === ink.peek()) reader.value = answer;
  },
  report,
);

/** Turn to the next picture of a digit, or of any, from the examples. */
export async function nextExample(label?: number): Promise<void> {
  const set = about.peek()?.example_set;
  if (!set) return;
  const [, current, index] = /^(.+):(\d+)$/.exec(state.example.peek()) ?? [];
  const turn = current === set ? Number(index) + 1 : 0;
  const answer = await attempt(() => api.pictures(set, { label, offset: label === undefined ? turn : turns(label), limit: 1 }));
  const found = answer?.tensors["index"]?.data[0];
  if (found !== undefined) look(`${set}:${found}`);
}

const seenOf = new Map<number, number>();
function turns(label: number): number {
  const turn = seenOf.get(label) ?? 0;
  seenOf.set(label, turn + 1);
  return turn;
}

/** Make a picture of a data set the digit that everything looks at. */
export function look(example: string): void {
  batch(() => {
    opening.value = false;
    photo.value = null;
    underway.value = null;
    state.ink.value = [];
    state.example.value = example;
  });
}

export function clear(): void {
  look("");
}

export async function start(): Promise<void> {
  opening.value = !drawn.peek() && !state.example.peek();
  await refreshAbout();
  const link = about.peek()?.link;
  if (link && !location.hash) location.hash = link;
  effect(() => {
    if (drawn.value || state.example.value || photo.value) opening.value = false;
  });

  effect(() => {
    if (model.value) askCard(model.value);
  });
  effect(() => {
    if (model.value) askRead({ ink: ink.value, model: model.value, layers: stage.value === "inside" ? "all" : [] });
  });
  effect(() => {
    ink.value; // another drawing: what the whole reader said is over
    reader.value = null;
  });
  effect(() => {
    if (silence.value !== "gone") return;
    const timer = setInterval(() => {
      void api.about().then(
        (answer) => {
          batch(() => ((about.value = answer), (silence.value = "")));
          if (model.peek()) askRead({ ink: ink.peek(), model: model.peek(), layers: "all" });
        },
        report, // still gone, or started again and this window's key is of no use
      );
    }, 1500);
    return () => clearInterval(timer);
  });
}
