import { SweepError } from '../errors.js';
import type { RawScore, RawScores } from './raw-score.js';

/** What a process_results hook returned, checked: numbers, pairs (loglikelihood, weight), or raw scores as they are. */
export function rawScoresOfHook(result: Readonly<Record<string, unknown>>, task: string): RawScores {
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => [name, rawScore(value, name, task)]),
  );
}

function rawScore(value: unknown, name: string, task: string): RawScore {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number') {
    return { kind: 'weighted', loglikelihood: value[0], weight: value[1] };
  }
  if (typeof value === 'object' && value !== null && 'kind' in value) return value as RawScore;
  throw new SweepError(
    'BAD_HOOK',
    `Expected a number for the metric ${name} from process_results of the task ${task}.`,
  );
}
