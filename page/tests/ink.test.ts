import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, encode, simplify } from "../src/ink";

test("a drawing survives its link", () => {
  const strokes = [[0, 0, 255, 255, 3, 9], [17, 4]];
  assert.deepEqual(decode(encode(strokes)), strokes);
});

test("a stroke of many points goes on in pieces that share a point", () => {
  const long = Array.from({ length: 2 * 600 }, (_, index) => index % 256);
  const strokes = decode(encode([long]))!;
  const joined = strokes.flatMap((piece, index) => (index ? piece.slice(2) : piece));
  assert.deepEqual(joined, long);
});

test("a straight line needs two points, a corner three", () => {
  assert.deepEqual(simplify([0, 0, 1, 1, 2, 2, 50, 50]), [0, 0, 50, 50]);
  assert.deepEqual(simplify([0, 0, 20, 0, 40, 0, 40, 20, 40, 40]), [0, 0, 40, 0, 40, 40]);
});

test("no point of the drawing is further than the tolerance from what is left", () => {
  const circle = Array.from({ length: 200 }, (_, index) => [
    Math.round(128 + 90 * Math.cos(index / 30)),
    Math.round(128 + 90 * Math.sin(index / 30)),
  ]).flat();
  const left = simplify(circle);
  assert.ok(left.length < circle.length / 2);
  assert.deepEqual(left.slice(0, 2), circle.slice(0, 2));
  assert.deepEqual(left.slice(-2), circle.slice(-2));
});

for (const text of ["", "!!", "A", "AQI", "CQ", "AQEAAA", "A".repeat(20_000)]) {
  test(`no drawing: ${text.slice(0, 8)}`, () => assert.equal(decode(text), null));
}
