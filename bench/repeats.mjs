import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { readBenchFile } from '../dist/bench/bench-file.js';
import { compareBench, noiseFloorOf } from '../dist/bench/compare-bench.js';

// One bench again and again on an unchanged machine: how often does a comparison of two of them see a difference?
// usage: repeats.mjs COUNT DIRECTORY [flags of scalesweep bench]
// Benches that DIRECTORY holds already are kept, so that a long series can be measured in parts.

const [count, directory, ...flags] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const cli = new URL('../dist/cli/main.js', import.meta.url).pathname;
const files = Array.from({ length: Number(count) }, (_, index) => join(directory, `${index}.jsonl`));
for (const file of files.filter((name) => !existsSync(name))) {
  execFileSync(process.execPath, [cli, 'bench', '--no-roof', ...flags, '--out', file], { stdio: 'ignore' });
}
const runs = files.map(readBenchFile);
// Odd runs make the floor, even ones are compared with it.
const [even, odd] = [0, 1].map((rest) => runs.filter((_, index) => index % 2 === rest));
report('floor of 2%, all pairs', runs, 0.02);
report('floor from the odd runs, pairs of even runs', even, noiseFloorOf(odd));
report('floor from all runs, all pairs', runs, noiseFloorOf(runs));
const invalid = runs.flat().filter((row) => row.validity !== 'VALID').length;
console.log(`${runs.flat().length} rows, ${invalid} INVALID; load average ${loadavg()[0].toFixed(2)}`);

function report(title, benches, floor) {
  const differences = benches
    .flatMap((before, index) =>
      benches.slice(index + 1).flatMap((after) => compareBench(before, after, floor).differences),
    )
    .filter(({ verdict }) => verdict !== 'not comparable');
  const found = differences.filter(({ verdict }) => verdict !== 'no difference').length;
  const share = ((100 * found) / differences.length).toFixed(1);
  console.log(
    `${title} (${(100 * floor).toFixed(1)}%): ${found} of ${differences.length} differ (${share}%)`,
  );
}
