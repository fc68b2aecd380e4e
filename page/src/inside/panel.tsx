/** "Where does 1.66 come from?" The same for mouse, finger, keys and ears: title, place, formula, pictures, terms. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { hidden } from "../header";
import { written } from "../numbers";
import { card, reading, unread } from "../session";
import { W } from "../words";
import { unravel } from "./arrange";
import { explained, pin, pinned, preview, type Explained, type Spot } from "./asking";
import { switchOff } from "./gradients";
import { Influence } from "./influence";
import { followAndFocus } from "./rows";
import { TermPictures } from "./term_pictures";
import { TermTable, TileTable } from "./term_table";
import { WeightPath } from "./weight_path";

export function InsidePanel() {
  const now = explained.value;
  if (hidden("panel")) return null;
  const committee = card.value?.members.length;
  if (!now || committee) {
    return (
      <div class="card inspector">
        <h2>{W.panelEmpty}</h2>
        <p class="muted">{committee ? W.panelOfCommittee : unread.value ? W.panelUnread : reading.value?.state === "empty" ? W.panelNoInk : W.panelHint}</p>
      </div>
    );
  }
  const { answer, spot } = now;
  return (
    <div class="card inspector" data-layer={spot.layer} data-index={spot.index.join(".")}>
      <h2>{answer.weight ? W.whereWeight(written(answer.weight.value)) : W.whereFrom(written(answer.value))}</h2>
      <p class="muted place">{placeOf(spot)}</p>
      <Formula lines={answer.lines} />
      <p class="said">{answer.sentence}</p>
      {answer.weight && <WeightNow weight={answer.weight} spot={spot} />}
      <TermPictures explained={now} />
      <TermTable explained={now} />
      <Afterwards answer={answer} />
      <Actions explained={now} />
    </div>
  );
}

/** Which number it is: its layer as the rows call it, and the place in that. */
function placeOf({ of, layer, index }: Spot): string {
  const { layers, input, classes } = card.value ?? { layers: [], input: [], classes: [] };
  if (layer === layers.length) return W.answerFor(classes[index[0]!] ?? String(index[0]));
  const row = layers[layer];
  const name = row ? W.layerName(layer, row.title) : W.inputName;
  if (of !== "weight") return W.numberAt(of === "gradient", name, index, row?.out ?? input);
  return W.weightAt(name, index, row?.weights === "templates" ? unravel(index[0]!, input) : null);
}

/** Symbols above numbers, lined up at every sign. */
function Formula({ lines }: { lines: string[][] }) {
  const columns = Math.max(...lines.map((line) => line.length));
  const narrowEnough = lines.every((line) => line.join("").length < 46);
  if (!narrowEnough || columns > 9) {
    return (
      <div class="formula long">
        {lines.map((line, row) => (
          <p key={row}>{line.join(" ")}</p>
        ))}
      </div>
    );
  }
  return (
    <table class="formula">
      <caption class="vh">{W.formula}</caption>
      <tbody>
        {lines.map((line, row) => (
          <tr key={row}>
            {Array.from({ length: columns }, (_, column) => (
              <td key={column} class={row > 0 ? signOf(line, column) : undefined}>
                {line[column] ?? ""}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The colour of a number in a formula: its own sign and the operator before it. */
function signOf(line: string[], column: number): string | undefined {
  const text = line[column] ?? "";
  if (!/^−?[\d.,]+/.test(text)) return undefined;
  const negative = text.startsWith("−") !== (line[column - 1] === "−");
  return /^−?0$/.test(text) ? undefined : negative ? "minus" : "plus";
}

function WeightNow({ weight, spot }: { weight: NonNullable<api.Explanation["weight"]>; spot: Spot }) {
  return (
    <>
      <p class="small">
        {W.weightNow(written(weight.value))}
        {weight.start !== null && W.weightStart(written(weight.start))}
        {weight.gradient !== null && W.weightGradient(written(weight.gradient))}
      </p>
      <WeightPath spot={spot} />
    </>
  );
}

function Afterwards({ answer }: { answer: api.Explanation }) {
  if (!answer.then.length && !answer.feeds) return null;
  return (
    <div class="afterwards small">
      {answer.then.map(({ layer, index, text }) => (
        <p key={layer}>
          {W.then} {text}{" "}
          <button type="button" class="link" onClick={() => pin({ of: "value", layer, index })}>
            {W.lookThere}
          </button>
        </p>
      ))}
      {answer.feeds && <p>{W.feeds(answer.feeds.count, card.value?.layers[answer.feeds.layer]?.title ?? answer.feeds.title)}</p>}
    </div>
  );
}

const SLIDE_MS = 120;

function Actions({ explained: { spot, model, answer } }: { explained: Explained }) {
  const [table, showTable] = useState(false);
  const [sliding, slide] = useState(false);
  const [copied, setCopied] = useState("");
  const layer = card.value?.layers[spot.layer];
  const convolution = layer?.kind === "conv" && spot.of === "value";
  const last = spot.layer >= (card.value?.layers.length ?? 0) - 1;
  const unit = layer && !last && (layer.row === "maps" || layer.row === "cells") ? spot.index.at(-1)! : null;
  useEffect(() => {
    if (!sliding || !layer) return;
    const [rows, cols] = layer.out as [number, number, number];
    const start = pinned.peek()?.index ?? spot.index;
    let at = start[0]! * cols + start[1]!;
    const timer = setInterval(() => {
      at = (at + 1) % (rows * cols);
      preview.value = { ...spot, index: [Math.floor(at / cols), at % cols, start[2]!] };
    }, SLIDE_MS);
    return () => {
      clearInterval(timer);
      preview.value = null;
    };
  }, [sliding, layer?.layer]);
  const copy = async () => {
    const text = [W.whereFrom(written(answer.value)), answer.title, ...answer.lines.map((line) => line.join(" ")), answer.sentence];
    try {
      await navigator.clipboard.writeText(text.join("\n"));
      setCopied(W.copied);
    } catch {
      setCopied(W.clipboardRefused);
    }
  };
  return (
    <>
      <div class="actions">
        {spot.of !== "weight" && (
          <>
            <button type="button" onClick={() => followAndFocus(-1)} disabled={spot.layer < 0}>
              {W.followBack}
            </button>
            <button type="button" onClick={() => followAndFocus(1)} disabled={!answer.then.length && !answer.feeds}>
              {W.followOn}
            </button>
          </>
        )}
        {convolution && (
          <button type="button" aria-pressed={sliding} onClick={() => slide(!sliding)}>
            {sliding ? W.pauseSlide : W.slide}
          </button>
        )}
        {unit !== null && !hidden("edits") && (
          <button type="button" onClick={() => void switchOff(spot.layer, unit)}>
            {layer!.row === "maps" ? W.switchOffMap(unit) : W.switchOffUnit(unit)}
          </button>
        )}
        <button type="button" onClick={() => void copy()}>
          {W.copy}
        </button>
        <button type="button" aria-expanded={table} onClick={() => showTable(!table)}>
          {W.asTable}
        </button>
        <span role="status" class="small muted">
          {copied}
        </span>
      </div>
      {spot.of === "value" && spot.layer >= 0 && layer && <Influence spot={spot} model={model} />}
      {table && <TileTable spot={spot} />}
    </>
  );
}

