/** The top of the page: which network, which view, and the tools that are always at the same place. */

import { narrow, theme } from "./screen";
import { about, card, model, reading, stage } from "./session";
import { dialog } from "./share/open";
import { state, type State } from "./state";
import { W } from "./words";
import { percent } from "./numbers";

type View = State["view"]["value"];

export const hidden = (what: string) => state.hide.value.includes(what);

export function Header() {
  return (
    <header class="header">
      <h1 class="brand">{W.brand}</h1>
      {narrow.value ? <AnswerChip /> : <ModelPicker />}
      {!narrow.value && (
        <nav class="views" aria-label={W.viewsLabel}>
          {(["inside", "train", "data"] as const).filter((view) => !hidden(view)).map((view) => (
            <ViewButton key={view} view={view} />
          ))}
        </nav>
      )}
      <div class="tools" role="group" aria-label={W.toolsLabel}>
        {!hidden("share") && !narrow.value && (
          <button type="button" onClick={() => (dialog.value = "lessons")}>
            {W.lessons}
          </button>
        )}
        {!hidden("share") && (
          <button type="button" onClick={() => (dialog.value = "share")}>
            {W.share}
          </button>
        )}
        <button
          type="button"
          class="icon"
          aria-label={W.largeText}
          aria-pressed={state.big.value}
          onClick={() => (state.big.value = !state.big.value)}
        >
          Aa
        </button>
        <button
          type="button"
          class="icon"
          aria-label={W.darkTheme}
          aria-pressed={theme.value === "dark"}
          onClick={() => (state.theme.value = theme.value === "dark" ? "light" : "dark")}
        >
          ◐
        </button>
        <button type="button" class="icon" aria-label={W.help} onClick={() => (dialog.value = "help")}>
          ?
        </button>
      </div>
    </header>
  );
}

export function Tabs() {
  return (
    <nav class="tabs" aria-label={W.viewsLabel}>
      {(["draw", "inside", "train", "data"] as const).filter((view) => !hidden(view)).map((view) => (
        <ViewButton key={view} view={view} />
      ))}
    </nav>
  );
}

function ViewButton({ view }: { view: View }) {
  return (
    <button
      type="button"
      aria-current={stage.value === view ? "page" : undefined}
      onClick={() => {
        state.view.value = view;
        scrollTo(0, 0);
      }}
    >
      {W.views[view]}
    </button>
  );
}

function AnswerChip() {
  const now = reading.value;
  if (!now?.probabilities || now.index === null) return null;
  return (
    <span class="chip">
      {card.value?.classes[now.index]} · {percent(now.probabilities[now.index]!)} %
    </span>
  );
}

export function ModelPicker() {
  const models = about.value?.models ?? [];
  if (hidden("models")) return null;
  const known = models.some(({ address }) => address === model.value);
  return (
    <select
      class="picker"
      aria-label={W.model}
      value={model.value}
      onChange={(event) => (state.model.value = event.currentTarget.value)}
    >
      {!known && <option value={model.value}>{model.value ? (card.value?.title ?? model.value) : W.noModel}</option>}
      {(["bundled", "run", "file"] as const).map((kind) => {
        const group = models.filter((entry) => entry.kind === kind);
        return group.length ? (
          <optgroup key={kind} label={W.modelGroups[kind]}>
            {group.map(({ address, title, accuracy }) => (
              <option key={address} value={address}>
                {W.modelEntry(title, accuracy)}
              </option>
            ))}
          </optgroup>
        ) : null;
      })}
    </select>
  );
}
