import type { LossLawFinding } from '../analysis/laws/loss-laws.js';
import type { TwoStepForecast } from '../analysis/laws/two-step.js';
import type { Estimate } from '../analysis/estimate.js';
import { formatCount, formatSignificant, formatValue } from './number-format.js';
import type { ReportSection } from './report-data.js';
import type { ReportNames } from './report-names.js';

/** Power laws of the losses, and scores forecast by way of them; nothing where no loss was measured at scales enough. */
export function lawSections(
  { lossLaws, twoStep }: { lossLaws: readonly LossLawFinding[]; twoStep: readonly TwoStepForecast[] },
  names: ReportNames,
): ReportSection[] {
  return [
    ...(lossLaws.length === 0 ? [] : [lossSection(lossLaws, names)]),
    ...(twoStep.length === 0 ? [] : [twoStepSection(twoStep, names)]),
  ];
}

function lossSection(laws: readonly LossLawFinding[], names: ReportNames): ReportSection {
  return {
    id: 'laws',
    title: 'Laws of the losses',
    paragraphs: [
      'Each loss as a limit and a power law of scale, fitted by the sum of Huber losses from many starts; 95% intervals in brackets.',
      ...laws.flatMap(({ remarks }) => remarks),
    ],
    header: ['loss', 'models', 'limit', 'exponents', 'compute-optimal', 'median error'],
    numeric: [1],
    rows: laws.map((law) => [
      `${names.task({ ...law, shots: 0 })} ${law.metric}`,
      String(law.nModels),
      interval(law.limit),
      law.terms.map(({ of, exponent }) => `${of} ${interval(exponent)}`).join('; '),
      law.computeOptimalExponent === null ? '-' : interval(law.computeOptimalExponent),
      `${formatSignificant(100 * law.medianError)}%`,
    ]),
  };
}

function twoStepSection(forecasts: readonly TwoStepForecast[], names: ReportNames): ReportSection {
  const ordered = forecasts.toSorted((a, b) => Number(b.usable) - Number(a.usable));
  return {
    id: 'two-step',
    title: 'Forecasts by way of the loss',
    paragraphs: [
      'First the loss over scale, then the score over the loss. Skill is what is gained over repeating the last value when the top scales are hidden; a forecast without skill is not worth reading.',
    ],
    header: ['task', 'by way of', 'next scales (90%)', 'skill', 'worth reading'],
    numeric: [3],
    rows: ordered.map((step) => [
      names.task(step),
      `${names.task({ ...step, task: step.lossTask })} ${step.lossMetric}`,
      step.usable ? step.forecast.map(pointInWords).join('; ') : '-',
      step.backtest?.skill == null ? '-' : formatSignificant(step.backtest.skill),
      step.usable ? 'yes' : 'no',
    ]),
  };
}

const pointInWords = ({ x, value, lo, hi }: TwoStepForecast['forecast'][number]): string =>
  `${formatValue(value)} (${formatValue(lo)} to ${formatValue(hi)}) at ${formatCount(x)}`;

const interval = ({ value, lo, hi }: Estimate): string =>
  `${formatSignificant(value)} (${formatSignificant(lo)} to ${formatSignificant(hi)})`;
