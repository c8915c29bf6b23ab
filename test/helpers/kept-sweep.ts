import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CurveInput } from '../../src/analysis/points.js';

interface KeptSweep {
  readonly models: readonly {
    readonly family: string;
    readonly name: string;
    readonly nParams: number;
    readonly nParamsNonEmbedding: number;
    readonly trainingTokens: number;
    readonly seed: number;
  }[];
  readonly tasks: readonly {
    readonly name: string;
    readonly shots: number;
    readonly n: number;
    readonly metrics: readonly {
      readonly name: string;
      readonly higherIsBetter: boolean;
      readonly chance: number | null;
      readonly values: readonly (readonly [value: number, stderr: number | null] | null)[];
    }[];
  }[];
}

/** The curves of the shipped family over its tasks as a sweep measured them (bench/report/keep-summary.mjs), without samples. */
export function keptSweepCurves(): CurveInput[] {
  const file = join(import.meta.dirname, '../fixtures/report/snowflake.json');
  const { models, tasks } = JSON.parse(readFileSync(file, 'utf8')) as KeptSweep;
  return tasks.flatMap(({ name: task, shots, n, metrics }) =>
    metrics.map(({ name: metric, higherIsBetter, chance, values }) => ({
      family: models[0]?.family ?? '',
      task,
      shots,
      metric,
      axis: 'parameters' as const,
      higherIsBetter,
      points: models.flatMap(({ name: scale, nParams, nParamsNonEmbedding, trainingTokens, seed }, i) => {
        const found = values[i] ?? null;
        if (found === null) return [];
        const [value, stderr] = found;
        return [{ scale, nParams, nParamsNonEmbedding, trainingTokens, seed, value, stderr, n, chance }];
      }),
    })),
  );
}
