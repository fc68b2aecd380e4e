import assert from "node:assert/strict";
import { test } from "node:test";

import { PROPERTIES, readFragment, writeFragment, type Snapshot } from "../src/state";

const START = readFragment("");

/** A value for every property that is not its start. */
const OTHER: Snapshot = {
  view: "data",
  mode: "gradients",
  model: "run:2026-11-20-quick@150",
  ink: [[1, 2, 3, 4], [250, 0]],
  pen: 26,
  example: "mnist-test:247",
  form: "drawn",
  pin: [-1, 14, 17, 0],
  weight: [0, 2, 2, 0, 1],
  open: [2, 5],
  signs: true,
  target: 9,
  rate: 0.3,
  recipe: "one-hidden-layer",
  data: "strokes:2000",
  seed: 7,
  epochs: 3,
  run: "2026-11-20-quick",
  step: 0,
  other: "2026-11-20-quick-2",
  tab: "mine",
  set: "mnist-test",
  label: 4,
  readAs: 9,
  order: "unsure",
  page: 3,
  big: true,
  theme: "dark",
  hide: ["train", "share"],
  lesson: "one-neuron",
  card: 2,
};

test("a page at its start has an empty link", () => {
  assert.equal(writeFragment(START), "");
});

test("every property survives the way through a link, alone and together", () => {
  for (const name of Object.keys(PROPERTIES) as (keyof Snapshot)[]) {
    const one = { ...START, [name]: OTHER[name] };
    assert.notDeepEqual(OTHER[name], START[name], `${name} needs a value that is not its start`);
    assert.deepEqual(readFragment(writeFragment(one)), one, name);
  }
  assert.deepEqual(readFragment(writeFragment(OTHER)), OTHER);
});

test("a full link stays short", () => {
  assert.ok(writeFragment(OTHER).length < 400);
});

test("no two properties share a key", () => {
  const keys = Object.values(PROPERTIES).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
});

for (const hostile of [
  "#v=<script>alert(1)</script>",
  "#model=%3Cimg%20src=x%3E",
  "#seed=NaN&step=Infinity&rate=-1&page=1e9",
  "#pin=1.2.x&open=....&cell=-1",
  "#ink=%%%&m=__proto__&__proto__=1&constructor=2",
  "#ink=AAAA",
  `#model=${"x".repeat(1e6)}`,
  `#${"&".repeat(1e6)}`,
  "#=&=&a",
]) {
  test(`a hostile link does nothing: ${hostile.slice(0, 40)}`, () => {
    assert.deepEqual(readFragment(hostile), START);
  });
}

test("unknown keys are ignored, known ones still read", () => {
  assert.equal(readFragment("#future=1&seed=3").seed, 3);
});
