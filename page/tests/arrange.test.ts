import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, gather, ravel, unravel } from "../src/inside/arrange";

test("channels stand side by side, each a picture of its own", () => {
  const side = arrange([2, 3, 8]);
  assert.deepEqual([side.rows, side.cols], [4, 12]);
  const values = Float32Array.from({ length: 48 }, (_, place) => place);
  const picture = gather(side, values);
  for (const [row, col, channel] of [[0, 0, 0], [1, 2, 3], [0, 1, 4], [1, 2, 7]] as const) {
    const at = (Math.floor(channel / 4) * 2 + row) * 12 + (channel % 4) * 3 + col;
    assert.equal(picture[at], ravel([row, col, channel], [2, 3, 8]));
  }
});

test("a list becomes a square, and places that stay empty are nought", () => {
  const side = arrange([7]);
  assert.ok(side.rows * side.cols >= 7);
  assert.deepEqual([...side.from].filter((place) => place >= 0), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual([arrange([64]).rows, arrange([64]).cols], [8, 8]);
});

test("an index and its place in the flat array are two names of the same", () => {
  for (let place = 0; place < 24; place++) assert.equal(ravel(unravel(place, [2, 3, 4]), [2, 3, 4]), place);
});
