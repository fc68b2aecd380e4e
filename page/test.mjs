// Bundles the unit tests for node and runs them with node's own test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const tests = readdirSync("tests").filter((name) => name.endsWith(".test.ts"));
await build({
  entryPoints: tests.map((name) => `tests/${name}`),
  bundle: true,
  platform: "node",
  format: "esm",
  outdir: ".tests",
  outExtension: { ".js": ".mjs" },
  logLevel: "warning",
});
const run = spawnSync(process.execPath, ["--test", ...tests.map((name) => `.tests/${name.replace(/ts$/, "mjs")}`)], {
  stdio: "inherit",
});
process.exit(run.status ?? 1);
