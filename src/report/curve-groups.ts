import type { CurveAnalysis } from '../analysis/curve-analysis.js';

/** The other metrics of the same answers. */
export function otherMetrics(curve: CurveAnalysis, all: readonly CurveAnalysis[]): CurveAnalysis[] {
  return all.filter(
    (other) =>
      other.family === curve.family &&
      other.task === curve.task &&
      other.shots === curve.shots &&
      other.axis === curve.axis &&
      other.metric !== curve.metric,
  );
}

/** The curves that share family and scales, and so fit into one table. */
export function curvesByFamily(curves: readonly CurveAnalysis[]): CurveAnalysis[][] {
  const groups = new Map<string, CurveAnalysis[]>();
  for (const curve of curves) {
    const key = JSON.stringify([curve.family, curve.evidence.scales.map(({ scale }) => scale)]);
    groups.set(key, [...(groups.get(key) ?? []), curve]);
  }
  return [...groups.values()];
}
