import { compareRuns, type ComparedRun, type RunComparison } from '../analysis/compare-runs.js';
import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import type { CurveInput } from '../analysis/points.js';
import type { CompletedTrial } from '../domain/summary.js';
import { precisionSection } from '../report/precision-section.js';
import { provenanceRows } from '../report/provenance.js';
import type { ReportData } from '../report/report-data.js';
import { namesOf } from '../report/report-names.js';
import { reportOfCurves } from '../report/report-of-curves.js';
import { SWEEP_DEFAULTS } from '../spec/sweep.js';
import { comparedRun } from './compared-run.js';
import { flipExamples } from './flip-examples.js';
import type { SweepWorkload } from './prepare-sweep.js';
import type { Run } from './read-run.js';
import type { RunHeader } from './run-file.js';

/** What a run's page tells, from its header, its trials and the analysis of its curves. */
export function reportDataOf(
  run: Run,
  inputs: readonly CurveInput[],
  curves: readonly CurveAnalysis[],
): ReportData {
  const data = reportOfCurves(titleOf(run.header), { inputs, curves }, run.trials);
  const precision = precisionSection(comparePrecisions(run), completedOf(run), namesOf(curves));
  return {
    ...data,
    sections: [...data.sections, ...(precision === null ? [] : [precision])],
    startedAt: run.header.startedAt,
    provenance: provenanceOf(run.header),
    unfinished: run.unfinished.length,
  };
}

/** The same with examples of samples that flip; `workloads` are read again where they are null. */
export async function fullReportOf(
  run: Run,
  { inputs, curves }: { inputs: readonly CurveInput[]; curves: readonly CurveAnalysis[] },
  workloads: readonly SweepWorkload[] | null,
): Promise<ReportData> {
  const data = reportDataOf(run, inputs, curves);
  const flips = data.findings?.flips ?? [];
  return { ...data, examples: await flipExamples(run, { inputs, flips }, workloads) };
}

const completedOf = ({ trials }: Run): CompletedTrial[] =>
  trials.filter((trial): trial is CompletedTrial => trial.state === 'completed');

/** Every other precision of a run against its first one. */
function comparePrecisions(run: Run): RunComparison[] {
  const precisions = [...new Set(completedOf(run).map(({ precision }) => precision))];
  const first = precisions.includes('fp32') ? 'fp32' : precisions[0];
  const at = (precision: string | undefined): ComparedRun => ({
    ...comparedRun(run),
    trials: run.trials.filter((trial) => trial.precision === precision),
  });
  return precisions.filter((name) => name !== first).map((name) => compareRuns(at(first), at(name)));
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
