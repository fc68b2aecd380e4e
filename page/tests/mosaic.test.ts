import assert from "node:assert/strict";
import { test } from "node:test";

import { tables } from "../src/colour";
import { channelLast, fit, hit, move, offset, paint, tileBox, tileFirst, valueBox } from "../src/mosaic";

const ROWS: [tiles: number, rows: number, cols: number, width: number, height: number][] = [
  [8, 28, 28, 640, 250],
  [16, 14, 14, 640, 150],
  [64, 1, 1, 640, 150],
  [10, 1, 1, 300, 40],
  [64, 28, 28, 346, 250],
  [1, 28, 28, 20, 20],
  [800, 28, 28, 640, 150],
];

for (const [tiles, rows, cols, width, height] of ROWS) {
  test(`${tiles} tiles of ${rows} × ${cols} on ${width} × ${height}`, () => {
    const mosaic = fit(tiles, rows, cols, width, height);
    assert.ok(Number.isInteger(mosaic.size) && mosaic.size >= 1);
    assert.ok(mosaic.width <= width || mosaic.across === 1, "never wider than its row");
    assert.ok(mosaic.height <= height || mosaic.size === 1, "never higher than allowed while it can shrink");
    assert.ok(mosaic.across * mosaic.down >= tiles);
    assert.ok((mosaic.down - 1) * mosaic.across < tiles, "no empty line");
    for (const tile of [0, Math.floor(tiles / 2), tiles - 1]) {
      const place = { tile, row: rows - 1, col: Math.floor(cols / 2) };
      const box = valueBox(mosaic, place);
      assert.deepEqual(hit(mosaic, box.x, box.y), place);
      assert.deepEqual(hit(mosaic, box.x + box.width - 0.01, box.y + box.height - 0.01), place);
      const around = tileBox(mosaic, tile);
      assert.ok(around.x + around.width <= mosaic.width && around.y + around.height <= mosaic.height);
    }
  });
}

test("eight maps of 28 × 28 stand in two lines at four pixels a number", () => {
  const { size, across, down } = fit(8, 28, 28, 640, 250);
  assert.deepEqual([size, across, down], [4, 4, 2]);
});

test("a point outside and an empty place hit nothing", () => {
  const mosaic = fit(5, 2, 2, 100, 12, 4);
  assert.equal(hit(mosaic, -1, 0), null);
  assert.equal(hit(mosaic, mosaic.width, 0), null);
  const lines = fit(3, 10, 10, 45, 100, 2);
  assert.deepEqual([lines.across, lines.down], [2, 2]);
  assert.equal(hit(lines, lines.width - 1, lines.height - 1), null);
});

test("keys walk over the borders of tiles and stop at the edges", () => {
  const mosaic = fit(4, 2, 2, 20, 40, 4);
  assert.equal(mosaic.across, 2);
  assert.deepEqual(move(mosaic, { tile: 0, row: 0, col: 1 }, "ArrowRight"), { tile: 1, row: 0, col: 0 });
  assert.deepEqual(move(mosaic, { tile: 0, row: 1, col: 1 }, "ArrowDown"), { tile: 2, row: 0, col: 1 });
  assert.deepEqual(move(mosaic, { tile: 0, row: 0, col: 0 }, "ArrowLeft"), { tile: 0, row: 0, col: 0 });
  assert.deepEqual(move(mosaic, { tile: 3, row: 1, col: 1 }, "PageUp"), { tile: 2, row: 1, col: 1 });
  assert.deepEqual(move(mosaic, { tile: 1, row: 1, col: 1 }, "End"), { tile: 3, row: 1, col: 1 });
  assert.equal(move(mosaic, { tile: 0, row: 0, col: 0 }, "x"), null);
});

test("strides find a number in pictures and in templates", () => {
  const place = { tile: 2, row: 3, col: 4 };
  assert.equal(offset(channelLast(8, 28), place), (3 * 28 + 4) * 8 + 2);
  assert.equal(offset(tileFirst(28, 28), place), 2 * 784 + 3 * 28 + 4);
});

test("every pixel of a number has its colour, gaps have the frame's, empty places are paper", () => {
  const colours = tables("light");
  const mosaic = fit(3, 2, 2, 20, 40, 3);
  const pixels = new Uint32Array(mosaic.width * mosaic.height);
  const values = Float32Array.from({ length: 12 }, (_, index) => (index % 2 ? 1 : -1));
  paint(pixels, mosaic, values, tileFirst(2, 2), 1, colours);
  for (let y = 0; y < mosaic.height; y++) {
    for (let x = 0; x < mosaic.width; x++) {
      const place = hit(mosaic, x, y);
      const box = place && valueBox(mosaic, place);
      const inside = box && x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
      if (!inside) continue;
      const value = values[offset(tileFirst(2, 2), place)]!;
      assert.equal(pixels[y * mosaic.width + x], colours.signed[value > 0 ? 510 : 0]);
    }
  }
  assert.equal(pixels[2 * mosaic.size], colours.frame);
});
