/** Data: browse what is here, see what is mistaken for what, bring one's own. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { dropped } from "../files";
import { percent, sentence, thousands } from "../numbers";
import { Picture } from "../picture";
import { columnsOf, rove } from "../rove";
import { Segments } from "../segments";
import { about, card, look, model, report } from "../session";
import { state } from "../state";
import { Refusal } from "../wire";
import { W } from "../words";
import { AddButtons, ImportPreview, upload } from "./own_data";
import { MyDigits } from "./mine";

export { DataPanel } from "./matrix";

const PAGE = 120;
/** Reading a whole set takes a network seconds: after so long the pictures are shown without its answers. */
const EARLY_MS = 300;
/** Of larger sets a network reads so many of all classes, and those are the pictures that are shown. */
const MOST_READ = 10_000;

export const shownSet = () => state.set.value || about.value?.example_set || "";

export function DataStage() {
  useEffect(() => {
    if (dropped.value) {
      void upload(dropped.value);
      dropped.value = null;
    }
  }, [dropped.value]);
  const tabs = (["browse", "mistakes", "mine"] as const).map((tab) => [tab, W.dataTabs[tab]] as const);
  return (
    <div class="card data">
      <div class="control-line">
        <Segments
          label={W.dataTabsLabel}
          choices={tabs}
          chosen={state.tab.value}
          choose={(tab) => {
            state.tab.value = tab;
            state.page.value = 0;
          }}
        />
        {state.tab.value !== "mine" && <SetPicker />}
      </div>
      <div class="control-line">
        {state.tab.value !== "mine" && <Filters />}
        <AddButtons />
      </div>
      <ImportPreview />
      {state.tab.value === "mine" ? <MyDigits /> : <Browse />}
    </div>
  );
}

function SetPicker() {
  const sets = about.value?.sets ?? [];
  return (
    <label>
      {W.set}{" "}
      <select
        value={shownSet()}
        onChange={(event) => {
          state.set.value = event.currentTarget.value;
          state.page.value = 0;
          state.label.value = state.readAs.value = null;
        }}
      >
        {sets.map(({ set, title, count }) => (
          <option key={set} value={set}>
            {count ? `${title} (${thousands(count)})` : title}
          </option>
        ))}
      </select>
    </label>
  );
}

const refuses = (error: unknown): error is Refusal => error instanceof Refusal && error.status !== 401;
const refusalOf = ({ what, todo }: Refusal) => `${sentence(what)} ${todo ? sentence(todo) : ""}`;

interface Shown extends api.Pictures {
  /** Why the network does not read them; empty where it does. */
  unreadable: string;
  images: Uint8Array;
  rows: number;
  cols: number;
  index: ArrayLike<number>;
  label: ArrayLike<number> | null;
  readAs: ArrayLike<number> | null;
  confidence: ArrayLike<number> | null;
}

/** Whether the pictures are the same ones with a network's answers and without. */
const whole = (set: string) =>
  (about.peek()?.sets.find((one) => one.set === set)?.count ?? Infinity) <= MOST_READ && !card.peek()?.members.length;

function asShown({ tensors, extras }: Awaited<ReturnType<typeof api.pictures>>, unreadable: string): Shown {
  const images = tensors["images"]!;
  return {
    ...extras,
    unreadable,
    images: images.data as Uint8Array,
    rows: images.shape[1]!,
    cols: images.shape[2]!,
    index: tensors["index"]!.data,
    label: tensors["label"]?.data ?? null,
    readAs: tensors["read_as"]?.data ?? null,
    confidence: tensors["confidence"]?.data ?? null,
  };
}

/** `set` empty: nothing can be asked yet. A string instead of pictures: why there are none. */
function usePictures(set: string): Shown | string | null {
  const [shown, arrived] = useState<Shown | string | null>(null);
  const mistakes = state.tab.value === "mistakes";
  const asked: api.PicturesAsked = {
    offset: state.page.value * PAGE,
    limit: PAGE,
    label: state.label.value,
    read_as: model.value ? state.readAs.value : null,
    model: model.value || null,
    wrong: mistakes && state.label.value === null ? 1 : null,
    order: mistakes ? "sure" : model.value ? state.order.value : "place",
  };
  const plain = !mistakes && asked.read_as === null && asked.order === "place";
  useEffect(() => {
    if (!set) return; // by the time this runs there may be one, but `asked` is from before
    let current = true;
    let answered = false;
    const show = (answer: Awaited<ReturnType<typeof api.pictures>>, unreadable = "") => current && arrived(asShown(answer, unreadable));
    const plainly = (why = "") => api.pictures(set, { ...asked, model: null }).then((answer) => (why || !answered) && show(answer, why));
    api
      .pictures(set, asked)
      .then(
        (answer) => show(answer),
        (error) => {
          // the network reads other pictures, but people may see these
          if (refuses(error) && error.status === 422 && asked.model && plain) return plainly(error.what);
          throw error;
        },
      )
      .catch((error) => {
        if (!current) return;
        if (refuses(error)) arrived(refusalOf(error));
        else report(error);
      })
      .finally(() => (answered = true));
    const early = asked.model && plain && whole(set) ? setTimeout(() => !answered && void plainly().catch(() => undefined), EARLY_MS) : undefined;
    return () => {
      current = false;
      clearTimeout(early);
    };
  }, [JSON.stringify([set, asked])]);
  return shown;
}

function Browse() {
  const nobodyReads = state.tab.value === "mistakes" && !model.value;
  const shown = usePictures(nobodyReads ? "" : shownSet());
  const names = card.value?.classes ?? [];
  if (nobodyReads && about.value) return <p class="note">{W.noMistakes}</p>;
  if (typeof shown === "string") return <p class="note">{shown}</p>;
  const reads = state.tab.value === "mistakes" || state.order.value !== "place";
  if (shown === null) return <p class="muted">{reads ? W.counting : W.loadingData}</p>;
  const pages = Math.max(1, Math.ceil(shown.matching / PAGE));
  const size = shown.rows * shown.cols;
  return (
    <>
      {shown.unreadable && <p class="note">{sentence(shown.unreadable)}</p>}
      <p class="muted small" role="status">
        {state.tab.value === "mistakes" && state.label.value === null
          ? W.mistakesOf(thousands(shown.matching), thousands(shown.counted))
          : W.picturesOf(thousands(shown.matching), thousands(shown.count))}{" "}
        {W.pickOne} {model.value && !shown.readAs && !shown.unreadable && W.counting}
      </p>
      <div
        class="pictures"
        role="group"
        aria-label={W.picturesLabel}
        onKeyDown={(event) => rove(event, columnsOf(event.currentTarget))}
      >
        {Array.from({ length: shown.index.length }, (_, place) => {
          const at = `${shown.set}:${shown.index[place]}`;
          return (
            <button
              key={at}
              type="button"
              data-rove
              tabIndex={place === 0 ? 0 : -1}
              aria-pressed={state.example.value === at}
              onClick={() => look(at)}
            >
              <Picture values={shown.images.subarray(place * size, (place + 1) * size)} rows={shown.rows} cols={shown.cols} scale={255} ink size={2} />
              <span>{caption(shown, place, names)}</span>
            </button>
          );
        })}
      </div>
      {pages > 1 && (
        <p class="pages">
          <button type="button" disabled={state.page.value === 0} onClick={() => state.page.value--}>
            {W.earlier}
          </button>
          <span>{W.pageOf(state.page.value + 1, pages)}</span>
          <button type="button" disabled={state.page.value + 1 >= pages} onClick={() => state.page.value++}>
            {W.later}
          </button>
        </p>
      )}
    </>
  );
}

function caption(shown: Shown, place: number, names: readonly string[]) {
  const truth = shown.label && (shown.classes[shown.label[place]!] ?? String(shown.label[place]));
  if (!shown.readAs) return truth ? W.isA(truth) : "";
  const answer = names[shown.readAs[place]!] ?? String(shown.readAs[place]);
  const right = truth === answer;
  return (
    <>
      {truth && !right ? W.isRead(truth, answer) : W.readRight(answer)}
      <br />
      {shown.confidence && <small>{W.sure(percent(shown.confidence[place]!))}</small>}
    </>
  );
}

function Filters() {
  const classes = card.value?.classes ?? api.DIGITS;
  const choice = (label: string, property: typeof state.label) => (
    <label>
      {label}{" "}
      <select
        value={property.value === null ? "" : String(property.value)}
        onChange={(event) => {
          property.value = event.currentTarget.value === "" ? null : Number(event.currentTarget.value);
          state.page.value = 0;
        }}
      >
        <option value="">{W.any}</option>
        {classes.map((name, index) => (
          <option key={name} value={String(index)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      {choice(W.truth, state.label)}
      {model.value && choice(W.readAsLabel, state.readAs)}
      {model.value && state.tab.value === "browse" && (
        <select
          aria-label={W.order}
          value={state.order.value}
          onChange={(event) => {
            state.order.value = event.currentTarget.value as typeof state.order.value;
            state.page.value = 0;
          }}
        >
          {W.orders.map(([order, label]) => (
            <option key={order} value={order}>
              {label}
            </option>
          ))}
        </select>
      )}
    </>
  );
}

