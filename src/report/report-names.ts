import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { shortenerOf } from './short-names.js';

/** The words that a report uses for tasks and scales: without what all of them begin with. */
export interface ReportNames {
  /** A curve's task, with its shots where it has some, and its family where there are several. */
  readonly task: (curve: Pick<CurveAnalysis, 'family' | 'task' | 'shots'>) => string;
  readonly scale: (name: string) => string;
}

/** Short names for all tasks and scales of these curves. */
export function namesOf(curves: readonly CurveAnalysis[]): ReportNames {
  const tasks = shortenerOf([...new Set(curves.map(({ task }) => task))]);
  const families = shortenerOf([...new Set(curves.map(({ family }) => family))]);
  const isOneFamily = new Set(curves.map(({ family }) => family)).size <= 1;
  const severalShots = new Set(curves.map(({ task, shots }) => `${task} ${shots}`)).size;
  const showsShots = severalShots > new Set(curves.map(({ task }) => task)).size;
  const scales = [...new Set(curves.flatMap(({ evidence }) => evidence.scales.map(({ scale }) => scale)))];
  return {
    task: ({ family, task, shots }) =>
      [
        tasks(task),
        shots > 0 || showsShots ? ` ${shots}-shot` : '',
        isOneFamily ? '' : ` (${families(family)})`,
      ].join(''),
    scale: shortenerOf(scales),
  };
}

/** The anchor of a curve's own section, and the name of its chart. */
export function anchorOf({ family, task, shots }: Pick<CurveAnalysis, 'family' | 'task' | 'shots'>): string {
  return `task-${[family, task, shots].join('-').replaceAll(/[^A-Za-z0-9_-]+/g, '-')}`;
}
