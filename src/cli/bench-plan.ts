import { join } from 'node:path';
import { buildFamily } from '../builder/build-family.js';
import { BUILD_PRECISIONS, type GraphStyle } from '../builder/decoder-build.js';
import { DEFAULT_VOCABULARY, type Architecture } from '../builder/dimensions.js';
import { parseScales } from '../builder/scale-label.js';
import { onnxFileName } from '../builder/write-onnx.js';
import type { BenchModel, BenchPoint } from '../bench/bench-point.js';
import { parseSizes, type BenchTest } from '../bench/bench-test.js';
import { describeModel } from '../bench/describe-model.js';
import { defaultThreads, planBench } from '../bench/plan-bench.js';
import { loadFamily } from '../catalog/load-family.js';
import { PRECISIONS, type Model, type Precision } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { existsSync } from 'node:fs';

/** The flags of `bench` that say what is measured. */
export interface PlanFlags {
  readonly model?: readonly string[];
  readonly params?: string;
  readonly arch: Architecture;
  readonly modelsDir: string;
  readonly precision?: string;
  readonly style: GraphStyle | 'auto';
  readonly prompt: string;
  readonly gen: string;
  readonly pg?: readonly string[];
  readonly depth: string;
  readonly score?: readonly string[];
  readonly server?: readonly string[];
  readonly tokenize?: string;
  readonly load?: boolean;
  readonly batch: string;
  readonly concurrency: string;
  readonly threads?: string;
  readonly device: string;
}

/** The points that the flags ask for; makes synthetic models that are not there yet. Throws SweepError. */
export async function planOfFlags(flags: PlanFlags, tell: (text: string) => void): Promise<BenchPoint[]> {
  const tests = testsOf(flags);
  if (tests.length === 0) {
    throw new SweepError(
      'NO_TEST',
      'Expected something to measure, got none; ask for -p 512, -n 128, --pg, --score, --tokenize or --load.',
    );
  }
  const synthetic = flags.params === undefined ? [] : await syntheticModels(flags, flags.params, tell);
  const families = await Promise.all((flags.model ?? []).map(loadFamily));
  const given = families
    .flatMap(({ models }) => models)
    .flatMap((model) => variantsOf(model, flags.precision));
  if (synthetic.length + given.length === 0) {
    throw new SweepError(
      'NO_MODEL',
      'Expected --model DIR or --params 10m,100m to say what to measure, got neither.',
    );
  }
  return planBench({
    models: [...synthetic, ...given],
    devices: flags.device.split(',').map((name) => name.trim()),
    threads: flags.threads === undefined ? [defaultThreads()] : parseSizes('--threads', flags.threads),
    batches: parseSizes('--batch', flags.batch),
    concurrencies: parseSizes('--concurrency', flags.concurrency),
    tests,
  });
}

async function syntheticModels(
  flags: PlanFlags,
  params: string,
  tell: (text: string) => void,
): Promise<BenchModel[]> {
  const { arch: architecture, style } = flags;
  const vocabulary = DEFAULT_VOCABULARY[architecture];
  const models: BenchModel[] = [];
  const directory = join(flags.modelsDir, `${architecture}-${style}`);
  for (const scale of parseScales(params)) {
    const name = `${architecture}-${scale.label}`;
    const target = join(directory, name);
    const precisions = precisionsOf(flags.precision ?? 'fp32').map((wanted) => {
      const precision = BUILD_PRECISIONS.find((known) => known === wanted);
      if (precision !== undefined) return precision;
      throw new SweepError(
        'UNKNOWN_PRECISION',
        `Expected --precision among ${BUILD_PRECISIONS.join(', ')} for synthetic models, got ${wanted}.`,
      );
    });
    const missing = precisions.filter((precision) => !existsSync(join(target, onnxFileName(precision))));
    const family = {
      architecture,
      scales: [scale],
      precisions: missing,
      style,
      vocabulary,
      context: 2048,
      seed: 0,
    };
    if (missing.length > 0)
      for await (const { file } of buildFamily(directory, family)) tell(`wrote ${file}`);
    const { models: scales } = await loadFamily(directory);
    const model = scales.find((entry) => entry.name === name);
    if (model !== undefined) models.push(...precisions.map((precision) => describeModel(model, precision)));
  }
  return models;
}

/** The asked precisions of a model; without any, the first that it has. */
function variantsOf(model: Model, precision: string | undefined): BenchModel[] {
  const present = PRECISIONS.filter((name) => model.files[name] !== undefined);
  const wanted = precision === undefined ? present.slice(0, 1) : precisionsOf(precision);
  return wanted.map((name) => describeModel(model, name));
}

function precisionsOf(text: string): Precision[] {
  return text.split(',').map((part) => {
    const found = PRECISIONS.find((name) => name === part.trim());
    if (found !== undefined) return found;
    throw new SweepError(
      'UNKNOWN_PRECISION',
      `Expected --precision among ${PRECISIONS.join(', ')}, got ${JSON.stringify(part)}.`,
    );
  });
}

function testsOf(flags: PlanFlags): BenchTest[] {
  const lists = (texts: readonly string[] | undefined, flag: string, length: number): number[][] =>
    (texts ?? []).map((text) => numbersOf(flag, text, length));
  const depths = flags.depth.trim() === '0' ? [1] : parseSizes('--depth', flags.depth);
  const tests: BenchTest[] = [
    ...sizesOrNone('--prompt', flags.prompt).map((prompt) => ({ kind: 'prompt', prompt }) as const),
    ...sizesOrNone('--gen', flags.gen).flatMap((generate) =>
      depths.map((depth) => ({ kind: 'generate', generate, depth }) as const),
    ),
    ...lists(flags.pg, '--pg', 2).map(
      ([prompt = 1, generate = 2]) => ({ kind: 'both', prompt, generate }) as const,
    ),
    ...lists(flags.score, '--score', 3).map(
      ([prefix = 1, choices = 1, continuation = 1]) =>
        ({ kind: 'score', prefix, choices, continuation }) as const,
    ),
    ...lists(flags.server, '--server', 4).map(
      ([prompt = 1, generate = 1, load = 0.5, boundMs = 1]) =>
        ({ kind: 'server', prompt, generate, load, boundMs }) as const,
    ),
  ];
  if (flags.tokenize !== undefined) {
    tests.push(
      ...parseSizes('--tokenize', flags.tokenize).map((bytes) => ({ kind: 'tokenize', bytes }) as const),
    );
  }
  return flags.load === true ? [...tests, { kind: 'load' }] : tests;
}

function sizesOrNone(flag: string, text: string): number[] {
  return text.trim() === '0' ? [] : parseSizes(flag, text);
}

function numbersOf(flag: string, text: string, length: number): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.length === length && numbers.every((number) => number > 0)) return numbers;
  throw new SweepError(
    'FLAG',
    `Expected ${length} numbers above 0 with commas in ${flag}, got ${JSON.stringify(text)}.`,
  );
}
