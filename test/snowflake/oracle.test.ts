import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.js';

/**
 * Two scales of the shipped family against the real lm-eval over PyTorch with the same weights, the same task files and
 * the same data. The goldens are made by test/oracles/family_goldens.py.
 */
const GOLDENS = resolve(import.meta.dirname, '../fixtures/family');
const FAMILY = resolve(import.meta.dirname, '../../models/snowflake');

/** Nats a request; float32 sums in another order differ by about a hundredth of that. */
const LOGLIKELIHOOD_TOLERANCE = 1e-3;

type Answer = readonly [loglikelihood: number, isGreedy: boolean] | number | string;

interface GoldenSample {
  readonly doc_id: number;
  readonly resps: readonly (readonly Answer[])[];
  readonly filtered_resps: readonly string[];
  readonly doc_hash: string;
  readonly prompt_hash: string;
  readonly target_hash: string;
}

interface GoldenTask {
  readonly file: string;
  readonly row: Readonly<Record<string, number | string>>;
  readonly samples: readonly GoldenSample[];
}

interface Golden {
  readonly model: string;
  readonly tasks: Readonly<Record<string, GoldenTask>>;
}

const goldens = readdirSync(GOLDENS)
  .filter((name) => name.endsWith('.json.gz'))
  .map((name) => JSON.parse(gunzipSync(readFileSync(join(GOLDENS, name))).toString()) as Golden);

interface OwnSample extends Omit<GoldenSample, 'resps'> {
  /** As lm-eval logs them: loglikelihoods and flags as text. */
  readonly resps: readonly (readonly (readonly [string, string] | string)[])[];
}

describe.each(goldens)('$model', ({ model, tasks }) => {
  const out = join(mkdtempSync(join(tmpdir(), 'family-oracle-')), 'run');
  const folder = join(out, 'results', model);
  beforeAll(async () => {
    const files = Object.values(tasks).flatMap(({ file }) => ['--task', join(FAMILY, 'tasks', file)]);
    const { code, stderr } = await runCli([
      'run',
      '--family',
      join(FAMILY, model),
      ...files,
      '--device',
      'cpu',
      '--log-samples',
      '--out',
      out,
    ]);
    expect(code, stderr).toBe(0);
  }, 120_000);

  const fileOf = (prefix: string): string =>
    readFileSync(join(folder, readdirSync(folder).find((name) => name.startsWith(prefix)) ?? prefix), 'utf8');
  const samplesOf = (task: string): OwnSample[] =>
    fileOf(`samples_${task}_2`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as OwnSample);

  test.each(Object.entries(tasks))('%s: prompts and answers are those of PyTorch', (task, golden) => {
    const own = samplesOf(task);
    expect(own).toHaveLength(golden.samples.length);
    golden.samples.forEach((expected, index) => {
      const sample = own[index];
      expect([sample?.doc_hash, sample?.prompt_hash, sample?.target_hash]).toEqual([
        expected.doc_hash,
        expected.prompt_hash,
        expected.target_hash,
      ]);
      expectSameAnswers(sample?.resps.flat() ?? [], expected.resps.flat());
    });
  });

  test.each(Object.entries(tasks))("%s: metrics are lm-eval's", (task, { row }) => {
    const { results } = JSON.parse(fileOf('results_')) as { results: Record<string, GoldenTask['row']> };
    for (const [key, value] of Object.entries(row)) {
      if (typeof value !== 'number' || key.startsWith('perplexity_stderr')) continue; // bootstraps of other lengths
      expect(Number(results[task]?.[key]), key).toSatisfy(
        (own: number) => Math.abs(own - value) <= 1e-4 * Math.max(1, Math.abs(value)),
      );
    }
  });
});

function expectSameAnswers(
  own: readonly (readonly [string, string] | string)[],
  expected: readonly Answer[],
): void {
  expect(own).toHaveLength(expected.length);
  expected.forEach((answer, index) => {
    const mine = own[index];
    if (typeof answer === 'string') {
      expect(mine).toBe(answer);
    } else if (typeof answer === 'number') {
      expect(Math.abs(Number(mine) - answer)).toBeLessThanOrEqual(LOGLIKELIHOOD_TOLERANCE);
    } else {
      expect(Math.abs(Number(mine?.[0]) - answer[0])).toBeLessThanOrEqual(LOGLIKELIHOOD_TOLERANCE);
      expect(String(mine?.[1]).toLowerCase()).toBe(String(answer[1]));
    }
  });
}

test('two scales at least are held to the oracle, on three tasks at least', () => {
  expect(goldens.length).toBeGreaterThanOrEqual(2);
  for (const { tasks } of goldens) expect(Object.keys(tasks).length).toBeGreaterThanOrEqual(3);
});
