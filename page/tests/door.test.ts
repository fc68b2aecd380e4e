import assert from "node:assert/strict";
import { test } from "node:test";

import { wayIn } from "../src/way_in";

const KEY = "qExSu_Zuj3rtmhcpMoZs9Y0Titst7pvH";
const HERE = { origin: "http://127.0.0.1:7840", hash: "#v=train" };

test("an address of the terminal, or the key alone, leads in, and what was looked at goes along", () => {
  const way = `http://127.0.0.1:7840/?key=${KEY}#v=train`;
  for (const text of [way, `  http://127.0.0.1:7840/?key=${KEY}\n`, `?key=${KEY}`, `key=${KEY}`, KEY]) {
    assert.equal(wayIn(text, HERE), way, text);
  }
  assert.equal(wayIn(`http://localhost:7841/?key=${KEY}`, HERE), `http://localhost:7841/?key=${KEY}#v=train`);
});

test("nothing else leads anywhere", () => {
  const others = ["", "glassnet open", "http://127.0.0.1:7840/", `http://evil.example/?key=${KEY}`, `javascript:alert(1)//${KEY}`];
  for (const text of [...others, `http://127.0.0.1:7840@evil.example/?key=${KEY}`, `${KEY}/../x`]) {
    assert.equal(wayIn(text, HERE), null, text);
  }
});
