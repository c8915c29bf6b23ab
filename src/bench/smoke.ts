import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel } from '../builder/build-model.js';
import { loadFamily } from '../catalog/load-family.js';
import type { BenchPoint } from './bench-point.js';
import type { BenchRow } from './bench-row.js';
import type { BenchTest } from './bench-test.js';
import { describeModel } from './describe-model.js';

const TESTS: readonly BenchTest[] = [
  { kind: 'prompt', prompt: 32 },
  { kind: 'generate', generate: 8, depth: 1 },
  { kind: 'generate', generate: 4, depth: 16 },
  { kind: 'both', prompt: 16, generate: 8 },
  { kind: 'score', prefix: 16, choices: 4, continuation: 4 },
  { kind: 'tokenize', bytes: 2048 },
  { kind: 'load' },
];
const DIMENSIONS = { hidden: 64, layers: 2, heads: 4, kvHeads: 2, intermediate: 128, after: null };
const VARIANTS = [
  ['portable', 'fp32'],
  ['fused', 'fp32'],
  ['fused', 'q4'],
] as const;

/** Points of a smoke test: one tiny model in both graph styles and at two precisions, every kind of test but the server, on the CPU. */
export async function smokePoints(): Promise<BenchPoint[]> {
  const directory = await mkdtemp(join(tmpdir(), 'scalesweep-smoke-'));
  const points: BenchPoint[] = [];
  for (const [style, precision] of VARIANTS) {
    const size = { dimensions: DIMENSIONS, vocabulary: 512, context: 128, seed: 0 };
    const target = join(directory, `${style}-${precision}`);
    await buildModel(target, { architecture: 'llama', ...size, precision, style });
    const model = (await loadFamily(target)).models[0];
    if (model === undefined) continue;
    const described = describeModel(model, precision);
    const fixed = { model: described, device: 'cpu', threads: 2, batch: 2, concurrency: 1 };
    points.push(
      ...TESTS.map((test) => ({ ...fixed, ...(test.kind === 'tokenize' ? { batch: 1 } : {}), test })),
    );
  }
  return points;
}

/** The points of a smoke test as a table without figures. */
export function renderSmoke(rows: readonly BenchRow[]): string {
  const lines = rows.map((row) => {
    const problems = problemsOf(row);
    const outcome = problems.length === 0 ? 'ran, output repeats' : problems.join('; ');
    const backend = row.status === 'completed' ? row.backend : row.device;
    return `| ${row.model} | ${backend} | ${row.test} | ${outcome} |\n`;
  });
  return `| model | backend | test | outcome |\n| --- | --- | --- | --- |\n${lines.join('')}`;
}

/** What a smoke test found: failures, outputs that vary, styles that disagree, sessions on another device. */
export function judgeSmoke(rows: readonly BenchRow[]): {
  readonly problems: string[];
  readonly text: string;
} {
  const problems = [...rows.flatMap(problemsOf), ...disagreements(rows)];
  const head = problems.length === 0 ? 'Smoke test passed' : `Smoke test FAILED:\n${problems.join('\n')}\n`;
  const what = `${rows.length} points ran, outputs repeat and both graph styles agree`;
  const caution = 'Two repetitions a point support no statement about speed.';
  return { problems, text: problems.length === 0 ? `${head}: ${what}. ${caution}` : head + caution };
}

function problemsOf(row: BenchRow): string[] {
  const what = `${row.model} ${row.test}`;
  if (row.status === 'failed') return [`${what}: ${row.reason}`];
  const varying = row.doubts.filter((doubt) => doubt.includes('another output'));
  const astray = row.backend === 'CPUExecutionProvider' ? [] : [`it ran on ${row.backend}`];
  return [...varying, ...astray].map((problem) => `${what}: ${problem}`);
}

/** The portable and the fused graph have the same weights and inputs, so their outputs must be the same. */
function disagreements(rows: readonly BenchRow[]): string[] {
  const digestOf = (model: string, test: string): string | null => {
    const row = rows.find((entry) => entry.model === model && entry.test === test);
    return row?.status === 'completed' ? row.outputDigest : null;
  };
  const tests = new Set(rows.map(({ test }) => test));
  return [...tests].flatMap((test) => {
    const [portable, fused] = [digestOf('portable-fp32', test), digestOf('fused-fp32', test)];
    return portable === fused ? [] : [`${test}: the portable and the fused graph give other outputs`];
  });
}
