/** What the network sees: the way from ink to 28 × 28 in four pictures, each with its rule. */

import { signal } from "@preact/signals";

import { Picture } from "../picture";
import { card, photo, reading, strokes } from "../session";
import { state } from "../state";
import { W } from "../words";
import { SeenRing } from "../inside/rings";

const enlarged = signal<number | null>(null);

export function Seen() {
  const now = reading.value;
  const steps = [1, 2, 3, 4].filter((step) => now?.state !== "empty" && now?.tensors[`normal/${step}`]);
  const [rows, cols] = now?.tensors["normal/4"]?.shape ?? card.value?.input ?? [28, 28];
  const large = enlarged.value !== null && steps.includes(enlarged.value) ? enlarged.value : null;
  return (
    <section class="card seen" aria-label={W.seesTitle}>
      <h2>
        {W.seesTitle} <small>{W.pixelsOf(rows!, cols!)}</small>
      </h2>
      <div class="steps">
        {(steps.length === 1 ? steps : [1, 2, 3, 4]).map((step) => (
          <Step key={step} step={step} there={steps.includes(step)} alone={steps.length === 1 ? W.pixelsOf(rows!, cols!) : ""} />
        ))}
        {steps.length === 1 && <p class="small muted only">{photo.value ? W.fromPhoto : strokes.value.length ? W.shrunk : W.alreadySmall}</p>}
      </div>
      {large !== null && <Large step={large} />}
      <fieldset class="form-choice">
        <legend class="vh">{W.formLabel}</legend>
        {(["normal", "drawn"] as const).map((form) => (
          <label key={form}>
            <input
              type="radio"
              name="form"
              checked={state.form.value === form}
              disabled={!strokes.value.length}
              onChange={() => (state.form.value = form)}
            />{" "}
            {form === "normal" ? W.normalForm : W.asDrawn}
          </label>
        ))}
      </fieldset>
    </section>
  );
}

/** `alone`: what a picture is called that has no way to it. */
function Step({ step, there, alone }: { step: number; there: boolean; alone: string }) {
  const name = W.seesSteps[step - 1]!;
  const entry = there ? reading.value?.tensors[`normal/${step}`] : undefined;
  return (
    <button
      type="button"
      disabled={!there}
      aria-pressed={enlarged.value === step}
      aria-label={W.seesLarge(alone || W.seesStep(step, name))}
      onClick={() => (enlarged.value = enlarged.value === step ? null : step)}
    >
      <span class="frame">
        {entry && (
          <Picture
            values={entry.data}
            rows={entry.shape[0]!}
            cols={entry.shape[1]!}
            scale={255}
            ink
            size={step <= 2 ? 2 : step === 3 ? 8 : 6}
          />
        )}
        {step === 4 && there && <SeenRing />}
      </span>
      <span class="step-name">{alone || W.seesStep(step, name)}</span>
    </button>
  );
}

function Large({ step }: { step: number }) {
  const { tensors, rules } = reading.value!;
  const { data, shape } = tensors[`normal/${step}`]!;
  return (
    <figure class="large">
      <span class="frame">
        <Picture values={data} rows={shape[0]!} cols={shape[1]!} scale={255} ink size={step <= 2 ? 7 : step === 3 ? 28 : 20} />
        {step === 4 && <SeenRing />}
      </span>
      <figcaption>{rules[step - 1] ?? W.takenAsItIs}</figcaption>
    </figure>
  );
}
