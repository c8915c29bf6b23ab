import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { gainCurves } from '../analysis/gain.js';
import { keptAbilities } from '../analysis/kept-abilities.js';
import type { CurveInput } from '../analysis/points.js';
import { costsByScale } from '../report/cost-table.js';
import { gainSection } from '../report/gain-section.js';
import { keepSection } from '../report/keep-table.js';
import { provenanceRows } from '../report/provenance.js';
import type { ReportData } from '../report/report-data.js';
import type { Run } from './read-run.js';

/** The share of a gain that counts as keeping it, unless somebody asks for another. */
const KEPT_SHARE = 0.9;

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
  return {
    title: header.name,
    startedAt: header.startedAt,
    curves,
    trials: run.trials,
    provenance: [...provenanceRows({ ...header }), ...digests],
    sections: [
      keepSection(
        keptAbilities(inputs, curves, { share: KEPT_SHARE, reference: null }),
        costsByScale(run.trials),
      ),
      gainSection(gainCurves(inputs)),
    ].filter((section) => section !== null),
  };
}
