import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { thresholdInWords } from './words.js';

/** A column of the curve tables: Markdown, CSV and Parquet are all made from this list. */
export interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  readonly of: (curve: CurveAnalysis) => string | number | null;
}

/** The one table of columns, one row a curve. */
export const CURVE_COLUMNS: readonly Column[] = [
  { name: 'family', isNumber: false, of: (curve) => curve.family },
  { name: 'task', isNumber: false, of: (curve) => curve.task },
  { name: 'shots', isNumber: true, of: (curve) => curve.shots },
  { name: 'metric', isNumber: false, of: (curve) => curve.metric },
  { name: 'axis', isNumber: false, of: (curve) => curve.axis },
  { name: 'class', isNumber: false, of: (curve) => curve.class },
  { name: 'confidence', isNumber: true, of: (curve) => rounded(curve.confidence) },
  { name: 'threshold', isNumber: false, of: thresholdInWords },
  { name: 'linearity', isNumber: true, of: (curve) => rounded(curve.linearity) },
  { name: 'breakthroughness', isNumber: true, of: (curve) => rounded(curve.breakthroughness) },
  { name: 'scales', isNumber: true, of: (curve) => curve.evidence.nScales },
  { name: 'decades', isNumber: true, of: (curve) => rounded(curve.evidence.decades) },
  { name: 'chance', isNumber: true, of: (curve) => rounded(curve.evidence.chance) },
  { name: 'first', isNumber: true, of: (curve) => rounded(curve.evidence.scales[0]?.value ?? null) },
  { name: 'last', isNumber: true, of: (curve) => rounded(curve.evidence.scales.at(-1)?.value ?? null) },
  { name: 'mde', isNumber: true, of: (curve) => rounded(curve.evidence.minimumDetectableEffect) },
  { name: 'pFlat', isNumber: true, of: (curve) => rounded(curve.evidence.pFlat) },
  { name: 'qFlat', isNumber: true, of: (curve) => rounded(curve.evidence.qFlat) },
  { name: 'metricVerdict', isNumber: false, of: (curve) => curve.evidence.metricVerdict },
  { name: 'skill', isNumber: true, of: (curve) => rounded(curve.backtest?.skill ?? null) },
];

function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(5));
}
