import type { Estimate } from '../analysis/estimate.js';
import type { LossLawFinding } from '../analysis/laws/loss-laws.js';
import type { TwoStepForecast } from '../analysis/laws/two-step.js';
import { formatCount, formatSignificant, formatValue } from './number-format.js';

/** The laws and the two-step forecasts for a terminal. */
export function lawTable(laws: readonly LossLawFinding[], twoStep: readonly TwoStepForecast[]): string {
  const parts = [...laws.map(lawInWords), ...twoStep.map(twoStepInWords)];
  return parts.length === 0
    ? 'No losses of five models or more: there is no law to fit.\n'
    : `${parts.join('\n')}\n`;
}

function lawInWords(law: LossLawFinding): string {
  const terms = law.terms.map(
    ({ of, coefficient, exponent }) =>
      `${formatSignificant(coefficient.value)} / ${of}^${exponent.value.toFixed(4)}`,
  );
  const lines = [
    `${law.family} ${law.task} ${law.metric}: ${law.limit.value.toFixed(4)} + ${terms.join(' + ')}  (${law.nModels} models, median error ${formatSignificant(100 * law.medianError)}%)`,
    `  limit ${interval(law.limit)}`,
    ...law.terms.map(
      ({ of, coefficient, exponent }) =>
        `  ${of}: coefficient ${interval(coefficient)}, exponent ${interval(exponent)}`,
    ),
    ...(law.computeOptimalExponent === null
      ? []
      : [`  best parameters grow with compute to the power ${interval(law.computeOptimalExponent)}`]),
    ...law.remarks.map((remark) => `  ${remark}`),
  ];
  return lines.join('\n');
}

function twoStepInWords(step: TwoStepForecast): string {
  const points = step.forecast.map(
    ({ x, value, lo, hi }) =>
      `${formatValue(value)} (${formatValue(lo)} to ${formatValue(hi)}) at ${formatCount(x)}`,
  );
  const skill = step.backtest?.skill ?? null;
  const standing = step.usable
    ? `skill ${(skill ?? 0).toFixed(2)} when the top scales are hidden`
    : 'no better than repeating the last value when the top scales are hidden';
  return `${step.family} ${step.task} ${step.metric} by way of ${step.lossTask} ${step.lossMetric}: ${points.join(', ')}; ${standing}`;
}

const interval = ({ value, lo, hi }: Estimate): string =>
  `${formatSignificant(value)} (${formatSignificant(lo)} to ${formatSignificant(hi)})`;
