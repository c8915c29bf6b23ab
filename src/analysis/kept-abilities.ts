import { SweepError } from '../errors.js';
import type { CurveAnalysis } from './curve-analysis.js';
import { keptBy, type KeepOptions, type Kept } from './keep.js';
import type { CurveInput } from './points.js';
import { scaleCurve } from './scales.js';

/**
 * For every task, by the metric it is judged by: the smallest model that keeps the reference's ability.
 * Throws SweepError where no curve has a scale of the reference's name.
 */
export function keptAbilities(
  inputs: readonly CurveInput[],
  curves: readonly CurveAnalysis[],
  options: Omit<KeepOptions, 'class'>,
): Kept[] {
  const seen = new Set<string>();
  const kept = inputs.flatMap((input, i) => {
    const key = JSON.stringify([input.family, input.task, input.shots]);
    if (seen.has(key) || input.points.length === 0) return [];
    seen.add(key);
    const found = keptBy(scaleCurve(input), { ...options, class: curves[i]?.class ?? 'undecided' });
    return found === null ? [] : [found];
  });
  if (kept.length > 0 || options.reference === null) return kept;
  const names = [...new Set(inputs.flatMap(({ points }) => points.map(({ scale }) => scale)))];
  throw new SweepError(
    'UNKNOWN_SCALE',
    `Expected a scale named ${options.reference} as the reference, the scales are ${names.join(', ')}`,
  );
}
