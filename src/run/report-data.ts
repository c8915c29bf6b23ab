import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { findingsOf } from '../analysis/findings.js';
import type { CurveInput } from '../analysis/points.js';
import { costsByScale } from '../report/cost-table.js';
import { gainSection } from '../report/gain-section.js';
import { keepSection } from '../report/keep-table.js';
import { provenanceRows } from '../report/provenance.js';
import type { ReportData } from '../report/report-data.js';
import type { Run } from './read-run.js';

/** What a run's page tells, from its header, its trials and the analysis of its curves. */
export function reportDataOf(
  run: Run,
  inputs: readonly CurveInput[],
  curves: readonly CurveAnalysis[],
): ReportData {
  const { trials: _trials, skipped: _skipped, models, tasks, ...header } = run.header;
  const digests = [
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
  const findings = findingsOf(inputs, curves);
  return {
    title: header.name,
    startedAt: header.startedAt,
    curves,
    findings,
    trials: run.trials,
    provenance: [...provenanceRows({ ...header }), ...digests],
    sections: [keepSection(findings.kept, costsByScale(run.trials)), gainSection(findings.gains)].filter(
      (section) => section !== null,
    ),
  };
}
