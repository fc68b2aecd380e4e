/** What the network says the drawing is: the numeral, the sentence, the bars, and "that was a …". */

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { sentence as asSentence } from "../numbers";
import { narrow } from "../screen";
import { about, attempt, card, ghost, ink, lost, reader, reading, silence, stage, underway, unread } from "../session";
import { state } from "../state";
import { W } from "../words";
import { Bars } from "./bars";

/** Sentence, what to do, and the numeral. */
function said(): { sentence: string; more: string; numeral: string } {
  if (silence.value === "gone") return { sentence: W.gone, more: "", numeral: "–" };
  if (silence.value === "late") return { sentence: W.late, more: "", numeral: reading.value?.label ?? "–" };
  if (about.value && !about.value.model && !state.model.value) return { sentence: W.noModel, more: W.trainFirst, numeral: "–" };
  const now = reading.value;
  if (lost.value) return { sentence: W.noAnswer, more: "", numeral: "–" };
  if (unread.value) return { sentence: asSentence(unread.value.what), more: asSentence(unread.value.todo ?? ""), numeral: "–" };
  if (!now) return { sentence: W.reading, more: "", numeral: "–" };
  if (now.state === "empty") return { sentence: W.emptyAnswer, more: narrow.value ? "" : W.emptyMore, numeral: "–" };
  const whole = reader.value;
  if (whole && (whole.state === "several" || whole.state === "none")) {
    return { sentence: whole.sentence, more: whole.do ?? "", numeral: "–" };
  }
  return { sentence: now.sentence, more: now.more, numeral: now.label ?? "–" };
}

export function Answer() {
  const { sentence, more, numeral } = said();
  const now = reading.value;
  const names = card.value?.classes ?? api.DIGITS;
  const inside = stage.value === "inside" && card.value?.layers.length;
  return (
    <div class="answer">
      <div class="verdict">
        <span class={`numeral${numeral.length > 1 ? " word" : numeral === "–" ? " without" : ""}`} aria-hidden="true">
          {numeral}
        </span>
        <div>
          <p class="sentence">{together(sentence)}</p>
          <p class="more">{together(more)}</p>
        </div>
      </div>
      <Spoken text={`${sentence} ${more}`} />
      <Bars
        names={names}
        shares={now?.probabilities ?? null}
        softmax={card.value?.output !== "sigmoid"}
        before={ghost.value}
        dim={silence.value !== ""}
        onPick={inside ? (index) => (state.pin.value = [card.peek()!.layers.length, index]) : undefined}
      />
    </div>
  );
}

/** A number and its sign stay on one line. */
const together = (text: string) => text.replaceAll(" %", "\u00a0%");

/** Said once the pen is up and the answer stands, not with every point of a stroke. */
function Spoken({ text }: { text: string }) {
  const [spoken, speak] = useState("");
  const drawing = underway.value !== null;
  useEffect(() => {
    if (drawing) return;
    const timer = setTimeout(() => speak(text), 400);
    return () => clearTimeout(timer);
  }, [text, drawing]);
  return (
    <p class="vh" role="status">
      {spoken}
    </p>
  );
}

const keptWords = signal("");

/** Say what it was, and keep it among one's own digits. */
export function Keep() {
  const names = (card.value?.classes ?? []).filter((name) => api.DIGITS.includes(name));
  const answer = reading.value?.label;
  const [label, choose] = useState<string | null>(null);
  const asked = ink.value;
  useEffect(() => {
    choose(null);
    keptWords.value = "";
  }, [asked]);
  const empty = "strokes" in asked && !asked.strokes.length;
  const chosen = label ?? answer ?? names[0] ?? "0";
  const keep = async () => {
    const kept = await attempt(() => api.keep({ ink: ink.peek(), label: chosen }));
    if (kept) keptWords.value = W.kept(chosen, kept.counts[api.DIGITS.indexOf(chosen)] ?? 0, kept.enough);
  };
  if (!names.length) return null;
  return (
    <div class="keep">
      <label>
        {W.thatWas}{" "}
        <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <button type="button" disabled={empty} onClick={() => void keep()}>
        {W.keep}
      </button>
      <span class="muted small" role="status">
        {keptWords.value}
      </span>
    </div>
  );
}
