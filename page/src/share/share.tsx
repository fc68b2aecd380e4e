/** The dialogs: share and save, lessons, keys and colours. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { signal } from "@preact/signals";

import * as api from "../api";
import { openModel } from "../files";
import { question } from "../inside/asking";
import { target } from "../inside/gradients";
import { narrow } from "../screen";
import { about, attempt, card, ink, model, photo, stage } from "../session";
import { link, snapshot, state, writeFragment } from "../state";
import { TroubleBar } from "../trouble";
import { W } from "../words";
import { beginLesson, beginOwnLesson } from "./lesson";
import { dialog } from "./open";

/** A drawing as it was painted, pixel for pixel: read from the file it is the same digit. */
const DRAWING = 328;

export function ShareDialog() {
  const box = useRef<HTMLDialogElement>(null);
  const opener = useRef(document.activeElement as HTMLElement | null);
  useEffect(() => {
    box.current!.showModal();
    return () => opener.current?.focus();
  }, []);
  const which = dialog.value || "share";
  return (
    <dialog
      ref={box}
      aria-labelledby="dialog-title"
      onClose={() => (dialog.value = "")}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id="dialog-title">{W.dialogs[which]}</h2>
          <button type="button" class="icon" aria-label={W.close} onClick={() => box.current!.close()}>
            ✕
          </button>
        </div>
        <TroubleBar />
        {which === "share" ? <Share /> : which === "lessons" ? <Lessons done={() => box.current!.close()} /> : <Help />}
      </div>
    </dialog>
  );
}

async function copyText(text: string, field: HTMLInputElement | null): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return W.copied;
  } catch {
    field?.select();
    return W.selected;
  }
}

function Share() {
  const field = useRef<HTMLInputElement>(null);
  const [said, say] = useState("");
  return (
    <>
      <label class="stacked">
        {W.linkLabel}
        <span class="copy-line">
          <input ref={field} type="text" readOnly value={link()} onFocus={(event) => event.currentTarget.select()} />
          <button type="button" class="strong" onClick={() => void copyText(link(), field.current).then(say)}>
            {W.copy}
          </button>
        </span>
      </label>
      <p class="small muted" role="status">
        {said || (photo.value ? W.photoNotInLink : W.linkHint)}
      </p>
      {narrow.value && (
        <button type="button" onClick={() => (dialog.value = "lessons")}>
          {W.lessons}
        </button>
      )}
      <Section title={W.hideTitle}>
        <div class="choices">
          {W.hideable.map(([name, label]) => (
            <label key={name} class="check">
              <input
                type="checkbox"
                checked={state.hide.value.includes(name)}
                onChange={() => {
                  const others = state.hide.value.filter((one) => one !== name);
                  state.hide.value = others.length === state.hide.value.length ? [...others, name] : others;
                }}
              />{" "}
              {label}
            </label>
          ))}
        </div>
      </Section>
      <Section title={W.save}>
        <Save />
      </Section>
      <Section title={W.openModel}>
        <FileField accept=".safetensors" label={W.openModel} take={(file) => void openModel(file).then(() => (dialog.value = ""))} />
      </Section>
    </>
  );
}

function Save() {
  const [busy, setBusy] = useState(false);
  const asked = ink.value;
  const empty = "strokes" in asked && !asked.strokes.length;
  const view = viewFigure(empty ? null : asked);
  const numbers = stage.value === "inside" ? question.value?.body : null;
  const save = async (make: () => Promise<Blob>, name: string) => {
    setBusy(true);
    const file = await attempt(make);
    setBusy(false);
    if (file) download(file, name);
  };
  const digit = (as: "drawn" | "seen", name: string) => save(() => api.picture({ ink: asked, as, size: as === "drawn" ? DRAWING : 560 }), name);
  return (
    <div class="actions" aria-busy={busy}>
      <button type="button" disabled={busy || !view} onClick={() => void save(() => api.figure(view!), `${view!.figure}.png`)}>
        {W.saveView[view?.figure ?? "none"]}
      </button>
      <button type="button" disabled={busy || !numbers} onClick={() => void save(() => api.explainCsv(numbers!), "numbers.csv")}>
        {W.saveNumbers}
      </button>
      <button type="button" disabled={busy || empty} onClick={() => void digit("drawn", "drawing.png")}>
        {W.saveDrawing}
      </button>
      <button type="button" disabled={busy || empty} onClick={() => void digit("seen", "seen.png")}>
        {W.saveSeen}
      </button>
      {saved().map(({ address, title }) =>
        (about.value?.exports.models ?? []).map(({ format, title: what }) => (
          <a key={`${address} ${format}`} class="button" href={api.exportModel(address, format)} download>
            {title ? W.ofMember(title, what) : what}
          </a>
        )),
      )}
      {busy && (
        <span class="small muted" role="status">
          {W.drawingPicture}
        </span>
      )}
    </div>
  );
}

/** What of the stage can be kept as a picture; `null` where it shows nothing yet. */
function viewFigure(digit: api.Ink | null): api.FigureAsked | null {
  const address = model.value;
  if (stage.value === "train") return state.run.value ? { figure: "learning", run: state.run.value } : null;
  if (!address) return null;
  if (stage.value === "data") {
    const set = state.set.value || about.value?.example_set;
    return set && state.tab.value !== "mine" ? { figure: state.tab.value === "mistakes" ? "mistakes" : "confusion", model: address, set } : null;
  }
  if (card.value?.members.length) return null; // a committee has no rows of its own
  if (state.mode.value === "weights") return { figure: "weights", model: address };
  if (!digit) return null;
  if (state.mode.value === "values") return { figure: "values", model: address, ink: digit };
  return target.value === null ? null : { figure: "gradients", model: address, ink: digit, target: target.value };
}

/** What can be saved as a file: the model, or each of the networks of a committee. */
function saved(): { address: string; title: string }[] {
  const members = card.value?.members ?? [];
  return members.length ? members.map((address) => ({ address, title: address })) : model.value ? [{ address: model.value, title: "" }] : [];
}

/** Links collected for a lesson of one's own. */
const collected = signal<readonly string[]>([]);

/** The page as it is now, whatever lesson is under way. */
const moment = () => writeFragment({ ...snapshot(), lesson: "", card: 0 }) || "#v=draw";

function Lessons({ done }: { done(): void }) {
  const [list, arrived] = useState<Awaited<ReturnType<typeof api.lessons>>["lessons"] | null>(null);
  useEffect(() => void attempt(api.lessons).then((answer) => answer && arrived(answer.lessons)), []);
  const begin = async (name: string) => {
    const answer = await attempt(() => api.lesson(name));
    if (!answer) return;
    beginLesson(answer, name);
    done();
  };
  const open = async (file: File) => {
    if (await beginOwnLesson(file)) done();
  };
  const text = () => `# ${W.myLesson}\n\n${collected.value.map((one) => `${W.mySentence}\n[${W.showMe}](${one})\n`).join("\n")}`;
  return (
    <>
      <ul class="lesson-list">
        {(list ?? []).map(({ lesson, title, cards, own }) => (
          <li key={lesson}>
            <button type="button" onClick={() => void begin(lesson)}>
              <b>{title}</b> <small>{W.lessonCards(cards, own)}</small>
            </button>
          </li>
        ))}
      </ul>
      <Section title={W.ownLesson}>
        <p class="small muted">{W.ownLessonHint}</p>
        <FileField accept=".md,.txt" label={W.openLesson} take={(file) => void open(file)} />
        <div class="actions">
          <button type="button" onClick={() => (collected.value = [...collected.value, moment()])}>
            {W.addMoment}
          </button>
          <button type="button" disabled={!collected.value.length} onClick={() => download(new Blob([text()]), "my-lesson.md")}>
            {W.saveLesson(collected.value.length)}
          </button>
        </div>
      </Section>
    </>
  );
}

function Help() {
  return (
    <>
      <p>{W.colourHelp}</p>
      <p class="small muted">{W.privacy}</p>
      {W.keys.map(({ where, keys }) => (
        <table key={where} class="keys">
          <caption>{where}</caption>
          <tbody>
            {keys.map(([key, does]) => (
              <tr key={key}>
                <th scope="row">
                  <kbd>{key}</kbd>
                </th>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
      <p class="small muted">{W.version(about.value?.version ?? "")}</p>
    </>
  );
}

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="dialog-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function FileField({ accept, label, take }: { accept: string; label: string; take(file: File): void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <div class="actions">
      <button type="button" aria-label={label} onClick={() => field.current!.click()}>
        {W.chooseFile}
      </button>
      <input
        ref={field}
        type="file"
        accept={accept}
        hidden
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) take(file);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}

function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = Object.assign(document.createElement("a"), { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
