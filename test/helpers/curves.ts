import type { CurveInput, CurvePoint } from '../../src/analysis/points.js';

/** A curve over scales a decade apart (or at `nParams`), from values alone. */
export function curveOf(
  values: readonly (number | readonly number[])[],
  options: Partial<CurveInput> & {
    n?: number | null;
    chance?: number | null;
    nParams?: readonly number[];
    stderr?: number;
  } = {},
): CurveInput {
  const { n = 500, chance = 0, nParams, stderr, ...rest } = options;
  const points = values.flatMap((value, i) => {
    const seeds = typeof value === 'number' ? [value] : value;
    const at = nParams?.[i] ?? 1000 * 10 ** (i / 2);
    return seeds.map((seedValue, seed): CurvePoint => ({
      scale: `s${i}`,
      nParams: at,
      trainingTokens: null,
      seed,
      value: seedValue,
      stderr: stderr ?? null,
      n,
      chance,
    }));
  });
  return {
    family: 'f',
    task: 't',
    shots: 0,
    metric: 'acc',
    axis: 'parameters',
    higherIsBetter: true,
    points,
    ...rest,
  };
}
