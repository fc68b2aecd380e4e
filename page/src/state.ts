/** The whole state of the page, one table: every property has a key in the link, a start, and a way to be read.
 *
 *  A link is untrusted: whatever does not read as a value of its property is ignored. */

import { batch, effect, signal, type Signal } from "@preact/signals";

import type { Theme } from "./colour";
import { decode, encode, type Stroke } from "./ink";

interface Property<T> {
  key: string;
  start: T;
  /** The value a text stands for, or `undefined` where it stands for none. */
  read(text: string): T | undefined;
  write(value: T): string;
}

const LONGEST_LINK = 20_000;

const word = <T extends string>(key: string, ...known: [T, ...T[]]): Property<T> => ({
  key,
  start: known[0],
  read: (text) => known.find((one) => one === text),
  write: (value) => value,
});

/** A name that only Glassnet can judge: short, and made of harmless signs. */
const name = (key: string): Property<string> => ({
  key,
  start: "",
  read: (text) => (/^[\w .:@/+-]{1,120}$/.test(text) ? text : undefined),
  write: (value) => value,
});

const whole = <T extends number | null>(key: string, start: T, most: number, first = 0, least = 0): Property<number | T> => ({
  key,
  start,
  read: (text) => {
    const value = Number(text) - first;
    return /^\d{1,7}$/.test(text) && value >= least && value <= most ? value : undefined;
  },
  write: (value) => (value === null ? "" : String(value + first)),
});

const rate = (key: string, start: number): Property<number> => ({
  key,
  start,
  read: (text) => (/^[\d.e-]{1,12}$/.test(text) && Number(text) > 0 && Number(text) <= 1000 ? Number(text) : undefined),
  write: (value) => String(value),
});

const flag = (key: string): Property<boolean> => ({
  key,
  start: false,
  read: (text) => (text === "1" ? true : undefined),
  write: (value) => (value ? "1" : ""),
});

const theme = (key: string): Property<Theme | "auto"> => ({
  key,
  start: "auto",
  read: (text) => (text === "1" ? "dark" : text === "0" ? "light" : undefined),
  write: (value) => (value === "auto" ? "" : value === "dark" ? "1" : "0"),
});

/** Whole numbers; the first may be −1, which is the layer of the pixels. */
const numbers = (key: string): Property<readonly number[]> => ({
  key,
  start: [],
  read: (text) => (/^(-1|\d{1,6})(\.\d{1,6}){0,63}$/.test(text) ? text.split(".").map(Number) : undefined),
  write: (value) => value.join("."),
});

const words = (key: string): Property<readonly string[]> => ({
  key,
  start: [],
  read: (text) => (/^[a-z]{1,12}(,[a-z]{1,12}){0,15}$/.test(text) ? text.split(",") : undefined),
  write: (value) => value.join(","),
});

const strokes = (key: string): Property<readonly Stroke[]> => ({
  key,
  start: [],
  read: (text) => decode(text) ?? undefined,
  write: encode,
});

export const PROPERTIES = {
  /** What the stage shows. Beside a wide window's left column, *draw* shows the inside. */
  view: word("v", "draw", "inside", "train", "data"),
  mode: word("m", "values", "weights", "gradients"),
  model: name("model"),
  /** The drawing; where there is none, the picture of a data set, written set:index. */
  ink: strokes("ink"),
  pen: whole("pen", 18, 64, 0, 2),
  example: name("at"),
  /** Whether the network is given the drawing in normal form or as it was drawn. */
  form: word("form", "normal", "drawn"),
  /** Layer and index of the value that the panel explains, and of the weight. */
  pin: numbers("pin"),
  weight: numbers("w"),
  /** Folded rows that are open. */
  open: numbers("open"),
  /** Whether signs are printed on small cells. */
  signs: flag("signs"),
  target: whole<null>("t", null, 9999),
  rate: rate("rate", 0.01),
  recipe: name("recipe"),
  data: name("data"),
  seed: whole("seed", 0, 9_999_999),
  epochs: whole("epochs", 2, 1000),
  run: name("run"),
  step: whole<null>("step", null, 9_999_999),
  other: name("with"),
  tab: word("d", "browse", "mistakes", "mine"),
  set: name("set"),
  label: whole<null>("label", null, 9999),
  readAs: whole<null>("as", null, 9999),
  /** In which order pictures are browsed. */
  order: word("order", "place", "sure", "unsure"),
  page: whole("page", 0, 9_999_999),
  big: flag("big"),
  theme: theme("dark"),
  /** Names of controls that a teacher hides. */
  hide: words("hide"),
  lesson: name("lesson"),
  card: whole("n", 0, 999, 1),
} as const;

export type Name = keyof typeof PROPERTIES;
type Value<K extends Name> = (typeof PROPERTIES)[K] extends Property<infer T> ? T : never;
export type State = { [K in Name]: Signal<Value<K>> };
export type Snapshot = { [K in Name]: Value<K> };

const entries = Object.entries(PROPERTIES) as unknown as [Name, Property<unknown>][];

export const state = Object.fromEntries(entries.map(([name, { start }]) => [name, signal(start)])) as unknown as State;

/** Every property of a fragment, its start where the fragment says nothing that can be read. */
export function readFragment(fragment: string): Snapshot {
  const texts = new Map<string, string>();
  if (fragment.length <= LONGEST_LINK) {
    for (const pair of fragment.replace(/^#/, "").split("&")) {
      const equals = pair.indexOf("=");
      if (equals < 1) continue;
      try {
        texts.set(pair.slice(0, equals), decodeURIComponent(pair.slice(equals + 1)));
      } catch {
        continue; // a broken escape
      }
    }
  }
  return Object.fromEntries(
    entries.map(([name, { key, start, read }]) => {
      const text = texts.get(key);
      return [name, (text === undefined ? undefined : read(text)) ?? start];
    }),
  ) as unknown as Snapshot;
}

/** The fragment of a state: only what differs from the start. */
export function writeFragment(snapshot: Snapshot): string {
  const pairs = entries.flatMap(([name, { key, start, write }]) => {
    const text = write(snapshot[name]);
    return text === "" || text === write(start) ? [] : [`${key}=${encodeURIComponent(text).replace(/%(3A|40|2F|2C)/g, decodeURIComponent)}`];
  });
  return pairs.length ? `#${pairs.join("&")}` : "";
}

export const snapshot = (): Snapshot =>
  Object.fromEntries(entries.map(([name]) => [name, state[name].value])) as unknown as Snapshot;

export function restore(fragment: string): void {
  const read = readFragment(fragment);
  for (const [name] of entries) {
    const property = state[name] as Signal<unknown>;
    const same = JSON.stringify(property.peek()) === JSON.stringify(read[name]); // equal drawings stay one object
    if (!same) property.value = read[name];
  }
}

/** What a lesson's link starts afresh; all else stays unless the link names it, the drawing above all. */
const AFRESH: readonly Name[] = ["mode", "pen", "pin", "weight", "target", "form", "signs", "open", "label", "readAs", "order", "page", "step"];

/** Go where a link of a lesson leads: what it names is set, and what would be in its way is put back. */
export function visit(fragment: string): void {
  const read = readFragment(fragment) as Record<string, unknown>;
  const named = new Set(fragment.replace(/^#/, "").split("&").map((pair) => pair.split("=")[0]));
  batch(() => {
    for (const [name, { key }] of entries) {
      if (named.has(key) || AFRESH.includes(name)) (state[name] as Signal<unknown>).value = read[name];
    }
    if (named.has(PROPERTIES.ink.key)) state.example.value = "";
    else if (named.has(PROPERTIES.example.key)) state.ink.value = [];
  });
}

/** The address of the page as it is now. */
export const link = () => location.origin + location.pathname + writeFragment(snapshot());

/** Take the state from the address, then keep the address up to date. */
export function bindToAddress(): void {
  restore(location.hash);
  let last = location.hash;
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const fragment = writeFragment(snapshot());
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (location.hash !== last) return; // somebody went elsewhere meanwhile: that is restored, not overwritten
      if (location.hash !== fragment) history.replaceState(null, "", fragment || location.pathname);
      last = location.hash;
    }, 150);
  });
  addEventListener("hashchange", () => {
    if (location.hash !== last) restore((last = location.hash));
  });
}
