/** The inside of the network: a row for each layer, from the drawing down to the answer. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { hidden } from "../header";
import { sentence, written } from "../numbers";
import { about, card, lost, reading, unread } from "../session";
import { state } from "../state";
import { W } from "../words";
import { Segments } from "../segments";
import { slowly } from "../slow_motion";
import { explainWhatIsShown } from "./asking";
import { askForBlame, blame, edits, forgetGhosts, takeStep, target, undoEdit, wave, waveOnChange } from "./gradients";
import { LayerRow, LineRow } from "./rows";
import { Votes } from "./votes";
import { WeightsRow } from "./weights";

let asking = false;

export const InsideStage = () => (card.value?.members.length ? <Votes /> : <Layers />);

function Layers() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!asking) {
      asking = true;
      forgetGhosts();
      explainWhatIsShown();
      askForBlame();
      waveOnChange();
    }
    const room = box.current!;
    const measure = () => setWidth(room.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(room);
    return () => observer.disconnect();
  }, []);
  const now = card.value;
  const first = now?.layers.find(({ row }) => row !== "line")?.layer;
  const modes = (["values", "weights", "gradients"] as const).filter((mode) => !hidden(mode));
  return (
    <div class="card inside">
      <div class="bar-top">
        <Segments
          label={W.modesLabel}
          choices={modes.map((mode) => [mode, W.modes[mode]])}
          chosen={state.mode.value}
          choose={(mode) => (state.mode.value = mode)}
        />
        <Scale />
      </div>
      {state.mode.value === "gradients" && <Wanted />}
      <EditNote />
      <div ref={box} class="rows">
        {!now && (lost.value ? <Instead /> : <p class="muted">{about.value && !about.value.model ? W.trainFirst : W.loading}</p>)}
        {now && reading.value?.state === "empty" && <p class="note">{W.emptyStage}</p>}
        {now && unread.value && (
          <p class="note">
            {sentence(unread.value.what)} {unread.value.todo && sentence(unread.value.todo)}
          </p>
        )}
        {now && !now.finite && <p class="note">{W.notFinite(now.layers[now.broken_layer ?? 0]?.title ?? "")}</p>}
        {now && width > 0 && state.mode.value === "weights"
          ? now.layers
              .filter(({ weights }) => weights && weights !== "features")
              .map((layer) => <WeightsRow key={layer.layer} layer={layer} width={width} />)
          : now && width > 0
            ? now.layers.map((layer) =>
                layer.row === "line" ? (
                  <LineRow key={layer.layer} layer={layer} width={width} />
                ) : (
                  <LayerRow key={layer.layer} layer={layer} width={width} first={layer.layer === first} />
                ),
              )
            : null}
      </div>
    </div>
  );
}

/** The model that was asked for is not here: others are. */
function Instead() {
  return (
    <div class="actions">
      {(about.value?.models ?? []).slice(0, 4).map(({ address, title }) => (
        <button key={address} type="button" onClick={() => (state.model.value = address)}>
          {W.lookAt(title)}
        </button>
      ))}
    </div>
  );
}

function Scale() {
  return (
    <div class="legend">
      <label class="check">
        <input type="checkbox" checked={state.signs.value} onChange={() => (state.signs.value = !state.signs.value)} /> {W.signs}
      </label>
      <span>
        {W.negative} <span class="legend-bar" /> {W.positive}
      </span>
    </div>
  );
}

/** "I wanted a 9", the loss, one step. */
function Wanted() {
  const classes = card.value?.classes ?? [];
  const last = edits.value.at(-1)?.edit;
  return (
    <div class="wanted">
      <label>
        {W.wanted}{" "}
        <select
          value={String(target.value ?? "")}
          onChange={(event) => (state.target.value = Number(event.currentTarget.value))}
        >
          {classes.map((name, index) => (
            <option key={name} value={String(index)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <span title={blame.value?.symbols}>
        {W.loss} <b>{blame.value ? written(blame.value.loss) : "…"}</b>
      </span>
      <button type="button" onClick={wave}>
        {W.replay}
      </button>
      {!hidden("edits") && (
        <>
          <label>
            {W.rate}{" "}
            <input
              type="number"
              class="short"
              min="0.001"
              max="1000"
              step="any"
              value={state.rate.value}
              onChange={(event) => {
                const rate = Number(event.currentTarget.value.replace(",", "."));
                if (rate > 0 && rate <= 1000) state.rate.value = rate;
              }}
            />
          </label>
          <button type="button" class="strong" onClick={() => void takeStep()}>
            {W.takeStep}
          </button>
        </>
      )}
      {card.value && card.value.temperature !== 1 && blame.value && (
        <p class="small muted">
          {W.atTemperatureOne(written(card.value.temperature), classes[blame.value.target] ?? "", blame.value.probabilities[blame.value.target] ?? 0)}
        </p>
      )}
      {last?.promised !== undefined && <Promise last={last} />}
    </div>
  );
}

/** What the gradient promised beside what happened, as two bars on one scale. */
function Promise({ last }: { last: NonNullable<(typeof edits.value)[number]>["edit"] }) {
  const end = Math.max(Math.abs(last.promised!), Math.abs(last.actual!)) || 1;
  const bar = (label: string, change: number) => (
    <tr>
      <th scope="row">{label}</th>
      <td class="number">{written(change)}</td>
      <td class="change">
        <span class="signed-space from-left" aria-hidden="true">
          <span class={change < 0 ? "minus" : "plus"} style={{ width: `${(100 * Math.abs(change)) / end}%`, left: 0 }} />
        </span>
      </td>
    </tr>
  );
  return (
    <table class="promise">
      <caption>{W.lossMoved(written(last.loss_before!), written(last.loss_after!))}</caption>
      <tbody>
        {bar(W.promised, last.promised!)}
        {bar(W.actual, last.actual!)}
      </tbody>
    </table>
  );
}

function EditNote() {
  const now = card.value;
  if (!now?.base || slowly.value) return null;
  const last = edits.value.at(-1)?.edit;
  return (
    <div class="note edited" role="status">
      <p>{last?.sentence ?? W.edited}</p>
      <button type="button" onClick={undoEdit}>
        {W.undo}
      </button>
    </div>
  );
}
