/** Files that are dropped or pasted anywhere on the page, each led to where it belongs. */

import { signal } from "@preact/signals";

import * as api from "./api";
import { attempt, look, photo, reader, refreshAbout, stage } from "./session";
import { state } from "./state";

/** Files that the Data view is to import. */
export const dropped = signal<readonly Named[] | null>(null);
/** A lesson of one's own. */
export const droppedLesson = signal<Blob | null>(null);

export interface Named {
  path: string;
  file: File;
}

export async function readPhoto(file: Blob): Promise<void> {
  const answer = await attempt(() => api.uploadImage(file));
  if (!answer) return;
  look("");
  photo.value = { image: answer.image, width: answer.width, height: answer.height, box: 0, digits: answer.digits };
  reader.value = answer;
}

export async function openModel(file: Blob): Promise<void> {
  const opened = await attempt(() => api.openModel(file));
  if (!opened) return;
  await refreshAbout();
  state.model.value = opened.address;
}

async function receive(files: Named[]): Promise<void> {
  const first = files[0];
  if (!first) return;
  if (files.length === 1 && first.file.name.endsWith(".safetensors")) return openModel(first.file);
  if (files.length === 1 && /\.(md|txt)$/.test(first.file.name)) {
    droppedLesson.value = first.file;
  } else if (files.length === 1 && first.file.type.startsWith("image/") && stage.peek() !== "data") {
    return readPhoto(first.file);
  } else {
    state.view.value = "data";
    dropped.value = files;
  }
}

/** Every file below what was dropped, folders walked through. */
async function filesOf(transfer: DataTransfer): Promise<Named[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry != null);
  if (!entries.some((entry) => entry.isDirectory)) {
    return [...transfer.files].map((file) => ({ path: file.name, file }));
  }
  const found: Named[] = [];
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      found.push({ path: entry.fullPath.replace(/^\//, ""), file });
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return;
      for (const inner of some) await walk(inner);
    }
  };
  for (const entry of entries) await walk(entry);
  return found;
}

export function catchFiles(): () => void {
  const over = (event: DragEvent) => event.preventDefault();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    if (event.dataTransfer) void filesOf(event.dataTransfer).then(receive);
  };
  const paste = (event: ClipboardEvent) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (file) void readPhoto(file);
  };
  addEventListener("dragover", over);
  addEventListener("drop", drop);
  addEventListener("paste", paste);
  return () => {
    removeEventListener("dragover", over);
    removeEventListener("drop", drop);
    removeEventListener("paste", paste);
  };
}
