// Fails the build when the page grows beyond what a slow machine opens at once. Sizes in kilobytes of 1,000 bytes.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_LOAD = { aim: 60, limit: 80 };
const EVERYTHING = { aim: 100, limit: 150 };
const RAW = { aim: 400, limit: 400 };

const folder = new URL("../src/glassnet/web/assets/", import.meta.url);
const files = readdirSync(folder).map((name) => {
  const bytes = readFileSync(new URL(name, folder));
  return { name, raw: bytes.length / 1000, gz: gzipSync(bytes, { level: 9 }).length / 1000 };
});
const sum = (chosen, size) => chosen.reduce((total, file) => total + file[size], 0);
const later = /^(train|chart|data|share)\./; // fetched when their view or dialog opens

let broken = false;
const hold = (what, size, { aim, limit }) => {
  const verdict = size > limit ? `over the limit of ${limit}` : size > aim ? `over the aim of ${aim}` : `of ${aim}`;
  broken ||= size > limit;
  console.log(`${what}: ${size.toFixed(1)} kB, ${verdict}`);
};
for (const { name, raw, gz } of files) console.log(`  ${name}: ${raw.toFixed(1)} kB, ${gz.toFixed(1)} kB gzipped`);
hold("first load, gzipped", sum(files.filter(({ name }) => !later.test(name)), "gz"), FIRST_LOAD);
hold("everything, gzipped", sum(files, "gz"), EVERYTHING);
hold("everything, raw", sum(files, "raw"), RAW);
if (broken) process.exit(1);
