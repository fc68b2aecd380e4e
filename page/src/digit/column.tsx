/** The left column: draw a digit and see it read. */

import { useRef } from "preact/hooks";

import { PENS } from "../ink";
import { narrow } from "../screen";
import { clear, nextExample, photo, strokes } from "../session";
import { state } from "../state";
import { W } from "../words";
import { readPhoto } from "../files";
import { ModelPicker } from "../header";
import { Answer, Keep } from "./answer";
import { DrawingCanvas } from "./canvas";
import { Seen } from "./seen";
import { undo } from "./strokes";

export function DigitColumn() {
  return (
    <div class="digit-column">
      <section class="card" aria-label={W.yourDigit}>
        {narrow.value ? <ModelPicker /> : <h2>{W.drawTitle}</h2>}
        <DrawingCanvas />
        <Tools />
        <Answer />
        <Keep />
      </section>
      <Seen />
    </div>
  );
}

function Tools() {
  const file = useRef<HTMLInputElement>(null);
  const which = Math.max(0, (PENS as readonly number[]).indexOf(state.pen.value));
  const nothing = !strokes.value.length && !photo.value && !state.example.value;
  return (
    <div class="draw-tools">
      <button type="button" disabled={nothing} onClick={undo}>
        {W.undo}
      </button>
      <button type="button" disabled={nothing} onClick={clear}>
        {W.clear}
      </button>
      <button
        type="button"
        aria-label={W.penLabel(W.penNames[which]!)}
        onClick={() => (state.pen.value = PENS[(which + 1) % PENS.length]!)}
      >
        {W.pen} <span class={`nib nib-${which}`} />
      </button>
      <button type="button" onClick={() => void nextExample()}>
        {W.example}
      </button>
      <button type="button" onClick={() => file.current!.click()}>
        {W.photo}
      </button>
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          if (chosen) void readPhoto(chosen);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
