/** Bring one's own data: seen as they were understood before they are taken in, and never silently mended. */

import { signal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";

import * as api from "../api";
import type { Named } from "../files";
import { thousands } from "../numbers";
import { Picture } from "../picture";
import { attempt, refreshAbout } from "../session";
import { state } from "../state";
import { W } from "../words";

interface Waiting {
  upload: string;
  name: string;
  preview: api.Preview;
  images: Uint8Array;
  labels: ArrayLike<number>;
}

const waiting = signal<Waiting | null>(null);
const progress = signal<{ done: number; all: number } | null>(null);
let cancelled = false;

export async function upload(files: readonly Named[]): Promise<void> {
  cancelled = false;
  waiting.value = null;
  await attempt(async () => {
    const { upload } = await api.newUpload();
    try {
      for (const [done, { path, file }] of files.entries()) {
        if (cancelled) break;
        progress.value = { done, all: files.length };
        await api.uploadFile(upload, path, file);
      }
      if (cancelled) await api.dropUpload(upload);
      else await look(upload, nameOf(files), null, false);
    } catch (error) {
      void api.dropUpload(upload).catch(() => undefined);
      throw error;
    } finally {
      progress.value = null;
    }
  });
}

const nameOf = (files: readonly Named[]) => {
  const first = files[0]!.path.split("/")[0]!.replace(/\..*$/, "");
  return first.replace(/[^\w -]/g, " ").trim() || "my data";
};

async function look(upload: string, name: string, invert: boolean | null, transpose: boolean): Promise<void> {
  const { tensors, extras } = await api.preview(upload, { invert, transpose });
  waiting.value = {
    upload,
    name,
    preview: extras,
    images: tensors["images"]!.data as Uint8Array,
    labels: tensors["label"]?.data ?? [],
  };
}

export function AddButtons() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const chosen = [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    input.value = "";
    if (chosen.length) void upload(chosen);
  };
  return (
    <>
      <button type="button" onClick={() => files.current!.click()}>
        {W.addData}
      </button>
      <button type="button" onClick={() => folder.current!.click()}>
        {W.addFolder}
      </button>
      <input ref={files} type="file" multiple hidden onChange={take} />
      <input ref={folder} type="file" hidden onChange={take} {...{ webkitdirectory: true }} />
    </>
  );
}

export function ImportPreview() {
  const now = waiting.value;
  const [name, setName] = useState<string | null>(null);
  if (progress.value) {
    return (
      <div class="note edited" role="status">
        <p>{W.uploading(progress.value.done, progress.value.all)}</p>
        <button type="button" onClick={() => (cancelled = true)}>
          {W.cancel}
        </button>
      </div>
    );
  }
  if (!now) return null;
  const { preview, images, labels } = now;
  const [rows, cols] = preview.shape as [number, number];
  const again = (invert: boolean, transpose: boolean) => void attempt(() => look(now.upload, now.name, invert, transpose));
  const chosen = (name ?? now.name).trim();
  const accept = async () => {
    const answer = await attempt(() => api.accept(now.upload, { name: chosen, invert: preview.invert, transpose: preview.transpose }));
    if (!answer) return;
    await refreshAbout();
    waiting.value = null;
    setName(null);
    state.tab.value = "browse";
    state.set.value = answer.sets[0] ?? "";
  };
  const cancel = () => {
    void attempt(() => api.dropUpload(now.upload));
    waiting.value = null;
    setName(null);
  };
  return (
    <section class="import" aria-label={W.importTitle}>
      <h3>
        {W.importTitle} <small>{W.importWhat(preview.kind, thousands(preview.train + preview.test), `${rows} × ${cols}`)}</small>
      </h3>
      <div class="pictures">
        {Array.from(labels, (label, place) => (
          <figure key={place}>
            <Picture values={images.subarray(place * rows * cols, (place + 1) * rows * cols)} rows={rows} cols={cols} scale={255} ink size={2} />
            <figcaption>{preview.classes[label] ?? label}</figcaption>
          </figure>
        ))}
      </div>
      <p class="small">{W.perClass(preview.classes.map((one, index) => `${one}: ${thousands(preview.counts[index] ?? 0)}`).join(", "))}</p>
      {preview.notes.map((note) => (
        <p key={note} class="small muted">
          {note}
        </p>
      ))}
      <div class="control-line">
        <label class="check">
          <input type="checkbox" checked={preview.invert} onChange={() => again(!preview.invert, preview.transpose)} /> {W.invert}
        </label>
        <label class="check">
          <input type="checkbox" checked={preview.transpose} onChange={() => again(preview.invert, !preview.transpose)} /> {W.transpose}
        </label>
        <label>
          {W.name} <input type="text" maxLength={60} value={name ?? now.name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <button type="button" class="strong" disabled={!chosen} onClick={() => void accept()}>
          {W.takeIn}
        </button>
        <button type="button" onClick={cancel}>
          {W.cancel}
        </button>
      </div>
    </section>
  );
}
