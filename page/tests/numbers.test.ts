import assert from "node:assert/strict";
import { test } from "node:test";

import { added, percent, sentence, short, signed, thousands, written } from "../src/numbers";

test("written as Python writes them", () => {
  const numbers = [-0.6137, 2.4, 2.4013, 12345, 0.0000124, 0, 1, -Infinity, 784];
  const texts = ["−0.614", "2.4", "2.40", "12,300", "1.24·10⁻⁵", "0", "1", "−∞", "784"];
  assert.deepEqual(numbers.map(written), texts);
  assert.equal(written(Number.NaN), "not a number");
  assert.equal(added(-0.61), " − 0.61");
});

test("small cells drop the leading nought", () => {
  assert.deepEqual([0.973, -0.13, 0, 1.25, -12.3, 140].map(short), [".97", "−.13", "0", "1.3", "−12.3", "140"]);
});

test("percent keeps what matters and never rounds to certainty", () => {
  assert.deepEqual([0.97, 0.029, 0.0004, 1, 0.9996, 0.00001, 0].map(percent), ["97", "2.9", "0.04", "100", "99.9", "< 0.01", "0"]);
});

test("what is told of an error becomes a sentence", () => {
  assert.equal(sentence("there is no run 'x' here"), "There is no run 'x' here.");
  assert.equal(sentence("broken.csv, line 1: nothing"), "broken.csv, line 1: nothing.");
  assert.equal(sentence("Try again!"), "Try again!");
  assert.equal(sentence("cut short (too small)"), "Cut short (too small).");
  assert.equal(sentence("It is (quite) so (or not?)"), "It is (quite) so (or not?)");
  assert.equal(sentence(""), "");
});

test("fixed decimals and thousands", () => {
  assert.equal(signed(-0.001, 2), "0.00");
  assert.equal(signed(-1234.5, 1), "−1,234.5");
  assert.equal(thousands(215370), "215,370");
});
