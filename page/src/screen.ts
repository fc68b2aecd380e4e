/** What the page knows of the screen: its width class, its theme, and whether motion is wanted. */

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";

import { tables, type Theme } from "./colour";
import { state } from "./state";

function media(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener("change", () => (matches.value = list.matches));
  return matches;
}

/** One view at a time, with tabs at the bottom. The same widths stand in the style sheet. */
export const narrow = media("(max-width: 760px)");
/** Room for the panel beside the stage. */
export const roomy = media("(min-width: 1200px)");
export const still = media("(prefers-reduced-motion: reduce)");

const night = media("(prefers-color-scheme: dark)");

export const theme = computed<Theme>(() =>
  state.theme.value === "auto" ? (night.value ? "dark" : "light") : state.theme.value,
);
export const colours = computed(() => tables(theme.value));

export function dressPage(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    document.documentElement.toggleAttribute("data-big", state.big.value);
  });
}
