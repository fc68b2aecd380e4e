/** Every sentence that a person reads on the page and that the page itself writes. All else is said by Glassnet. */

import { percent, thousands, written } from "./numbers";

const many = (count: number, one: string, more = `${one}s`) => `${thousands(count)} ${count === 1 ? one : more}`;

export const W = {
  brand: "Glassnet",
  views: { draw: "Draw", inside: "Inside", train: "Train", data: "Data" },
  viewsLabel: "Views",
  toolsLabel: "Page",
  skip: "Skip to the stage",

  model: "Model",
  modelEntry: (title: string, accuracy: number | null) =>
    accuracy === null ? title : `${title} · ${percent(accuracy)} %`,
  modelGroups: { bundled: "Shipped with Glassnet", run: "Trained here", file: "Opened files" },
  modelOther: "Another moment",
  noModel: "No network is trained yet",
  trainFirst: "Train one: it takes seconds.",

  share: "Share",
  lessons: "Lessons",
  largeText: "Large text",
  darkTheme: "Dark colours",
  help: "Keys and colours",

  yourDigit: "Your digit",
  drawTitle: "Draw a digit",
  drawHere: "Draw here",
  canvasLabel:
    "Drawing square. Arrow keys move a cross, with Shift by four; Space puts the pen down or lifts it; Backspace takes back a stroke; Delete clears; a number key brings an example of that digit.",
  canvasAt: (column: number, row: number, down: boolean) =>
    `column ${column}, row ${row}${down ? ", pen down" : ""}`,
  undo: "Undo",
  clear: "Clear",
  pen: "Pen",
  penNames: ["thin", "middle", "thick"],
  penLabel: (which: string) => `Pen: ${which}`,
  example: "Example",
  photo: "Photo…",
  late: "Waiting for Glassnet…",
  gone: "Glassnet stopped. Start it with “glassnet open”; your drawing is kept.",
  emptyAnswer: "Draw here, paste a picture, or press a number key for an example.",
  reading: "Reading…",
  noSession: "Open the page with “glassnet open”.",
  barLabel: (name: string, share: number, softmax: boolean) =>
    softmax ? `${name}: ${percent(share)} %` : `${name}: ${written(share)}`,
  barBefore: (share: number) => `, before ${percent(share)} %`,
  barsLabel: "The network's answer, class by class",
  thatWas: "That was a",
  keep: "Keep it",
  kept: (label: string, count: number, enough: number) =>
    count >= enough
      ? `Kept: ${many(count, "digit")} of class ${label}.`
      : `Kept: ${count} of ${enough} of class ${label}.`,
  digitBox: (label: string | null) => (label === null ? "Look at this shape" : `Look at this ${label}`),

  seesTitle: "What the network sees",
  seesSteps: ["Ink", "Square", "20 × 20", "Centred"],
  seesStep: (number: number, name: string) => `${number} ${name}`,
  seesLarge: (name: string) => `${name}, large`,
  normalForm: "Normal form",
  asDrawn: "As drawn",
  formLabel: "What the network is given",
  picture28: "28 × 28",

  modes: { values: "Values", weights: "Weights", gradients: "Gradients" },
  modesLabel: "What the rows show",
  negative: "negative",
  positive: "positive",
  signs: "Signs",
  openRow: "open",
  closeRow: "close",
  ofScale: (scale: number) => `full colour at ±${written(scale)}`,
  loading: "Opening the network…",
  takenAsItIs: "Taken as it is.",
  close: "Close",

  layerDetails: (from: string, to: string, parameters: string) => `${from} → ${to}, ${parameters} parameters`,
  lastLayer: (output: string) =>
    output === "softmax" ? "; softmax turns these into the percentages" : "; each becomes an output by itself",
  blameOf: (shape: string) => `∂loss/∂value, ${shape}`,
  brokenLayer: "not a number:",
  notFinite: (title: string) =>
    `✗ This network has parameters that are no numbers, first in “${title}”. Look at an earlier step of its training.`,
  gridLabel: (title: string, tiles: number, rows: number, cols: number) =>
    rows * cols === 1 ? `${title}: ${many(tiles, "value")}` : `${title}: ${many(tiles, "picture")} of ${rows} × ${cols}`,
  place: (index: readonly number[], shape: readonly number[]) => {
    if (index.length === 1) return `unit ${index[0]}`;
    const [row, column, channel] = index;
    return `row ${row}, col ${column}${(shape[2] ?? 1) > 1 ? `, ch ${channel}` : ""}`;
  },
  spoken: (title: string, index: readonly number[], value: string, terms?: number) => {
    const place = index.length === 1 ? `unit ${index[0]}` : `row ${index[0]}, column ${index[1]}, channel ${index[2]}`;
    return `${title}, ${place}: ${value}${terms && terms > 1 ? `, from ${many(terms, "number")}` : ""}`;
  },
  kernels: (count: string, notation: string, channels: number) =>
    `${count} kernels (${notation})${channels > 1 ? `, each of ${channels} channels side by side` : ""}`,
  templates: (count: string) => `what each of ${count} neurons looks for: its weights as a picture`,
  columns: (count: string, shape: string) => `${count} neurons; one square for each of the ${shape} numbers above`,
  earlier: "◀ earlier",
  later: "later ▶",
  unitsOf: (first: number, last: number, total: number) => `units ${first} to ${last} of ${thousands(total)}`,

  wanted: "I wanted a",
  loss: "loss",
  replay: "Send the blame back",
  rate: "rate",
  takeStep: "Take one step",
  lossMoved: (before: string, after: string) => `Loss ${before} → ${after}`,
  promised: "promised",
  actual: "actual",
  edited: "You are looking at a changed network.",

  panelLabel: "Where a number comes from",
  sheetMore: "▲ more",
  sheetLess: "▼ less",
  panelEmpty: "Where does a number come from?",
  panelHint: "Point at any number, tap it, or reach it with Tab and the arrow keys.",
  whereFrom: (value: string) => `Where does ${value} come from?`,
  formula: "The formula, first with names, then with numbers",
  weightNow: (value: string) => `Now ${value}`,
  weightStart: (value: string) => `; at the start of training ${value}`,
  weightGradient: (value: string) => `; ∂loss/∂w for this digit ${value}`,
  weightPath: (steps: number, from: string, to: string) => `from ${from} to ${to} in ${many(steps, "step")}`,
  then: "Then",
  lookThere: "look there",
  feeds: (count: number, title: string) => `Goes on to ${many(count, "number")} of ${title}.`,
  followBack: "◀ strongest input",
  followOn: "where it goes ▶",
  slide: "Watch it slide",
  pauseSlide: "Pause",
  switchOffMap: (unit: number) => `Switch map ${unit} off`,
  switchOffUnit: (unit: number) => `Switch unit ${unit} off`,
  copy: "Copy",
  copied: "Copied.",
  clipboardRefused: "The browser does not allow it.",
  asTable: "As table",
  noTable: "There is no table of this.",
  tileTable: (title: string, tile: number) => `${title}, channel ${tile}`,
  moreInk: "What more ink would do to it.",

  curve: "The activation's curve, with this number on it",
  oneOf: (count: number) => `one of ${count}`,
  channel: "channel",
  channelSum: (channel: number, sum: string) => `${channel}: adds ${sum}`,
  pixels: (count: number) => `${count} pixels`,
  values: (count: number) => `${count} values`,
  blames: (count: number) => many(count, "gradient"),
  timesKernel: "× kernel",
  products: (count: number, sum: string) => `= ${many(count, "product")}, sum ${sum}`,
  yourInk: "your ink",
  inputs: (count: number) => many(count, "input"),
  timesWeights: "× weights",
  weightsTimesInk: "= weights × ink",
  productsOnly: "= products",
  largestTerms: "What weighs most",
  from: "from",
  value: "value",
  blameShort: "δ",
  timesWeight: "× weight",
  product: "product",
  others: (count: number) => `and ${many(count, "other")}`,
} as const;
