import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBenchFile } from '../dist/bench/bench-file.js';
import { compareBench, noiseFloorOf } from '../dist/bench/compare-bench.js';

// usage: repeats.mjs N BENCH_FLAGS...
// Runs one bench N times and compares every pair: how often is a difference found where there is none?
const [count, ...flags] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'repeats-'));
const cli = new URL('../dist/cli/main.js', import.meta.url).pathname;
const runs = Array.from({ length: Number(count) }, (_, index) => {
  const file = join(directory, `${index}.jsonl`);
  execFileSync(process.execPath, [cli, 'bench', '--no-roof', ...flags, '--out', file], { stdio: 'ignore' });
  return readBenchFile(file);
});
// Odd runs make the floor, even ones are compared with it.
const [even, odd] = [0, 1].map((rest) => runs.filter((_, index) => index % 2 === rest));
report('floor of 2%, all pairs', runs, 0.02);
report('floor from the odd runs, pairs of even runs', even, noiseFloorOf(odd));
report('floor from all runs, all pairs', runs, noiseFloorOf(runs));
const invalid = runs.flat().filter((row) => row.validity !== 'VALID').length;
console.log(`${runs.flat().length} rows, ${invalid} INVALID; load average ${loadavg()[0].toFixed(2)}`);

function report(title, benches, floor) {
  const differences = benches.flatMap((before, index) =>
    benches.slice(index + 1).flatMap((after) => compareBench(before, after, floor).differences),
  );
  const found = differences.filter(({ verdict }) => verdict !== 'no difference').length;
  const share = ((100 * found) / differences.length).toFixed(1);
  console.log(
    `${title} (${(100 * floor).toFixed(1)}%): ${found} of ${differences.length} differ (${share}%)`,
  );
}
