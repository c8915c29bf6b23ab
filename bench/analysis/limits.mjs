// How long and how much memory: 85 tasks over 12 scales with 2,000 resamples, and a table of a million samples.
// usage: node bench/analysis/limits.mjs [samples=1000000]   (after npm run build)
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyzeCurves } from '../../dist/analysis/analyze-curves.js';
import { createRandom } from '../../dist/stats/random.js';

const samples = Number(process.argv[2] ?? 1_000_000);
const SCALES = ['2m', '16m', '53m', '125m', '244m', '422m', '1b', '2b', '4b', '8b', '27b', '128b'];
const SIZES = [2e6, 16e6, 53e6, 125e6, 244e6, 422e6, 1e9, 2e9, 4e9, 8e9, 27e9, 128e9];
const random = createRandom('limits');

/** The chance that task `task` is answered at scale `i`: flat, steady, sudden, or falling. */
function truth(task, i) {
  if (task % 4 === 0) return 0.25;
  if (task % 4 === 1) return 0.25 + 0.05 * i;
  if (task % 4 === 2) return i < 9 ? 0.25 : 0.75;
  return 0.7 - 0.03 * i;
}

function curve(task, n) {
  const points = SCALES.map((scale, i) => {
    const items = Array.from({ length: n }, (_, item) => ({
      item,
      value: random.next() < truth(task, i) ? 1 : 0,
    }));
    const value = items.filter((item) => item.value === 1).length / n;
    return {
      scale,
      nParams: SIZES[i],
      trainingTokens: null,
      seed: null,
      value,
      stderr: null,
      n,
      chance: 0.25,
      items,
    };
  });
  const shared = { family: 'made-up', shots: 0, metric: 'acc', axis: 'parameters', higherIsBetter: true };
  return { ...shared, task: `task ${task}`, points };
}

function timeTasks() {
  const curves = Array.from({ length: 85 }, (_, task) => curve(task, 205));
  const began = performance.now();
  analyzeCurves(curves, { draws: 2000 });
  return (performance.now() - began) / 1000;
}

function writeTable(file) {
  const handle = openSync(file, 'w');
  writeSync(handle, 'family,scale,task,shots,metric,item,cluster,value\n');
  const perPoint = Math.round(samples / 12 / 50);
  for (let task = 0; task < 50; task++) {
    for (const [i, scale] of SCALES.entries()) {
      const rows = Array.from(
        { length: perPoint },
        (_, item) =>
          `made-up,${scale},task ${task},0,acc,question-${item},passage-${item % 300},${random.next() < truth(task, i) ? 1 : 0}`,
      );
      writeSync(handle, `${rows.join('\n')}\n`);
    }
  }
  closeSync(handle);
}

/** Runs a command of the program by itself and gives its seconds and its largest resident memory in MiB. */
function run(...args) {
  const began = performance.now();
  const program = join(import.meta.dirname, '../../dist/cli/main.js');
  const watch = `process.on('exit',()=>process.stderr.write('\\nmaxrss '+process.resourceUsage().maxRSS))`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(watch)}`, program, ...args],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const kilobytes = Number(/maxrss (\d+)/.exec(stderr)?.[1]);
  return { status, seconds: (performance.now() - began) / 1000, mebibytes: kilobytes / 1024 };
}

console.log(`${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}`);
console.log(`85 tasks x 12 scales x 205 items, 2,000 resamples: ${timeTasks().toFixed(1)} s`);
const folder = mkdtempSync(join(tmpdir(), 'limits-'));
try {
  const table = join(folder, 'samples.csv');
  writeTable(table);
  for (const [name, ...args] of [
    ['analyze', 'analyze', table, '--format', 'json'],
    ['report', 'report', table, '-o', join(folder, 'report.html')],
  ]) {
    const { status, seconds, mebibytes } = run(...args);
    console.log(
      `${name} of ${samples.toLocaleString('en-US')} samples: ${seconds.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB at most, exit ${status}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
