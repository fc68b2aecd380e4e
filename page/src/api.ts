/** The shapes of what Glassnet answers, and one function for each call (docs/web_api.md). */

import { call, callBlob, callTensors, type Tensors } from "./wire";

export type Ink =
  | { strokes: readonly (readonly number[])[]; pen: number; form: "normal" | "drawn" }
  | { set: string; index: number }
  | { image: string; box: number };

export type Index = readonly number[];

export interface ModelEntry {
  address: string;
  title: string;
  kind: "bundled" | "run" | "file";
  accuracy: number | null;
  tested_on: string | null;
  parameters: number;
  created: string | null;
  classes: string[];
}

export interface RecipeEntry {
  name: string;
  title: string;
  layers: string[];
  epochs: number;
  seed: number;
  batch_size: number;
  optimizer: string;
  learning_rate: number;
  data: string | null;
  /** How it went for us, by epochs, where that was recorded. */
  recorded: Recorded | null;
}

export interface Recorded {
  data: string;
  train_loss: (number | null)[];
  train_accuracy: (number | null)[];
  validation_loss: (number | null)[];
  validation_accuracy: (number | null)[];
}

export interface About {
  version: string;
  model: string | null;
  models: ModelEntry[];
  runs: Run[];
  active_run: string | null;
  sets: { set: string; title: string; count: number }[];
  example_set: string;
  recipes: RecipeEntry[];
  sources: { source: string; title: string; count: number; here: boolean }[];
  exports: { models: { format: string; title: string }[]; sets: string[] };
  reader: boolean;
  limits: { upload: number; image: number };
  link: string | null;
}

export interface LayerCard {
  layer: number;
  kind: string;
  notation: string;
  title: string;
  in: number[];
  out: number[];
  parameters: number;
  row: "maps" | "cells" | "bars" | "line";
  weights: "kernels" | "templates" | "columns" | "features" | null;
  scale: number;
  weight_scale: number | null;
}

export interface Card {
  address: string;
  title: string;
  classes: string[];
  output: "softmax" | "sigmoid";
  input: number[];
  parameters: number;
  metrics: { accuracy?: number };
  tested_on: string | null;
  base: string | null;
  edit: Record<string, unknown> | null;
  finite: boolean;
  broken_layer: number | null;
  temperature: number;
  layers: LayerCard[];
  /** Of a committee, which has no layers of its own: the addresses of the networks that vote, and from where they look. */
  members: string[];
  views: string[];
}

export interface Read {
  model: string;
  state: "read" | "unsure" | "none" | "empty" | "little";
  label: string | null;
  index: number | null;
  probabilities: number[] | null;
  /** Of a committee: what each member says. */
  votes?: number[][];
  logits: number[] | null;
  sentence: string;
  more: string;
  rules: string[];
  box: number[] | null;
  lines: Record<string, string>;
  thread: Index[] | null;
}

export interface ReaderAnswer {
  state: "read" | "unsure" | "several" | "none" | "empty" | "little";
  text: string | null;
  sentence: string;
  do: string | null;
  digits: { label: string | null; confidence: number; reason: string | null; box: [number, number, number, number] }[];
}

export interface Gradients {
  target: number;
  loss: number;
  probabilities: number[];
  symbols: string;
  numbers: string;
  norms: Record<string, number>;
  lines: Record<string, string>;
}

export interface Explanation {
  title: string;
  value: number | null;
  symbols: string;
  numbers: string;
  lines: string[][];
  sentence: string;
  bias: number | null;
  terms: {
    layer: number;
    origin: string;
    shape: number[];
    count: number;
    rest: number;
    places: number[][];
    values: (number | null)[];
    weights: (number | null)[] | null;
  };
  then: { layer: number; index: number[]; text: string }[];
  feeds: { layer: number; title: string; count: number } | null;
  weight?: { value: number; start: number | null; gradient: number | null };
}

export interface Edit {
  address: string;
  sentence: string;
  before: number[] | null;
  after: number[] | null;
  loss_before?: number;
  loss_after?: number;
  promised?: number;
  actual?: number;
  rate?: number;
  moved?: number;
  numbers?: string;
  layers?: { layer: number; largest: number; relative: number }[];
}

export interface Run {
  run: string;
  state: "starting" | "running" | "paused" | "finished" | "failed";
  recipe: string;
  title: string;
  layers: string[];
  parameters: number;
  seed: number;
  epochs: number;
  batch_size: number;
  optimizer: string;
  learning_rate: number;
  changed: Record<string, unknown>;
  data: string;
  data_title: string;
  samples: number | null;
  notice: string | null;
  from: string | null;
  step: number;
  steps: number;
  epoch: number;
  steps_per_epoch: number;
  outcome: string | null;
  accuracy: number | null;
  error: { kind: string; what: string; do: string | null } | null;
  film: boolean;
  /** Steps from which it can be repeated. */
  restarts?: number[];
  snapshots?: number[];
  hashes?: Record<string, string>;
}

export interface ExactStep {
  run: string;
  step: number;
  hash: string;
  from: number;
  recomputed: number;
  agrees: boolean | null;
  sentence: string;
}

export interface Diagnosis {
  step: number;
  kind: string;
  text: string;
  try: string | null;
  fatal: boolean;
  set: Record<string, unknown> | null;
}

export interface SlowMotion {
  model: string;
  ink: { set: string; index: number };
  label: string;
  target: number;
  rate: number;
  after: string;
  edit: Edit;
  batch_size: number;
  sentence: string;
}

export interface Pictures {
  set: string;
  title: string;
  classes: string[];
  matching: number;
  count: number;
  counted: number;
}

export interface Confusion {
  classes: string[];
  confusion: number[][];
  count: number;
  correct: number;
  accuracy: number;
}

export interface Preview {
  kind: string;
  origin: string;
  train: number;
  test: number;
  shape: number[];
  classes: string[];
  counts: number[];
  invert: boolean;
  transpose: boolean;
  notes: string[];
}

/** Only these can be kept as one's own, whatever else a network answers. */
export const DIGITS: readonly string[] = [..."0123456789"];

/** `counts`: how many of each of them. */
export interface Mine {
  digits: { index: number; label: string }[];
  counts: number[];
  enough: number;
}

export interface Lesson {
  lesson: string;
  title: string;
  cards: { text: string; label: string; link: string; line: number }[];
  problems: { line: number; what: string }[];
}

const at = encodeURIComponent;
const query = (parameters: Record<string, string | number | boolean | null | undefined>) => {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return pairs.length ? `?${pairs.map(([key, value]) => `${key}=${at(String(value))}`).join("&")}` : "";
};

export const about = () => call<About>("/api/about");
/** `anew`: not the answer that the browser has kept. */
export const card = (model: string, anew = false) => call<Card>(`/api/models/${at(model)}`, { anew });
export const openModel = (file: Blob) => call<{ address: string }>("/api/models", { method: "PUT", body: file });

export interface WeightsAsked {
  first?: number;
  count?: number;
  units?: string;
  dtype?: "f32" | "u8";
}
export const weights = (model: string, layer: number, asked: WeightsAsked = {}) =>
  callTensors<{ units: number[]; total: number; scale: number }>(
    `/api/models/${at(model)}/weights/${layer}${query({ ...asked })}`,
  );

export const read = (body: {
  ink: Ink;
  model: string;
  layers: "all" | number[];
  steps: boolean;
  thread: boolean;
}): Promise<Tensors<Read>> => callTensors<Read>("/api/read", { body });
export const reader = (body: { ink: Ink; model?: string }) => call<ReaderAnswer>("/api/reader", { body });
export const uploadImage = (file: Blob) =>
  call<ReaderAnswer & { image: string; width: number; height: number }>("/api/images", { body: file });
export const imageAddress = (id: string) => `/api/images/${at(id)}`;
export const picture = (body: { ink: Ink; as: "drawn" | "seen"; size: number }) => callBlob("/api/picture", { body });

export type FigureAsked =
  | { figure: "values"; model: string; ink: Ink }
  | { figure: "gradients"; model: string; ink: Ink; target: number }
  | { figure: "weights"; model: string }
  | { figure: "confusion" | "mistakes"; model: string; set: string }
  | { figure: "learning"; run: string };
export const figure = (body: FigureAsked) => callBlob("/api/figures", { body });

export const gradients = (body: { ink: Ink; model: string; target: number; layers: "all" | number[] }) =>
  callTensors<Gradients>("/api/gradients", { body });

export interface Question {
  ink: Ink;
  model: string;
  layer: number;
  index: Index;
  of: "value" | "gradient" | "weight";
  target?: number;
  parameter?: string;
}
export const explain = (body: Question) => call<Explanation>("/api/explain", { body });
export const explainCsv = (body: Question) => callBlob("/api/explain/csv", { body });
export const influence = (body: { ink: Ink; model: string; layer: number; index: Index }) =>
  callTensors<{ value: number; sentence: string }>("/api/influence", { body });
export const step = (body: { model: string; ink: Ink; step: { target: number; rate: number } }) =>
  call<Edit>("/api/edits", { body });
export const switchOff = (body: { model: string; ink?: Ink; off: { layer: number; unit: number } }) =>
  call<Edit>("/api/edits", { body });

export interface NewRun {
  recipe: string;
  data?: string | null;
  seed?: number;
  epochs?: number;
  set?: Record<string, unknown>;
  from?: string | null;
  begin?: "run" | "pause";
  instead?: boolean;
}
export const startRun = (body: NewRun) => call<Run>("/api/runs", { body });
export const runCard = (run: string) => call<Run>(`/api/runs/${at(run)}`);
export type Order =
  | { do: "run" | "pause"; instead?: boolean }
  | { do: "step"; unit: "batch" | "epoch"; n: number; instead?: boolean };
export const order = (run: string, body: Order) => call<Run>(`/api/runs/${at(run)}/do`, { body });
export const slowMotion = (run: string, step?: number) =>
  call<SlowMotion>(`/api/runs/${at(run)}/digit`, { body: step === undefined ? {} : { step } });
export const exactly = (run: string, step: number) => call<ExactStep>(`/api/runs/${at(run)}/exactly`, { body: { step } });
export const eventsAddress = (run: string) => `/api/runs/${at(run)}/events`;
export const history = (run: string) =>
  callTensors<{ run: string; steps: number; diagnoses: Diagnosis[] }>(`/api/runs/${at(run)}/history`);
export const film = (run: string, layer: number, count = 24) =>
  callTensors<{ layer: number; units: number[]; scale: number }>(`/api/runs/${at(run)}/film/${layer}${query({ count })}`);
export const path = (run: string, layer: number, parameter: string, index: Index) =>
  call<{ steps: number[]; values: (number | null)[] }>(
    `/api/runs/${at(run)}/path${query({ layer, parameter, index: index.join(",") })}`,
  );
export const compare = (run: string, other: string) =>
  call<{ different: { setting: string; this: unknown; other: unknown }[]; same_film: boolean; sentence: string }>(
    `/api/runs/${at(run)}/compare${query({ with: other })}`,
  );

export interface PicturesAsked {
  offset?: number;
  limit?: number;
  label?: number | null;
  read_as?: number | null;
  model?: string | null;
  wrong?: 1 | null;
  order?: "place" | "sure" | "unsure";
}
export const pictures = (set: string, asked: PicturesAsked) =>
  callTensors<Pictures>(`/api/sets/${at(set)}${query({ ...asked })}`);
export const confusion = (set: string, model: string) =>
  call<Confusion>(`/api/sets/${at(set)}/confusion${query({ model })}`);
export const removeSet = (set: string) => callBlob(`/api/sets/${at(set)}`, { method: "DELETE" });
export const exportSet = (set: string, as: string) => `/api/sets/${at(set)}/export${query({ as })}`;
export const exportModel = (model: string, as: string) => `/api/export/${at(model)}${query({ as })}`;

export const newUpload = () => call<{ upload: string }>("/api/uploads", { method: "POST" });
export const uploadFile = (upload: string, path: string, file: Blob) =>
  callBlob(`/api/uploads/${at(upload)}/files/${path.split("/").map(at).join("/")}`, { method: "PUT", body: file });
export const preview = (upload: string, body: { invert: boolean | null; transpose: boolean }) =>
  callTensors<Preview>(`/api/uploads/${at(upload)}/preview`, { body });
export const accept = (upload: string, body: { name: string; invert: boolean; transpose: boolean }) =>
  call<{ source: string; sets: string[] }>(`/api/uploads/${at(upload)}/accept`, { body });
export const dropUpload = (upload: string) => callBlob(`/api/uploads/${at(upload)}`, { method: "DELETE" });

export const keep = (body: { ink: Ink; label: string }) =>
  call<{ index: number; counts: number[]; enough: number }>("/api/mine", { body });
export const mine = () => call<Mine>("/api/mine");
export const forget = (index: number) => callBlob(`/api/mine/${index}`, { method: "DELETE" });

export const lessons = () =>
  call<{ lessons: { lesson: string; title: string; cards: number; own: boolean }[] }>("/api/lessons");
export const lesson = (name: string) => call<Lesson>(`/api/lessons/${at(name)}`);
export const checkLesson = (text: Blob) => call<Lesson>("/api/lessons/check", { body: text });
