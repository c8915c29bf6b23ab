import { formatCount } from './number-format.js';
import type { ReportData } from './report-data.js';

/** What was run, when and on what, in one line. */
export function subtitleOf({ startedAt, trials, curves }: ReportData): string {
  const sizes = trials.map(({ nParams }) => nParams);
  const count = (values: readonly unknown[]): number => new Set(values).size;
  const several = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return [
    [...new Set(curves.map(({ family }) => family))].join(', '),
    trials.length === 0
      ? ''
      : count(sizes) === 1
        ? `${several(count(trials.map(({ model }) => model)), 'model')} of ${formatCount(Math.min(...sizes))} parameters`
        : `${several(count(sizes), 'scale')} of ${formatCount(Math.min(...sizes))} to ${formatCount(Math.max(...sizes))} parameters`,
    several(count(curves.map(({ task, shots }) => `${task} ${shots}`)), 'task'),
    trials.length === 0 ? '' : several(trials.length, 'trial'),
    [...new Set(trials.map(({ precision, device }) => `${precision} on ${device}`))].join(', '),
    startedAt === null ? '' : `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
  ]
    .filter(Boolean)
    .join(' · ');
}
