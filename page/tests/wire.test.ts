import assert from "node:assert/strict";
import { test } from "node:test";

import { newestWins, parseTensors } from "../src/wire";

function pack(header: object, body: Uint8Array): ArrayBuffer {
  const text = JSON.stringify(header).padEnd(Math.ceil(JSON.stringify(header).length / 8) * 8);
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  bytes.set(body, 8 + text.length);
  return bytes.buffer;
}

test("tensors are read where they lie, with the JSON beside them", () => {
  const floats = new Uint8Array(new Float32Array([1.5, -2]).buffer);
  const buffer = pack(
    {
      __metadata__: { glassnet: '{"answer":4}' },
      "0.dense/value": { dtype: "F32", shape: [2], data_offsets: [0, 8] },
      seen: { dtype: "U8", shape: [1, 3], data_offsets: [8, 11] },
    },
    new Uint8Array([...floats, 7, 8, 9]),
  );
  const { tensors, extras } = parseTensors<{ answer: number }>(buffer);
  assert.equal(extras.answer, 4);
  assert.deepEqual([...tensors["0.dense/value"]!.data], [1.5, -2]);
  assert.deepEqual([...tensors["seen"]!.data], [7, 8, 9]);
  assert.equal(tensors["0.dense/value"]!.data.buffer, buffer);
});

test("while one question is under way only the newest waits", async () => {
  const asked: number[] = [];
  const told: number[] = [];
  const failed: number[] = [];
  let release: (() => void)[] = [];
  const ask = newestWins<number, number>(
    (question) => {
      asked.push(question);
      return new Promise((resolve, reject) => release.push(() => (question === 4 ? reject(new Error()) : resolve(question))));
    },
    (answer) => told.push(answer),
    (_, question) => failed.push(question),
  );
  for (const question of [1, 2, 3, 4]) ask(question);
  release[0]!();
  await new Promise((resolve) => setTimeout(resolve));
  release[1]!();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([asked, told, failed], [[1, 4], [1], [4]]);
});
