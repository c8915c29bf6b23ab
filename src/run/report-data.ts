import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import type { CurveInput } from '../analysis/points.js';
import { provenanceRows } from '../report/provenance.js';
import type { ReportData } from '../report/report-data.js';
import { reportOfCurves } from '../report/report-of-curves.js';
import { SWEEP_DEFAULTS } from '../spec/sweep.js';
import type { Run } from './read-run.js';
import type { RunHeader } from './run-file.js';

/** What a run's page tells, from its header, its trials and the analysis of its curves. */
export function reportDataOf(
  run: Run,
  inputs: readonly CurveInput[],
  curves: readonly CurveAnalysis[],
): ReportData {
  return {
    ...reportOfCurves(titleOf(run.header), { inputs, curves }, run.trials),
    startedAt: run.header.startedAt,
    provenance: provenanceOf(run.header),
    unfinished: run.unfinished.length,
  };
}

/** The name of the run, or of its families where it was given none. */
function titleOf({ name, models }: RunHeader): string {
  const families = [...new Set(models.map(({ family }) => family))].join(' and ');
  return name === SWEEP_DEFAULTS.name && families !== '' ? families : name;
}

function provenanceOf(runHeader: RunHeader): [string, string][] {
  const { trials: _trials, skipped: _skipped, models, tasks, ...header } = runHeader;
  return [
    ...provenanceRows({ ...header }),
    ...models.map(({ family, name, digests: files }): [string, string] => [
      `model ${family}/${name}`,
      Object.entries(files)
        .map(([precision, digest]) => `${precision} ${digest.slice(0, 16)}`)
        .join(', '),
    ]),
    ...tasks.map(({ name, version, shots, digest }): [string, string] => [
      `task ${name} (${shots} shots)`,
      `version ${version}, ${digest.slice(0, 16)}`,
    ]),
  ];
}
