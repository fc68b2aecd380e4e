import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { PALETTES, parseHex, signedIndex, STEPS, tables, textOn, toOklab, type RGB, type Theme } from "../src/colour";

const rgb = (pixel: number): RGB => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];

for (const theme of ["light", "dark"] as Theme[]) {
  const { signed, ink, paper } = tables(theme);

  test(`${theme}: zero is paper, the ends are the tokens`, () => {
    assert.equal(signed[STEPS], paper);
    assert.deepEqual(rgb(signed[2 * STEPS]!), parseHex(PALETTES[theme].positive));
    assert.deepEqual(rgb(signed[0]!), parseHex(PALETTES[theme].negative));
    assert.deepEqual(rgb(ink[STEPS]!), parseHex(PALETTES[theme].text));
  });

  test(`${theme}: lightness goes one way on each side, and both sides weigh alike`, () => {
    const towards = theme === "light" ? -1 : 1;
    for (let step = 1; step <= STEPS; step++) {
      for (const side of [-1, 1]) {
        const here = toOklab(rgb(signed[STEPS + side * step]!))[0];
        const before = toOklab(rgb(signed[STEPS + side * (step - 1)]!))[0];
        assert.ok(towards * (here - before) > -0.004, `step ${side * step}`); // up to rounding
      }
    }
    const [positive, negative] = [signed[2 * STEPS]!, signed[0]!].map((pixel) => toOklab(rgb(pixel))[0]);
    assert.ok(Math.abs(positive! - negative!) < 0.05);
  });

  test(`${theme}: a number on any colour can be read`, () => {
    const luminance = (colour: RGB) => {
      const [r, g, b] = colour.map((level) => (level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    for (const pixel of [...signed, ...ink]) {
      const [light, dark] = textOn(pixel) === "#000" ? [luminance(rgb(pixel)), 0] : [1, luminance(rgb(pixel))];
      assert.ok((light + 0.05) / (dark + 0.05) >= 4.5);
    }
  });

  test(`${theme}: the style sheet has the same colours`, () => {
    const sheet = readFileSync("src/styles/tokens.css", "utf8").toLowerCase();
    const block = theme === "light" ? sheet.slice(0, sheet.indexOf("dark")) : sheet.slice(sheet.indexOf("dark"));
    for (const [token, value] of Object.entries(PALETTES[theme])) {
      assert.ok(block.includes(`--${token}: ${value};`), `--${token}: ${value}`);
    }
  });
}

test("values beyond the scale take its end, and what is no number is paper", () => {
  assert.equal(signedIndex(7, 2), 2 * STEPS);
  assert.equal(signedIndex(-7, 2), 0);
  assert.equal(signedIndex(0, 0), STEPS);
  assert.equal(signedIndex(Number.NaN, 1), STEPS);
});
