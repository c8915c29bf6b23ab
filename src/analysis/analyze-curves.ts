import { normalInterval, wilsonInterval, type Interval } from '../stats/intervals.js';
import { benjaminiHochberg } from '../stats/multiple-tests.js';
import { createRandom } from '../stats/random.js';
import { backtestOf } from './backtest.js';
import { breakthroughOf } from './breakthrough.js';
import { classify, type Verdict } from './classify.js';
import type { CurveAnalysis, ScaleEvidence } from './curve-analysis.js';
import { forecastOf, standingOf } from './forecast.js';
import { judgeMetric } from './metric-verdict.js';
import type { CurveInput } from './points.js';
import { scaleCurve, type Scale, type ScaledCurve } from './scales.js';
import { thresholdOf } from './threshold.js';

/** How the curves are analysed. */
export interface AnalysisOptions {
  /** Resamples of items for confidence and intervals; 2,000 where absent. */
  readonly draws?: number;
  /** 0 where absent: the same input gives the same analysis. */
  readonly seed?: number;
}

/** What every curve means: its class, threshold and forecast, in the order of the input. */
export function analyzeCurves(inputs: readonly CurveInput[], options: AnalysisOptions = {}): CurveAnalysis[] {
  const curves = inputs.map(scaleCurve);
  const verdicts = corrected(curves.map((curve) => verdictOf(curve, options)));
  return withVerdicts(curves.map((curve, i) => describe(curve, verdicts[i] as CorrectedVerdict)));
}

function verdictOf(curve: ScaledCurve, { draws = 2000, seed = 0 }: AnalysisOptions): Verdict {
  const { family, task, shots, metric, axis } = curve.input;
  const random = createRandom([seed, family, task, shots, metric, axis].join('|'));
  return classify(curve, { random, draws });
}

interface CorrectedVerdict extends Verdict {
  readonly qFlat: number | null;
}

/** Share of false calls among the curves that are called anything but flat. */
const FALSE_DISCOVERY_RATE = 0.05;

/** Tests are corrected over all curves that had one (Benjamini and Hochberg); what does not survive is not decided. */
function corrected(verdicts: readonly Verdict[]): CorrectedVerdict[] {
  const tested = verdicts.filter(({ pFlat }) => pFlat !== null);
  const q = benjaminiHochberg(tested.map(({ pFlat }) => pFlat ?? 1));
  const byVerdict = new Map(tested.map((verdict, i) => [verdict, q[i] ?? 1]));
  return verdicts.map((verdict) => {
    const qFlat = byVerdict.get(verdict) ?? null;
    if (qFlat === null || qFlat <= FALSE_DISCOVERY_RATE || verdict.class === 'flat') {
      return { ...verdict, qFlat };
    }
    if (verdict.class === 'undecided') return { ...verdict, qFlat };
    const reason = `${verdict.class} by itself, but among ${tested.length} curves one such is expected by luck (q = ${qFlat.toFixed(2)})`;
    return { ...verdict, class: 'undecided', reason, qFlat };
  });
}

/** Other metrics of the same answers say whether a jump is the metric's. */
function withVerdicts(curves: readonly CurveAnalysis[]): CurveAnalysis[] {
  const answers = new Map<string, CurveAnalysis[]>();
  const keyOf = ({ family, task, shots }: CurveAnalysis): string => JSON.stringify([family, task, shots]);
  for (const curve of curves) answers.set(keyOf(curve), [...(answers.get(keyOf(curve)) ?? []), curve]);
  return curves.map((curve) => {
    const others = (answers.get(keyOf(curve)) ?? []).filter((other) => other !== curve);
    const finding = judgeMetric(curve, others);
    if (finding === null) return curve;
    const remarks = [...curve.evidence.remarks, finding.sentence];
    return { ...curve, evidence: { ...curve.evidence, metricVerdict: finding.verdict, remarks } };
  });
}

function describe(curve: ScaledCurve, verdict: CorrectedVerdict): CurveAnalysis {
  const { input } = curve;
  const { family, task, shots, metric, axis, higherIsBetter } = input;
  const { class: shape, confidence, ...rest } = verdict;
  const { improvement, linearity, breakthroughness } = breakthroughOf(curve.scales.map(({ value }) => value));
  const forecast = forecastOf(curve, shape);
  const backtest = backtestOf(curve);
  return {
    family,
    task,
    shots,
    metric,
    axis,
    higherIsBetter,
    class: shape,
    confidence,
    threshold: thresholdOf(curve, shape),
    linearity,
    breakthroughness,
    forecast,
    ...standingOf(forecast, backtest, shape),
    backtest,
    evidence: {
      ...rest,
      nScales: curve.scales.length,
      decades: Math.abs((curve.scales.at(-1)?.x ?? 0) - (curve.scales[0]?.x ?? 0)),
      improvement,
      metricVerdict: null,
      chance: curve.chance === null ? null : (higherIsBetter ? 1 : -1) * curve.chance,
      scales: curve.scales.map((scale) => evidenceOf(scale, curve)),
      remarks: input.remarks ?? [],
    },
  };
}

function evidenceOf(scale: Scale, { input, isProportion }: ScaledCurve): ScaleEvidence {
  const value = (input.higherIsBetter ? 1 : -1) * scale.value;
  const isCounted = isProportion && scale.seeds.length === 1 && Number.isFinite(scale.n);
  return {
    scale: scale.name,
    x: scale.at,
    value,
    ci95: isCounted
      ? wilsonInterval(value * scale.n, scale.n)
      : bounded(normalInterval(value, Math.sqrt(scale.variance)), isProportion),
    n: Number.isFinite(scale.n) ? scale.n : null,
    seeds: scale.seeds.map((point) => point.value),
  };
}

function bounded([low, high]: Interval, isProportion: boolean): Interval {
  return isProportion ? [Math.max(0, low), Math.min(1, high)] : [low, high];
}
